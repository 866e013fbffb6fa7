"""What every form does with answers: check, ask again, offer a person after some bad ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .form_slots import ENCUESTA, ERRORS, RECUPERAR, SOPORTE
from .phrases import asks, cries, folded
from .types import Declined, Message, Result, SlotSet, Tracker, say

BAD_ANSWERS_BEFORE_HUMAN = {SOPORTE: 3, ENCUESTA: 3, RECUPERAR: 2}
SHORT = 4
"""Words: a longer "quiero cancelar…" is an answer, not the wish to stop."""
STEERING = frozenset(("cancelar", "despedida", "guardar_progreso", "terminar", "reiniciar", "humano", "menu"))
SMALL_TALK = frozenset(("saludo", "ayuda", "emocion", "idioma_en", "idioma_es"))
CRISIS = "crisis"
NAMES = frozenset(("soporte_nombre",))
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
    tracker: Tracker,
    form: str,
    checks: Mapping[str, Check],
    free_text: frozenset[str] = frozenset(),
    readable: frozenset[str] = frozenset(),
) -> Result:
    """Checks `tracker.proposed`. Only the slot that was asked for speaks and counts. Raises Declined.

    Questions are answers in `free_text` slots, and elsewhere wishes of their own. In `readable` slots what
    passes the check is an answer, whatever it was understood as: but for buttons, and what may be a crisis.
    What may be one in free text is an answer too, and help is shown besides: nobody in danger is passed over.
    """
    requested = str(tracker.slots.get("requested_slot") or "")
    if not tracker.proposed:
        return _still_asked(tracker, requested)
    if requested in tracker.proposed and is_other_wish(tracker, requested in free_text):
        value = str(tracker.proposed[requested]).strip()
        is_sure = tracker.text.strip().startswith("/") or _is_crisis(tracker, requested)
        if is_sure or requested not in readable or checks[requested](value, tracker).problem:
            raise Declined
    slots: dict[str, Any] = {}
    messages: tuple[Message, ...] = ()
    helped = requested in tracker.proposed and requested in free_text and tracker.intent == CRISIS
    for slot, value in tracker.proposed.items():
        if slot not in checks or value is None:
            slots.setdefault(slot, value)
            continue
        checked = checks[slot](str(value).strip(), tracker)
        slots.update(checked.slots)
        if slot == requested and checked.problem:
            slots[ERRORS[form]], messages = _count(tracker, form, checked.problem)
    if helped:
        messages = (say("utter_crisis_en_formulario"), *messages)
    return Result(messages, tuple(SlotSet(name, value) for name, value in slots.items()))


def _is_crisis(tracker: Tracker, requested: str) -> bool:
    """Classifiers hear danger in names ("Rosa Victoria Cortés"): there it takes words of danger."""
    return tracker.intent == CRISIS and (requested not in NAMES or cries(tracker.text))


def _still_asked(tracker: Tracker, requested: str) -> Result:
    """Back from something else: what was declined has filled the slot all the same, by its mapping."""
    is_taken = bool(requested and tracker.text) and tracker.slots.get(requested) == tracker.text
    return Result(events=(SlotSet(requested, None),) if is_taken else ())


def is_other_wish(tracker: Tracker, is_free_text: bool) -> bool:
    """Whether the message is no answer: it asks for something else, by a button or in words."""
    text, intent = tracker.text.strip(), tracker.intent
    if intent in NOT_UNDERSTOOD or intent in YES_NO:
        return False
    if text.startswith("/"):
        return True
    if intent == CRISIS:
        return not is_free_text
    words = folded(text).split()
    if len(words) <= SHORT and intent in STEERING:
        return True
    if is_free_text:
        return False
    is_talk = intent in SMALL_TALK and (len(words) <= SHORT or intent == "emocion")
    return is_talk or "?" in text or asks(text)


def _count(tracker: Tracker, form: str, problem: Message) -> tuple[float, tuple[Message, ...]]:
    bad = float(tracker.slots.get(ERRORS[form]) or 0) + 1
    if bad % BAD_ANSWERS_BEFORE_HUMAN[form]:
        return bad, (problem,)
    return bad, (problem, say("utter_form_offer_human"))
