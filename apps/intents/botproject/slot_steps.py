"""Reads what rules and stories say of slots: a value that is seen there is one step."""

from typing import Any

from apps.chat.engines.project import Slot, Step
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_list
from apps.intents.botproject.supported import RASA_SLOTS
from apps.intents.botproject.yamlfiles import Block, plain

Alternatives = list[list[Step]]


class SlotReader:
    """Reads `slot_was_set`. Slots that do not influence are no step: Rasa does not look at them."""

    def __init__(self, owner: str, domain: Domain, found: Findings) -> None:
        self._owner, self._domain, self._found = owner, domain, found

    def all(self, block: Block) -> list[Step]:
        return [step for way in self.each(block) for step in way]

    def each(self, block: Block) -> Alternatives:
        """One step for each slot, or none."""
        ways: Alternatives = []
        for item in get_list(block, "slot_was_set", self._owner, self._found):
            if isinstance(item, Block):
                ways += [self._slot(name, plain(value), False, block.place) for name, value in item.items()]
            elif isinstance(item, str):
                ways.append(self._slot(item, None, True, block.place))
            else:
                self._found.error(self._owner, f"«{item}» no es un slot; escribe su nombre.", block.place)
        return ways

    def _slot(self, name: str, value: Any, is_bare: bool, place: Place) -> list[Step]:
        slot = self._domain.slots.get(name)
        if slot is None:
            if name not in RASA_SLOTS:
                self._found.error(self._owner, f"El slot «{name}» no está en el dominio; decláralo.", place)
            return []
        if not slot.influences or slot.type == "any":
            message = f"El slot «{name}» no influye y no se mira: ponle influence_conversation y otro tipo."
            if name not in RASA_SLOTS:
                self._found.warning(self._owner, message, place)
            return []
        if slot.type in ("text", "list"):
            return [Step("slot", name, any_value=is_bare or value not in (None, []))]
        self._check_value(slot, value, is_bare, place)
        return [Step("slot", name, value)]

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
            self._found.error(self._owner, message, place)
