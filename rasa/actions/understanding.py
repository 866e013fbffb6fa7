"""What is said when the bot did not understand, and what is answered in the middle of a form."""

from .backend import Backend, BackendError
from .types import Message, Result, SlotSet, Tracker, say
from .wishes import answer
from .words import language, word

NOT_UNDERSTOOD = frozenset(("", "nlu_fallback"))
MISSES_BEFORE_HUMAN = 3
GUESSES, CONSIDERED = 2, 5
"""Guesses further down the ranking are not worth a button."""


def action_not_understood(tracker: Tracker, backend: Backend) -> Result:
    misses = float(tracker.slots.get("fallos") or 0) + 1
    messages = [_asked_back(tracker, backend)]
    if misses % MISSES_BEFORE_HUMAN == 0:
        messages.append(say("utter_offer_human"))
    return Result(tuple(messages), (SlotSet("fallos", misses),))


def _asked_back(tracker: Tracker, backend: Backend) -> Message:
    buttons = _guesses(tracker, backend)
    if not buttons:
        return say("utter_fallback")
    menu = {"title": word("menu", tracker), "payload": "/menu"}
    return Message("utter_did_you_mean", buttons=(*buttons, menu))


def _guesses(tracker: Tracker, backend: Backend) -> tuple[dict[str, str], ...]:
    try:
        titles = backend.intent_titles()
    except BackendError:
        return ()
    names = [name for name, _confidence in tracker.ranking if name not in NOT_UNDERSTOOD][:CONSIDERED]
    chosen = [name for name in names if name != "menu" and titles.get(name)][:GUESSES]
    speaks = language(tracker)
    return tuple(
        {"title": titles[name].get(speaks) or titles[name].get("es", name), "payload": f"/{name}"}
        for name in chosen
    )


def action_answer_inside(tracker: Tracker, backend: Backend) -> Result:
    return Result(*answer(tracker, backend))
