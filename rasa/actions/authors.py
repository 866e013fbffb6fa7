"""Whose a conversation's forms are: on a shared device one person may write after another."""

from dataclasses import replace
from typing import Any

from .form_checks import CRISIS
from .form_slots import AUTHOR, ENCUESTA, QUESTION, SLOTS, SOPORTE, all_cleared, person, text_of
from .support_start import begin, new_key
from .types import Event, Message, SlotSet, Tracker, say

OF_A_PERSON: dict[str, Any] = {"tipo_problema": "otro", "tipo_certificado": None}
"""Told in passing, and what it is when nothing was told."""
GONE_ON = frozenset(("pqrs", "humano", "tutor"))
"""Kinds of an open form that may be another person's wish too; an emergency is not."""
UNTOLD = frozenset((CRISIS, "cancelar"))
"""Where the answer is all that matters."""


def noticed(tracker: Tracker) -> tuple[tuple[Message, ...], tuple[Event, ...]]:
    """On every message, before any rule: who is known now, and the end of what another person left.

    Who logs in goes on with what they began before. Somebody unknown changes nothing: a session may have run
    out, and what is another's is neither shown nor sent to them (is_own_form).
    """
    before, now = tracker.slots.get(AUTHOR), person(tracker)
    if not now or before == now:
        return (), ()
    if not before:
        return (), (SlotSet(AUTHOR, now),)
    is_told = tracker.active_form in SLOTS and tracker.intent not in UNTOLD
    messages = (say("utter_form_de_otra_persona"),) if is_told else ()
    return messages, (*_forgotten(tracker), *_begun(tracker), SlotSet(AUTHOR, now))


def _forgotten(tracker: Tracker) -> tuple[SlotSet, ...]:
    """What this very message fills in beside the forms is of the newcomer."""
    said = tracker.proposed
    told = tuple(SlotSet(slot, value) for slot, value in OF_A_PERSON.items() if slot not in said)
    kept = tuple(event for event in all_cleared() if event.name != QUESTION or QUESTION not in said)
    return (*kept, *told)


def _begun(tracker: Tracker) -> tuple[Event, ...]:
    """The form that is open begins anew."""
    if tracker.active_form == SOPORTE:
        nothing = replace(tracker, slots={AUTHOR: person(tracker)})
        kind = text_of(tracker, "soporte_tipo")
        return begin(nothing, kind if kind in GONE_ON else "soporte")
    if tracker.active_form == ENCUESTA:
        return (SlotSet("encuesta_key", new_key(tracker, "encuesta")),)
    return ()
