"""What a student is offered when the bot did not understand."""

from apps.chat.engines.embedded.dialogue.actions import say
from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.turn import Event, Turn
from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT

OFFER_HUMAN = "utter_offer_human"
MISSES_BEFORE_HUMAN = 3
GUESSES = 2
CONSIDERED = 5
"""Guesses further down the ranking are not worth a button."""


def is_time_for_human(misses: int) -> bool:
    """At the third miss in a row and at every third after it, so that the offer does not drown the help."""
    return misses > 0 and misses % MISSES_BEFORE_HUMAN == 0


def offer_human(turn: Turn, responder: Responder) -> list[Event]:
    return say(OFFER_HUMAN, turn, responder)


def offer_guesses(turn: Turn) -> None:
    """Puts the best guesses as first buttons under the last text of the turn."""
    buttons = _guesses(turn)
    texts = [message for message in turn.messages if "text" in message]
    if buttons and texts:
        offered = {button["payload"] for button in buttons}
        own = [b for b in texts[-1].get("buttons", []) if b.get("payload") not in offered]
        texts[-1]["buttons"] = [*buttons, *own]


def _guesses(turn: Turn) -> list[dict[str, str]]:
    intents = turn.project.intents
    names = [
        guess.intent
        for guess in turn.said.ranking[:CONSIDERED]
        if guess.intent != FALLBACK_INTENT and guess.intent in intents and intents[guess.intent].title
    ]
    return [{"title": intents[name].title, "payload": f"/{name}"} for name in names[:GUESSES]]
