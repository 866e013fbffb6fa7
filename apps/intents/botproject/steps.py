"""Reads the steps of one rule or story, and notices those that the embedded engine cannot run."""

from collections.abc import Callable, Mapping

from apps.chat.engines.project import Step
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_blocks, get_list, get_text
from apps.intents.botproject.slot_steps import Alternatives, SlotReader
from apps.intents.botproject.supported import EMBEDDED_DEFAULT_ACTIONS, LOOPS, RASA_DEFAULT_ACTIONS
from apps.intents.botproject.yamlfiles import Block

_NEVER_RUN = {
    "checkpoint": "Un «checkpoint» no se ejecuta; escribe los pasos enteros.",
    "user": "Un paso «user:» (de extremo a extremo) no se ejecuta; usa «intent:».",
    "bot": "Un paso «bot:» (de extremo a extremo) no se ejecuta; usa «action: utter_…».",
}


class StepReader:
    """Reads the steps of a rule or story; `is_runnable` turns False at the first that cannot be run."""

    def __init__(self, owner: str, domain: Domain, found: Findings) -> None:
        self.is_runnable = True
        self._owner = owner
        self._domain = domain
        self._found = found
        self._slots = SlotReader(owner, domain, found)

    def alternatives(self, block: Block) -> Alternatives:
        """What one item of `steps:` stands for: one list of steps, or one for each way of an `or`."""
        if "or" not in block:
            return [self._steps(block)]
        ways: Alternatives = []
        for item in get_blocks(block, "or", self._owner, self._found):
            if "intent" in item or "user" in item:
                ways.append(self._steps(item))
            elif "slot_was_set" in item:
                ways += self._slots.each(item)
            else:
                message = "Un «or» solo admite «intent» o «slot_was_set»; corrígelo."
                self._found.error(self._owner, message, item.place)
        if not ways:
            self._found.error(self._owner, "Hay un «or» sin opciones; escríbelas o bórralo.", block.place)
        return ways or [[]]

    def conditions(self, block: Block) -> list[Step]:
        return self._read(block, {"slot_was_set": self._slots.all, "active_loop": self._loop})

    def refuse(self, message: str, place: Place) -> None:
        self._found.unsupported(self._owner, message, place)
        self.is_runnable = False

    def _steps(self, block: Block) -> list[Step]:
        for key, message in _NEVER_RUN.items():
            if key in block:
                self.refuse(message, block.place)
                return []
        readers = {
            "intent": self._intent,
            "action": self._action,
            "slot_was_set": self._slots.all,
            "active_loop": self._loop,
        }
        return self._read(block, readers)

    def _read(self, block: Block, readers: Mapping[str, Callable[[Block], list[Step]]]) -> list[Step]:
        for key, read in readers.items():
            if key in block:
                return read(block)
        if "metadata" not in block:
            message = f"Paso sin {', '.join(f'«{key}»' for key in readers)}; corrígelo."
            self._found.error(self._owner, message, block.place)
        return []

    def _intent(self, block: Block) -> list[Step]:
        name = get_text(block, "intent", self._owner, self._found).removeprefix("/")
        if not name:
            self._found.error(self._owner, "Hay un paso «intent:» sin nombre; escríbelo.", block.place)
            return []
        if name.split("/")[0] in self._domain.retrieval or "/" in name:
            self.refuse(f"La intención «{name}» es de un selector de respuestas: no se ejecuta.", block.place)
        ignored = self._domain.ignored_entities(name)
        entities = [entity for entity in self._entities(block) if entity not in ignored]
        return [Step("intent", name, entities=tuple(entities))]

    def _entities(self, block: Block) -> list[str]:
        names: list[str] = []
        for item in get_list(block, "entities", self._owner, self._found):
            keys = [item] if isinstance(item, str) else list(item) if isinstance(item, Block) else []
            if {"role", "group"} & set(keys):
                self.refuse("El paso distingue role o group de una entidad: no se ejecuta.", block.place)
            names += keys
        return names

    def _action(self, block: Block) -> list[Step]:
        name = get_text(block, "action", self._owner, self._found)
        if not name:
            self._found.error(self._owner, "Hay un paso «action:» sin nombre; escríbelo.", block.place)
            return []
        reason = _why_not_run(name, self._domain)
        if reason:
            self.refuse(f"La acción «{name}» {reason}: no se ejecuta.", block.place)
        return [Step("action", name)]

    def _loop(self, block: Block) -> list[Step]:
        form = get_text(block, "active_loop", self._owner, self._found) or None
        if form and form not in LOOPS | self._domain.forms.keys():
            message = f"El formulario «{form}» no está en el dominio; decláralo en «forms»."
            self._found.error(self._owner, message, block.place)
        return [Step("loop", form)]


def _why_not_run(action: str, domain: Domain) -> str:
    if action.startswith("utter_") and action.removeprefix("utter_").split("/")[0] in domain.retrieval:
        return "es de un selector de respuestas"
    if action in domain.actions or action in domain.responses:
        return ""
    if action in RASA_DEFAULT_ACTIONS - EMBEDDED_DEFAULT_ACTIONS:
        return "es de Rasa y el motor embebido no la tiene"
    return ""
