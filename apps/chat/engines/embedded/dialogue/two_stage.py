"""`action_two_stage_fallback`: asks whether the best guess was meant, then for other words, then gives up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apps.chat.engines.embedded.dialogue.domain import (
    ASK_AFFIRMATION,
    ASK_REPHRASE,
    DEFAULT_FALLBACK,
    TWO_STAGE,
)
from apps.chat.engines.embedded.dialogue.events import LISTEN, Event, acted, bare, intent_of, loop_set
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT, OUT_OF_SCOPE

if TYPE_CHECKING:
    from apps.chat.engines.embedded.dialogue.actions import Actions

_TWO_MISSES = (FALLBACK_INTENT, FALLBACK_INTENT)
_SECOND_NO = (OUT_OF_SCOPE, FALLBACK_INTENT, OUT_OF_SCOPE)


def run_two_stage(actions: "Actions", turn: Turn, tracker: Tracker) -> list[Event]:
    is_new = tracker.loop_name != TWO_STAGE
    events = [loop_set(TWO_STAGE)] if is_new else []
    gives_up = _last_intents(tracker, 2) == _TWO_MISSES or _last_intents(tracker, 3) == _SECOND_NO
    is_missed = tracker.intent in (FALLBACK_INTENT, OUT_OF_SCOPE)
    if is_missed and not gives_up:
        asks_meaning = is_new or tracker.intent == FALLBACK_INTENT
        ask = ASK_AFFIRMATION if asks_meaning else ASK_REPHRASE
        return [*events, *actions.run(ask, turn, tracker)]
    events.append(loop_set(None))
    if gives_up:
        return [*events, *actions.run(DEFAULT_FALLBACK, turn, tracker)]
    return [*events, bare("rewind"), acted(LISTEN), *_clarified(tracker)]


def _clarified(tracker: Tracker) -> Sequence[Event]:
    """The message that said what was meant, as if it had been said in the first place."""
    message = tracker.latest_message
    if message is None:
        return []
    parse = message["parse_data"]
    return [{**message, "parse_data": {**parse, "intent": {**parse["intent"], "confidence": 1.0}}}]


def _last_intents(tracker: Tracker, count: int) -> tuple[str | None, ...]:
    """Of the last messages, newest first; one that was undone takes a place and gives none."""
    told = [event for event in reversed(tracker.events) if event["event"] in ("user", "rewind")]
    return tuple(intent_of(event) for event in told[:count] if event["event"] == "user")
