"""What happens in a conversation, as events in the JSON that Rasa and action servers speak."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT, Utterance

Event = dict[str, Any]
MAX_GUESSES = 10
"""Of the intents that a message may mean, as many as Rasa's classifiers tell (`ranking_length`)."""

LISTEN = "action_listen"
SESSION_START = "action_session_start"
REQUESTED_SLOT = "requested_slot"
VERIFIED_SLOT = "session_verified"
"""Follows the verified claims of the turn and nothing else, whoever asks for another value."""

_NAMED = frozenset({"slot", "action", "followup", "action_execution_rejected"})
_BARE = frozenset({"restart", "rewind", "undo", "reset_slots", "pause", "resume", "session_started", "bot"})
_LOOPS = {"active_loop": "active_loop", "form": "active_loop"}
_INTERRUPTIONS = frozenset({"loop_interrupted", "form_validation"})
_WITHOUT_WORDS = frozenset({"event", "text", "parse_data"})
logger = logging.getLogger(__name__)


def slot_set(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value}


def acted(name: str, *, is_hidden: bool = False) -> Event:
    """An action ran. Hidden: a rule that stands in no story asked for it, so stories do not see it."""
    return {"event": "action", "name": name, **({"hide_rule_turn": True} if is_hidden else {})}


def rejected(name: str) -> Event:
    return {"event": "action_execution_rejected", "name": name}


def loop_set(name: str | None) -> Event:
    """A form (or other loop) becomes active, or (None) none is."""
    return {"event": "active_loop", "name": name}


def interrupted() -> Event:
    return {"event": "loop_interrupted", "is_interrupted": True}


def bare(kind: str) -> Event:
    return {"event": kind}


def uttered(draft: Mapping[str, Any]) -> Event:
    """`draft` has the keys of a response: text, buttons, image, custom, attachment, elements."""
    data = {key: value for key, value in draft.items() if key != "text" and value}
    return {"event": "bot", "text": draft.get("text") or "", "data": data}


def heard(said: Utterance, metadata: Mapping[str, Any], message_id: str) -> Event:
    """The student's message; `metadata` is for actions and never stored."""
    intent = {"name": said.intent, "confidence": said.confidence}
    best = said.ranking[:MAX_GUESSES]
    guesses = [{"name": guess.intent, "confidence": guess.confidence} for guess in best]
    if not said.is_understood:
        guesses.insert(0, intent)
    parse = {
        "text": said.text,
        "intent": intent,
        "entities": [
            {"entity": one.entity, "value": one.value, "start": one.start, "end": one.end}
            for one in said.entities
        ],
        "intent_ranking": guesses or [intent],
        "message_id": message_id,
        "metadata": dict(metadata),
    }
    return {
        "event": "user",
        "text": said.text,
        "parse_data": parse,
        "message_id": message_id,
        "metadata": dict(metadata),
        "input_channel": "rest",
    }


def intent_of(message: Event | None) -> str | None:
    return (message["parse_data"].get("intent") or {}).get("name") if message else None


def entities_of(message: Event | None) -> list[Mapping[str, Any]]:
    return message["parse_data"].get("entities") or [] if message else []


def text_of(message: Event | None) -> str:
    return (message.get("text") or "") if message else ""


def without_words(event: Event) -> Event:
    """A message as it is stored: what it meant, not what was written or who wrote it."""
    if event["event"] != "user" or (event.keys() == _WITHOUT_WORDS and not event["text"]):
        return event
    names = [{"entity": one.get("entity")} for one in entities_of(event)]
    intent = {"name": intent_of(event) or FALLBACK_INTENT}
    return {"event": "user", "text": "", "parse_data": {"intent": intent, "entities": names}}


def is_whole(event: Event) -> bool:
    """Whether an event that was stored still has what its kind needs."""
    if event["event"] in _NAMED:
        return isinstance(event["name"], str)
    if event["event"] == "user":
        return isinstance(event["text"], str)
    return isinstance(event["event"], str)


def read_events(told: Iterable[Any], action: str) -> list[Event]:
    """An action's events that mean something here; others (reminders, broken ones) are told to the log."""
    read = []
    for event in told:
        if (one := _read(event)) is None:
            kind = event.get("event") if isinstance(event, Mapping) else type(event).__name__
            logger.warning("event %.40r of %s is not applied", kind, action)
        else:
            read.append(one)
    return read


def _read(event: Any) -> Event | None:
    if not isinstance(event, Mapping):
        return None
    kind, name = event.get("event"), event.get("name")
    if kind in _LOOPS and (name is None or isinstance(name, str)):
        return loop_set(name)
    if kind in _INTERRUPTIONS:
        return {"event": "loop_interrupted", "is_interrupted": _is_interrupted(event)}
    if kind in _NAMED and isinstance(name, str):
        return _known(event, "name", "value") if kind == "slot" else _known(event, "name")
    if kind == "user":
        return _read_user(event)
    return _known(event, "text", "data") if kind in _BARE else None


def _known(event: Mapping[str, Any], *keys: str) -> Event | None:
    """What of it means something here; None when it could not be stored."""
    kept = {key: event[key] for key in ("event", *keys) if key in event}
    return kept if _is_json(kept) else None


def _is_interrupted(event: Mapping[str, Any]) -> bool:
    return bool(event.get("is_interrupted", not event.get("validate", True)))


def _read_user(event: Mapping[str, Any]) -> Event | None:
    parse = event.get("parse_data")
    if not isinstance(parse, Mapping) or not isinstance(parse.get("intent"), Mapping):
        return None
    entities = [one for one in parse.get("entities") or [] if isinstance(one, Mapping)]
    return {**event, "text": str(event.get("text") or ""), "parse_data": {**parse, "entities": entities}}


def _is_json(value: Any) -> bool:
    """Whether it can be stored: no NaN, no objects."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
