"""Reads the steps of one rule, and notices those that the embedded engine cannot run."""

from collections.abc import Callable
from typing import Any

from apps.chat.engines.project import Slot, Step
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_list, get_text
from apps.intents.botproject.supported import (
    EMBEDDED_ACTIONS,
    EMBEDDED_DEFAULT_ACTIONS,
    RASA_DEFAULT_ACTIONS,
)
from apps.intents.botproject.yamlfiles import Block, plain

_NEVER_RUN = {
    "or": "Un paso «or» no se ejecuta; escribe una regla por intención.",
    "checkpoint": "Un «checkpoint» no se ejecuta; escribe la regla entera.",
    "user": "Un paso «user:» (de extremo a extremo) no se ejecuta; usa «intent:».",
    "bot": "Un paso «bot:» (de extremo a extremo) no se ejecuta; usa «action: utter_…».",
    "active_loop": "Un paso «active_loop» no se ejecuta: aún no hay formularios.",
}


class StepReader:
    """Reads the steps of the rule `rule`; `is_runnable` turns False at the first that cannot be run."""

    def __init__(self, rule: str, domain: Domain, found: Findings) -> None:
        self.is_runnable = True
        self._rule = rule
        self._domain = domain
        self._found = found

    def steps(self, block: Block) -> list[Step]:
        """The steps that one item of `steps:` stands for; several for several slots."""
        for key, message in _NEVER_RUN.items():
            if key in block:
                self.refuse(message, block.place)
                return []
        return self._read(
            block, {"intent": self._intent, "action": self._action, "slot_was_set": self._slots}
        )

    def conditions(self, block: Block) -> list[Step]:
        return self._read(block, {"slot_was_set": self._slots, "active_loop": self._loop})

    def refuse(self, message: str, place: Place) -> None:
        self._found.unsupported(self._rule, message, place)
        self.is_runnable = False

    def _read(self, block: Block, readers: dict[str, Callable[[Block], list[Step]]]) -> list[Step]:
        for key, read in readers.items():
            if key in block:
                return read(block)
        if "metadata" not in block:
            message = f"Paso sin {', '.join(f'«{key}»' for key in readers)}; corrígelo."
            self._found.error(self._rule, message, block.place)
        return []

    def _intent(self, block: Block) -> list[Step]:
        name = get_text(block, "intent", self._rule, self._found).removeprefix("/")
        if not name:
            self._found.error(self._rule, "Hay un paso «intent:» sin nombre; escríbelo.", block.place)
            return []
        if name.split("/")[0] in self._domain.retrieval or "/" in name:
            self.refuse(f"La intención «{name}» es de un selector de respuestas: no se ejecuta.", block.place)
        return [Step("intent", name, entities=tuple(self._entities(block)))]

    def _entities(self, block: Block) -> list[str]:
        names: list[str] = []
        for item in get_list(block, "entities", self._rule, self._found):
            keys = [item] if isinstance(item, str) else list(item) if isinstance(item, Block) else []
            if {"role", "group"} & set(keys):
                self.refuse("El paso distingue role o group de una entidad: no se ejecuta.", block.place)
            names += keys
        return names

    def _action(self, block: Block) -> list[Step]:
        name = get_text(block, "action", self._rule, self._found)
        if not name:
            self._found.error(self._rule, "Hay un paso «action:» sin nombre; escríbelo.", block.place)
            return []
        reason = _why_not_run(name, self._domain)
        if reason:
            self.refuse(f"La acción «{name}» {reason}: la regla no se ejecuta.", block.place)
        return [Step("action", name)]

    def _loop(self, block: Block) -> list[Step]:
        form = get_text(block, "active_loop", self._rule, self._found) or None
        if form and form not in self._domain.forms:
            self._found.error(
                self._rule, f"El formulario «{form}» no está en el dominio; decláralo.", block.place
            )
        return [Step("loop", form)]

    def _slots(self, block: Block) -> list[Step]:
        steps = []
        for item in get_list(block, "slot_was_set", self._rule, self._found):
            if isinstance(item, Block):
                steps += [self._slot(name, plain(value), False, block.place) for name, value in item.items()]
            elif isinstance(item, str):
                steps.append(self._slot(item, None, True, block.place))
            else:
                self._found.error(self._rule, f"«{item}» no es un slot; escribe su nombre.", block.place)
        return steps

    def _slot(self, name: str, value: Any, is_bare: bool, place: Place) -> Step:
        slot = self._domain.slots.get(name)
        if slot is None:
            self._found.error(self._rule, f"El slot «{name}» no está en el dominio; decláralo.", place)
            return Step("slot", name, value)
        if not slot.influences:
            message = f"El slot «{name}» no influye: ponle influence_conversation y un tipo que no sea any."
            self._found.error(self._rule, message, place)
        if slot.type in ("text", "list"):
            return Step("slot", name, any_value=is_bare or value not in (None, []))
        self._check_value(slot, value, is_bare, place)
        return Step("slot", name, value)

    def _check_value(self, slot: Slot, value: Any, is_bare: bool, place: Place) -> None:
        """Rasa compares truth values, and categorical ones without regard to case."""
        is_wrong = is_bare  # Rasa takes a bare name of these types for an empty slot
        if value is not None and slot.type == "bool":
            is_wrong = not isinstance(value, bool)
        elif value is not None and slot.type == "categorical":
            is_wrong = str(value).lower() not in {known.lower() for known in slot.values}
        if is_wrong:
            shown = "sin valor" if is_bare else f"«{value}»"
            message = f"El slot {slot.type} «{slot.name}» no puede valer {shown}; escribe uno de los suyos."
            self._found.error(self._rule, message, place)


def _why_not_run(action: str, domain: Domain) -> str:
    if action in domain.forms:
        return "es un formulario y aún no hay"
    if action == "...":
        return "no dice qué hacer"
    if action.startswith("utter_") and action.removeprefix("utter_").split("/")[0] in domain.retrieval:
        return "es de un selector de respuestas"
    if action in RASA_DEFAULT_ACTIONS - EMBEDDED_DEFAULT_ACTIONS:
        return "es de Rasa y el motor embebido no la tiene"
    if action in domain.actions and action not in EMBEDDED_ACTIONS | set(domain.responses):
        return "no la tiene el motor embebido"
    return ""
