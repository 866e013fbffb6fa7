"""What is looked at on every message, and what is remembered between them."""

from .authors import noticed
from .backend import Backend
from .form_slots import QUESTION
from .types import Event, Restarted, Result, SlotSet, Tracker, say
from .understanding import NOT_UNDERSTOOD
from .wish_slot import WISH, forgotten, read_wish, remembered
from .wishes import answer, as_wish


def action_verify_session(tracker: Tracker, backend: Backend) -> Result:
    """Runs on every message: the claims of the turn decide."""
    return Result(events=(SlotSet("session_verified", tracker.claims is not None),))


def action_validate_slot_mappings(tracker: Tracker, backend: Backend) -> Result:
    """Runs on every message, before any rule: whose the forms are, misses are over, a wish is answered,
    the language is the one that the page was switched to.

    Here and not in action_verify_session, whose messages Rasa drops.
    """
    messages, of_person = noticed(tracker)
    events: list[Event] = [*of_person, *_switched(tracker)]
    if tracker.slots.get("fallos") and tracker.intent not in NOT_UNDERSTOOD:
        events.append(SlotSet("fallos", 0.0))
    if tracker.slots.get(WISH):
        wish = read_wish(tracker)
        is_over = wish is None or tracker.intent == "cancelar"
        if is_over or tracker.claims is not None:
            events.append(forgotten())
        if wish and not is_over and tracker.claims is not None and wish[0] != tracker.intent:
            told, _events = answer(as_wish(tracker, *wish), backend)
            messages = (*messages, *told)
    return Result(messages, tuple(events))


def _switched(tracker: Tracker) -> list[Event]:
    """A language that the student asks for in words wins over the page's."""
    is_asked = tracker.intent in ("idioma_es", "idioma_en")
    is_new = tracker.language in ("es", "en") and tracker.language != tracker.slots.get("idioma")
    return [SlotSet("idioma", tracker.language)] if is_new and not is_asked else []


def action_remember_wish(tracker: Tracker, backend: Backend) -> Result:
    return Result(events=(remembered(tracker),))


def action_close_question(tracker: Tracker, backend: Backend) -> Result:
    """The question was answered: the next "sí" speaks of something else."""
    return Result(events=(SlotSet(QUESTION, None),))


def action_restart_conversation(tracker: Tracker, backend: Backend) -> Result:
    """Everything is forgotten but the language."""
    language = tracker.slots.get("idioma")
    kept = (SlotSet("idioma", language),) if language else ()
    return Result((say("utter_reiniciar"),), (Restarted(), *kept))
