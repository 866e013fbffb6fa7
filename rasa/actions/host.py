"""Runs an action for one call of rasa-sdk's webhook: the same JSON in every process.

https://rasa.com/docs/rasa/pages/action-server-api
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .backend import Backend
from .registry import ACTIONS
from .types import Event, FollowupAction, Message, Restarted, Tracker

RESERVED = frozenset(("text", "buttons", "elements", "custom", "template", "response", "image", "attachment"))


class UnknownAction(LookupError):
    """No action of this name is registered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no action is registered as {name!r}")
        self.name = name


def handle(call: Mapping[str, Any], backend: Backend) -> dict[str, Any]:
    """`{"events", "responses"}`. Raises UnknownAction, Declined, and whatever the action raises."""
    name = call.get("next_action")
    action = ACTIONS.get(name) if isinstance(name, str) else None
    if action is None:
        raise UnknownAction(str(name))
    result = action(tracker_of(call), backend)
    return {
        "events": [event_json(event) for event in result.events],
        "responses": [response_json(message) for message in result.messages],
    }


def tracker_of(call: Mapping[str, Any]) -> Tracker:
    state = _map(call.get("tracker"))
    latest = _map(state.get("latest_message"))
    metadata = _map(latest.get("metadata"))
    intent = _map(latest.get("intent"))
    grant, loop = metadata.get("grant"), _map(state.get("active_loop")).get("name")
    return Tracker(
        sender=_text(call.get("sender_id") or state.get("sender_id")),
        text=_text(latest.get("text")),
        intent=_text(intent.get("name")),
        confidence=_number(intent.get("confidence")),
        entities=tuple(found for found in _list(latest.get("entities")) if isinstance(found, Mapping)),
        ranking=tuple(
            (guess["name"], _number(guess.get("confidence")))
            for guess in _list(latest.get("intent_ranking"))
            if isinstance(guess, Mapping) and isinstance(guess.get("name"), str)
        ),
        slots=_map(state.get("slots")),
        proposed=_proposed(_list(state.get("events"))),
        active_form=loop if isinstance(loop, str) and loop else None,
        claims=_claims(_map(metadata.get("auth"))),
        grant=grant if isinstance(grant, str) else "",
        language=_text(metadata.get("language")),
        message_id=_text(latest.get("message_id")),
    )


def _claims(auth: Mapping[str, Any]) -> dict[str, str] | None:
    """Only of a person: verified claims have a `sub`."""
    claims = _map(auth.get("claims"))
    if auth.get("hasToken") is not True or not claims.get("sub"):
        return None
    return {str(name): str(value) for name, value in claims.items() if value is not None}


def _proposed(events: Sequence[Any]) -> dict[str, Any]:
    """A form puts the slots that it would like to take at the end of the events, for its validation."""
    proposed: dict[str, Any] = {}
    for event in reversed(events):
        if not isinstance(event, Mapping) or event.get("event") != "slot":
            break
        proposed.setdefault(_text(event.get("name")), event.get("value"))
    return dict(reversed(proposed.items()))


def event_json(event: Event) -> dict[str, Any]:
    if isinstance(event, Restarted):
        return {"event": "restart", "timestamp": None}
    if isinstance(event, FollowupAction):
        return {"event": "followup", "timestamp": None, "name": event.name}
    return {"event": "slot", "timestamp": None, "name": event.name, "value": event.value}


def response_json(message: Message) -> dict[str, Any]:
    """As rasa-sdk's dispatcher writes it. Placeholders stand beside the rest, so some names are taken."""
    taken = RESERVED & set(message.fields)
    if taken:
        raise ValueError(f"{message.response}: a placeholder cannot be called {', '.join(sorted(taken))}")
    return {
        "text": message.text or None,
        "buttons": [dict(button) for button in message.buttons],
        "elements": [],
        "custom": dict(message.custom or {}),
        "template": message.response or None,
        "response": message.response or None,
        "image": None,
        "attachment": None,
        **message.fields,
    }


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
