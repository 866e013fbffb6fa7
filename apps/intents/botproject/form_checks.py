"""Checks of forms: each slot exists, can be filled and asked for, and something begins the form."""

from apps.chat.engines.project import Form, Mapping, Slot
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.supported import RASA_INTENTS


def check_forms(domain: Domain, intents: set[str], named_actions: set[str], found: Findings) -> None:
    for form in domain.forms.values():
        place = domain.places["forms", form.name]
        for slot in form.required_slots:
            if slot not in domain.slots:
                message = f"Pide el slot «{slot}», que no está en el dominio; decláralo en «slots»."
                found.error(form.name, message, place)
            else:
                _check_slot(form, domain.slots[slot], domain, found)
        for intent in form.ignored_intents:
            if intent not in intents | RASA_INTENTS:
                message = f"Ignora la intención «{intent}», que no existe; corrígela."
                found.error(form.name, message, place)
        if form.name in domain.actions:
            message = "Una acción propia con su nombre lo sustituye en Rasa: no se ejecuta; quita la acción."
            found.unsupported(form.name, message, domain.places["actions", form.name])
        if form.name not in named_actions:
            found.warning(form.name, "Ninguna regla ni historia empieza el formulario; escribe una.", place)
    _check_conditions(domain, found)


def questions(domain: Domain) -> set[str]:
    """The actions and answers by which forms ask; a form with a validation may ask for any slot."""
    asked = {name for form in domain.forms.values() for name in form.required_slots}
    if any(f"validate_{form}" in domain.actions for form in domain.forms):
        asked |= domain.slots.keys()
    return {name for form in domain.forms for slot in asked for name in _ways_to_ask(form, slot)}


def _ways_to_ask(form: str, slot: str) -> list[str]:
    return [f"{kind}_ask_{name}" for kind in ("action", "utter") for name in (f"{form}_{slot}", slot)]


def _check_slot(form: Form, slot: Slot, domain: Domain, found: Findings) -> None:
    place = domain.places["forms", form.name]
    if f"validate_{form.name}" not in domain.actions and not any(
        _fills(mapping, form.name) for mapping in slot.mappings
    ):
        message = f"Nada llena el slot «{slot.name}» en el formulario: dale un mapping que valga en él."
        found.warning(form.name, message, place)
    if not any(
        name in domain.responses or name in domain.actions for name in _ways_to_ask(form.name, slot.name)
    ):
        message = f"No hay con qué pedir el slot «{slot.name}»: escribe «utter_ask_{slot.name}»."
        found.warning(form.name, message, place)


def _fills(mapping: Mapping, form: str) -> bool:
    loops = [condition.get("active_loop") for condition in mapping.conditions]
    return not loops or form in loops or mapping.type == "from_trigger_intent"


def _check_conditions(domain: Domain, found: Findings) -> None:
    """Mapping conditions as `rasa data validate` wants them."""
    for slot in domain.slots.values():
        place = domain.places["slots", slot.name]
        for mapping in slot.mappings:
            for named in filter(None, (condition["active_loop"] for condition in mapping.conditions)):
                if named not in domain.forms:
                    message = f"El mapping nombra el formulario «{named}», que no existe; corrígelo."
                    found.error(slot.name, message, place)
                elif not _may_fill(slot, mapping, domain.forms[named]):
                    message = f"El mapping es del formulario «{named}», que no pide el slot; añádelo a él."
                    found.error(slot.name, message, place)


def _may_fill(slot: Slot, mapping: Mapping, form: Form) -> bool:
    is_open = mapping.type == "from_trigger_intent" or not form.required_slots
    return is_open or slot.name in form.required_slots
