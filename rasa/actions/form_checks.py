"""What every form does with answers: check, ask again, offer a person after three bad ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .form_slots import ERRORS
from .types import Declined, Message, Result, SlotSet, Tracker, say

BAD_ANSWERS_BEFORE_HUMAN = 3
SHORT = 4
"""Words: a longer "quiero cancelar…" is an answer, not the wish to stop."""
STEERING = frozenset(("cancelar", "guardar_progreso", "terminar", "reiniciar", "humano", "menu"))
YES_NO = frozenset(("afirmar", "negar"))
NOT_UNDERSTOOD = frozenset(("", "nlu_fallback"))


@dataclass(frozen=True)
class Checked:
    """`slots` are set; a `problem` is told, and the question is asked again."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    problem: Message | None = None


Check = Callable[[str, Tracker], Checked]


def wrong(slot: str, response: str, **fields: Any) -> Checked:
    return Checked({slot: None}, say(response, **fields))


def validate(
    tracker: Tracker, form: str, checks: Mapping[str, Check], free_text: frozenset[str] = frozenset()
) -> Result:
    """Checks `tracker.proposed`. Only the slot that was asked for speaks and counts. Raises Declined.

    Questions are answers in `free_text` slots, and elsewhere wishes of their own.
    """
    requested = tracker.slots.get("requested_slot")
    if requested in tracker.proposed and _is_other_wish(tracker, requested in free_text):
        raise Declined
    slots: dict[str, Any] = {}
    messages: tuple[Message, ...] = ()
    for slot, value in tracker.proposed.items():
        if slot not in checks or value is None:
            slots.setdefault(slot, value)
            continue
        checked = checks[slot](str(value).strip(), tracker)
        slots.update(checked.slots)
        if slot == requested and checked.problem:
            slots[ERRORS[form]], messages = _count(tracker, form, checked.problem)
    return Result(messages, tuple(SlotSet(name, value) for name, value in slots.items()))


def _is_other_wish(tracker: Tracker, is_free_text: bool) -> bool:
    text = tracker.text.strip()
    if tracker.intent in YES_NO:
        return False
    if text.startswith("/") and tracker.intent:
        return True
    if tracker.intent in STEERING and len(text.split()) <= SHORT:
        return True
    return not is_free_text and "?" in text and tracker.intent not in NOT_UNDERSTOOD


def _count(tracker: Tracker, form: str, problem: Message) -> tuple[float, tuple[Message, ...]]:
    bad = float(tracker.slots.get(ERRORS[form]) or 0) + 1
    if bad % BAD_ANSWERS_BEFORE_HUMAN:
        return bad, (problem,)
    return bad, (problem, say("utter_form_offer_human"))
