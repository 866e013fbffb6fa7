"""Somebody in danger wants a person to know: told at once, and asked only how to be reached."""

from .backend import Backend, BackendError
from .crisis import CONTACT, CRISIS, PREFILLED, send
from .form_slots import QUESTION, RETRIED, SOPORTE, all_cleared, is_own_form, text_of
from .support import LISTEN, not_done
from .support_start import begin, new_key, of_claims, said_before
from .types import FollowupAction, Result, SlotSet, Tracker, say

AT_RISK = "en_riesgo"


def action_handoff_crisis(tracker: Tracker, backend: Backend) -> Result:
    """A ticket at once; who cannot be written to is asked for a name and an address, nothing else."""
    told = said_before(tracker)
    known = {**{slot: told[slot] for slot in CONTACT if slot in told}, **of_claims(tracker)}
    if len(known) < len(CONTACT):
        events = (
            *begin(tracker, CRISIS, {**PREFILLED, **known}),
            SlotSet(AT_RISK, True),
            SlotSet(QUESTION, None),
            FollowupAction(SOPORTE),
        )
        return Result((say("utter_crisis_datos"),), events)
    is_retry = tracker.slots.get(RETRIED) == "action_handoff_crisis" and is_own_form(tracker)
    key = text_of(tracker, "soporte_key") if is_retry else new_key(tracker, CRISIS)
    try:
        done = send(tracker, backend, key, known)
    except BackendError as error:
        failed = not_done(tracker, "action_handoff_crisis", error)
        return Result(
            (*failed.messages, say("utter_crisis_lineas")), (SlotSet("soporte_key", key), *failed.events)
        )
    return Result((done,), (*all_cleared(), LISTEN))
