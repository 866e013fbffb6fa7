"""Reads Rasa's JSON: nothing that a client or the database could choke on gets past here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.chat.engines.base import EngineProtocolError, Entity, Guess, Message, Parse
from apps.core.strict_json import finite, no_constant
from apps.core.text import storable

MAX_DEPTH = 64
FALLBACK_INTENT = "nlu_fallback"
TRACKER_PARTS = ("slots", "active_loop", "latest_action_name", "paused", "latest_event_time")
SHAPES: dict[str, type] = {"recipient_id": str, "buttons": list, "image": str}


@dataclass(frozen=True, slots=True)
class Understood:
    """What Rasa took a sentence for, and the model that did."""

    intent: str
    confidence: float
    is_fallback: bool
    model_version: str | None
    is_form_answer: bool = False


_decoder = json.JSONDecoder(parse_float=finite, parse_constant=no_constant)


def read_json(body: bytes) -> Any:
    """Strict JSON; NUL and lone surrogates in texts become U+FFFD. Raises EngineProtocolError."""
    try:
        return _storable(_decoder.decode(body.decode("utf-8")), MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        raise EngineProtocolError("not JSON") from error


def _storable(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list | dict) and not depth:
        raise ValueError("nested too deep")
    if isinstance(value, list):
        return [_storable(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {storable(key): _storable(item, depth - 1) for key, item in value.items()}
    return value


def read_messages(body: bytes, sender: str) -> list[Message]:
    """Objects with a `recipient_id`, and a text for `text` where there is one. Raises EngineProtocolError."""
    answer = read_json(body)
    if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
        raise EngineProtocolError("not a list of messages")
    if not all(isinstance(item.get("text", ""), str) for item in answer):
        raise EngineProtocolError("a message's text is not a text")
    return [_message(item, sender) for item in answer]


def _message(item: dict[str, Any], sender: str) -> Message:
    """In the shape that clients rely on (contract http.md §3.1): what has another type is left out."""
    kept = {key: value for key, value in item.items() if key not in SHAPES or isinstance(value, SHAPES[key])}
    if "buttons" in kept:
        kept["buttons"] = [
            b for b in kept["buttons"] if isinstance(b, dict) and isinstance(b.get("title"), str)
        ]
    return {"recipient_id": sender, **kept}


def read_parse(body: bytes, text: str) -> Parse:
    """Raises EngineProtocolError."""
    answer = read_json(body)
    if not isinstance(answer, dict):
        raise EngineProtocolError("not a parse")
    best = read_guess(answer.get("intent"))
    ranking = (read_guess(item) for item in _list(answer.get("intent_ranking")))
    entities = (_entity(item) for item in _list(answer.get("entities")))
    return Parse(
        text=text,
        intent=best.intent if best else None,
        confidence=best.confidence if best else 0.0,
        ranking=tuple(guess for guess in ranking if guess),
        entities=tuple(entity for entity in entities if entity),
    )


def read_guess(item: Any) -> Guess | None:
    """None unless there is an intent's name; a missing confidence counts as 0."""
    name = item.get("name") if isinstance(item, Mapping) else None
    if not isinstance(name, str) or not name:
        return None
    confidence = item.get("confidence")
    is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
    return Guess(name, min(1.0, max(0.0, float(confidence))) if is_number else 0.0)


def read_latest_message(body: bytes) -> tuple[str | None, Guess | None]:
    """A tracker's latest message, None before there is one, and its intent. Raises EngineProtocolError."""
    tracker = read_json(body)
    latest = tracker.get("latest_message") if isinstance(tracker, dict) else None
    if not isinstance(latest, dict):
        raise EngineProtocolError("not a tracker")
    text = latest.get("text")
    return text if isinstance(text, str) else None, read_guess(latest.get("intent"))


def read_tracker(body: bytes) -> dict[str, Any]:
    """Slots and what is open of a tracker, `{"slots", "active_loop"?, "latest_action_name"?…}`.

    Raises EngineProtocolError.
    """
    tracker = read_json(body)
    if not isinstance(tracker, dict) or not isinstance(tracker.get("slots"), dict):
        raise EngineProtocolError("not a tracker")
    return {name: tracker[name] for name in TRACKER_PARTS if name in tracker}


def read_model_version(body: bytes) -> str | None:
    """The model's file name without its extension. Raises EngineProtocolError."""
    answer = read_json(body)
    path = answer.get("model_file") if isinstance(answer, dict) else None
    return path.rsplit("/", 1)[-1].removesuffix(".tar.gz") if isinstance(path, str) and path else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _entity(item: Any) -> Entity | None:
    if not isinstance(item, dict):
        return None
    name, start, end = item.get("entity"), item.get("start"), item.get("end")
    if not isinstance(name, str) or not isinstance(start, int) or not isinstance(end, int):
        return None
    return Entity(name, str(item.get("value", "")), start, end)
