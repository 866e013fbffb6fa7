"""Checks that what rules, stories and slots name exists, and that what exists is named."""

from collections.abc import Iterator
from typing import Any

from apps.chat.engines.project import Rule, Slot, Story
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import NOWHERE, Findings, Place
from apps.intents.botproject.rules import Rules
from apps.intents.botproject.supported import (
    BUILTIN_INTENTS,
    RASA_DEFAULT_ACTIONS,
    RASA_INTENTS,
    SNIPPET,
    own_actions,
)


def check_rules(rules: Rules, intents: set[str], domain: Domain, found: Findings) -> None:
    """Of what is written out for an `or`, each flaw is told once."""
    told: set[tuple[str, str]] = set()
    for item, place in rules.items():
        for message in _flaws(item, intents, domain):
            if (item.name, message) not in told:
                told.add((item.name, message))
                found.error(item.name, message, place)


def _flaws(item: Rule | Story, intents: set[str], domain: Domain) -> Iterator[str]:
    for step in item.steps:
        if step.kind == "intent" and step.name not in intents | RASA_INTENTS:
            yield f"La intención «{step.name}» no existe; créala o corrige el nombre."
        if step.kind == "action" and (flaw := _action_flaw(str(step.name), domain)):
            yield flaw
        for entity in step.entities:
            if entity not in domain.entities:
                yield f"La entidad «{entity}» no está en el dominio; declárala."


def _action_flaw(action: str, domain: Domain) -> str:
    if is_known_action(action, domain) or action == SNIPPET:
        return ""
    if action.startswith("utter_"):
        return f"La respuesta «{action}» no existe; escríbela en «responses»."
    return f"La acción «{action}» no está en el dominio; declárala en «actions» (o «forms»)."


def is_known_action(action: str, domain: Domain) -> bool:
    if action in domain.responses or action in domain.forms or action in RASA_DEFAULT_ACTIONS:
        return True
    return action in domain.actions and not action.startswith("utter_")


def check_unanswered(
    intents: set[str], answered: set[str], places: dict[str, Place], found: Findings
) -> None:
    for intent in sorted(intents - answered - BUILTIN_INTENTS):
        message = "Ninguna regla ni historia que se pueda ejecutar la usa; escribe una."
        found.warning(intent, message, places.get(intent, NOWHERE))


def check_mappings(intents: set[str], domain: Domain, found: Findings) -> None:
    for slot in domain.slots.values():
        place = domain.places["slots", slot.name]
        for mapping in slot.mappings:
            if mapping.entity and mapping.entity not in domain.entities:
                message = f"La entidad «{mapping.entity}» no está en el dominio; declárala."
                found.error(slot.name, message, place)
            if slot.type == "categorical" and mapping.type in {"from_intent", "from_trigger_intent"}:
                _check_category(slot, mapping.value, place, found)
            for intent in sorted({*mapping.intents, *mapping.not_intents} - intents - RASA_INTENTS):
                message = f"El mapping usa la intención «{intent}», que no existe; corrígela."
                found.error(slot.name, message, place)
            if mapping.action and not is_known_action(mapping.action, domain):
                message = f"Lo llena la acción «{mapping.action}», que no está en el dominio; declárala."
                found.error(slot.name, message, place)


def _check_category(slot: Slot, value: Any, place: Place, found: Findings) -> None:
    if str(value).lower() not in {known.lower() for known in slot.values}:
        found.error(slot.name, f"El mapping da el valor «{value}», que no está en «values»; añádelo.", place)


def check_actions(domain: Domain, found: Findings) -> None:
    """Custom actions that do not run in this process, whether or not a rule uses them."""
    for action in domain.actions:
        if is_remote(action, domain):
            message = "Acción propia del proyecto: corre en su servidor de acciones; pon ACTION_SERVER_URL."
            found.warning(action, message, domain.places["actions", action])
        elif action.startswith("validate_") and action.removeprefix("validate_") not in domain.forms:
            message = "Valida un formulario que no existe; corrige el nombre."
            found.warning(action, message, domain.places["actions", action])


def is_remote(action: str, domain: Domain) -> bool:
    """Also one of Rasa's own names: a project that declares it brings its own."""
    known = own_actions() | set(domain.responses) | set(domain.forms)
    return action not in known and not action.startswith("utter_")
