"""Fills slots from a user's message as Rasa's `action_extract_slots` does, and keeps their values in type."""

import copy
import math
from collections.abc import Iterator
from typing import Any

from apps.chat.engines.embedded.dialogue.actions import Actions
from apps.chat.engines.embedded.dialogue.turn import VERIFIED_SLOT, BotUttered, SlotSet, Turn
from apps.chat.engines.project import BotProject, Slot
from apps.chat.engines.project import Mapping as SlotMapping

OTHER = "__other__"
REQUESTED_SLOT = "requested_slot"


def extract_slots(turn: Turn, actions: Actions) -> None:
    """Per slot the first mapping with a value counts. A custom mapping's action runs once a message."""
    ran: set[str] = set()
    for slot in turn.project.slots.values():
        for mapping in slot.mappings:
            if not (_intent_fits(mapping, turn) and _conditions_hold(mapping, turn)):
                continue
            if mapping.type == "custom":
                _run_custom(mapping.action, turn, actions, ran)
                continue
            value = _mapped(slot, mapping, turn)
            if value is not None and slot.name != VERIFIED_SLOT:
                turn.apply(SlotSet(slot.name, value))
                break


def fit_slots(project: BotProject, slots: dict[str, Any]) -> dict[str, Any]:
    """Values for exactly the project's slots; what is missing or out of type is the initial one."""
    fitted = {}
    for slot in project.slots.values():
        value = coerce(slot, slots.get(slot.name))
        fitted[slot.name] = copy.deepcopy(slot.initial) if value is None else value
    return fitted


def coerce(slot: Slot, value: Any) -> Any:
    """The value in the slot's type, None when it cannot be."""
    if value is None or slot.type == "any":
        return value
    if slot.type == "list":
        return list(value) if isinstance(value, list | tuple) else [value]
    if isinstance(value, dict | list | tuple):
        return None
    if slot.type == "bool":
        return _bool(value)
    if slot.type == "float":
        return _float(value)
    return _categorical(slot, value) if slot.type == "categorical" else str(value)


def _bool(value: Any) -> bool | None:
    """Rasa's reading: true, false, and numbers, of which only 1 is true."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "false"}:
        return word == "true"
    number = _float(value)
    return None if number is None else number == 1.0


def _float(value: Any) -> float | None:
    """A finite number; a Spanish decimal comma is one."""
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _categorical(slot: Slot, value: Any) -> str:
    wanted = str(value).lower()
    return next((option for option in slot.values if option.lower() == wanted), OTHER)


def _intent_fits(mapping: SlotMapping, turn: Turn) -> bool:
    intent = turn.said.intent
    return (not mapping.intents or intent in mapping.intents) and intent not in mapping.not_intents


def _conditions_hold(mapping: SlotMapping, turn: Turn) -> bool:
    """Any of them is enough; each names an active form (or none) and perhaps the slot it has asked for."""
    loop, asked = turn.state.active_loop, turn.state.slots.get(REQUESTED_SLOT)
    return not mapping.conditions or any(
        condition.get("active_loop") == loop and condition.get(REQUESTED_SLOT, asked) == asked
        for condition in mapping.conditions
    )


def _run_custom(name: str, turn: Turn, actions: Actions, ran: set[str]) -> None:
    if name in actions and name not in ran:
        ran.add(name)
        for event in actions.run(name, turn):
            if isinstance(event, SlotSet | BotUttered):
                turn.apply(event)


def _mapped(slot: Slot, mapping: SlotMapping, turn: Turn) -> Any:
    """The last value found, or for a list all of them."""
    values = list(_values(mapping, turn))
    if slot.type == "list":
        return values or None
    return next((fit for value in reversed(values) if (fit := coerce(slot, value)) is not None), None)


def _values(mapping: SlotMapping, turn: Turn) -> Iterator[Any]:
    if mapping.type == "from_entity":
        yield from (entity.value for entity in turn.said.entities if entity.entity == mapping.entity)
    elif mapping.type == "from_intent":
        yield mapping.value
    elif mapping.type == "from_text" and not turn.said.is_payload:
        yield turn.said.text
