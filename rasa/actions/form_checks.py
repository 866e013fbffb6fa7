"""What every form does with answers: check, ask again, offer a person after some bad ones, let go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .form_slots import ENCUESTA, ERRORS, INTERRUPTIONS, RECUPERAR, SOPORTE
from .letting_go import OPTIONAL, interrupted, is_given_up, left
from .phrases import asks, cries, folded, looks_like_address, steers
from .types import Declined, Message, Result, SlotSet, Tracker, say

BAD_ANSWERS_BEFORE_HUMAN = {SOPORTE: 3, ENCUESTA: 3, RECUPERAR: 2}
SHORT = 4
"""Words: a longer "quiero cancelar…" is an answer, not the wish to stop."""
STEERING = frozenset(("cancelar", "despedida", "guardar_progreso", "terminar", "reiniciar", "humano", "menu"))
SMALL_TALK = frozenset(("saludo", "ayuda", "emocion", "idioma_en", "idioma_es"))
CRISIS = "crisis"
NAMES = frozenset(("soporte_nombre",))
ADDRESSES = frozenset(("soporte_email", "recuperar_email"))
YES_NO = frozenset(("afirmar", "negar"))
NOT_UNDERSTOOD = frozenset(("", "nlu_fallback"))


@dataclass(frozen=True)
class Checked:
    """`slots` are set; a `problem` is told, and the question is asked again.

    `is_meant`: it speaks of what was asked for all the same, and is no other wish.
    """

    slots: Mapping[str, Any] = field(default_factory=dict)
    problem: Message | None = None
    is_meant: bool = False


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
        return _still_asked(tracker, form, requested) if requested in checks else Result()
    if requested in tracker.proposed and is_given_up(tracker, requested):
        return _set(left(form, requested))
    if requested in tracker.proposed and _declines(tracker, requested, checks, free_text, readable):
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
            told, messages = _count(tracker, form, checked.problem)
            slots.update(told)
        elif slot == requested and tracker.slots.get(INTERRUPTIONS):
            slots[INTERRUPTIONS] = None
    if helped:
        messages = (say("utter_crisis_en_formulario"), *messages)
    return _set(slots, messages)


def _set(slots: Mapping[str, Any], messages: tuple[Message, ...] = ()) -> Result:
    return Result(messages, tuple(SlotSet(name, value) for name, value in slots.items()))


def _declines(
    tracker: Tracker,
    requested: str,
    checks: Mapping[str, Check],
    free_text: frozenset[str],
    readable: frozenset[str],
) -> bool:
    if not is_other_wish(tracker, requested in free_text, requested):
        return False
    if tracker.text.strip().startswith("/") or _is_crisis(tracker, requested) or requested not in readable:
        return True
    checked = checks[requested](str(tracker.proposed[requested]).strip(), tracker)
    return checked.problem is not None and not checked.is_meant


def _is_crisis(tracker: Tracker, requested: str) -> bool:
    """Classifiers hear danger in names ("Rosa Victoria Cortés"): there it takes words of danger."""
    return tracker.intent == CRISIS and (requested not in NAMES or cries(tracker.text))


def _still_asked(tracker: Tracker, form: str, requested: str) -> Result:
    """Back from something else: what was declined has filled the slot all the same, by its mapping."""
    is_taken = bool(tracker.text) and tracker.slots.get(requested) == tracker.text
    return _set({**({requested: None} if is_taken else {}), **interrupted(tracker, form, requested)})


def is_other_wish(tracker: Tracker, is_free_text: bool, requested: str) -> bool:
    """Whether the message is no answer: it asks for something else, by a button or in words.

    Where an address or a name is asked for, a wish needs no question's words ("y los horarios"): what is
    understood and cannot be one is enough.
    """
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
    if (requested in ADDRESSES and not looks_like_address(text)) or (requested in NAMES and steers(text)):
        return True
    is_talk = intent in SMALL_TALK and (len(words) <= SHORT or intent == "emocion")
    return is_talk or "?" in text or asks(text)


def _count(tracker: Tracker, form: str, problem: Message) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Slots and what is told; who was offered a person and fails again is let go by an optional form."""
    bad, most = float(tracker.slots.get(ERRORS[form]) or 0) + 1, BAD_ANSWERS_BEFORE_HUMAN[form]
    if form in OPTIONAL and bad > most:
        return left(form, str(tracker.slots.get("requested_slot"))), ()
    offered = () if bad % most else (say("utter_form_offer_human"),)
    return {ERRORS[form]: bad}, (problem, *offered)
