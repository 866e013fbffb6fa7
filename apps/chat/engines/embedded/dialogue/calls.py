"""The body of an action server's webhook, built when an action runs outside the dialogue."""

from typing import Any

from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import SESSION_START, Event
from apps.chat.engines.embedded.dialogue.tracker import Loop, Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn

VERSION = "3.6.21"
"""The Rasa whose protocol is spoken."""


def call_of(action: str, turn: Turn, tracker: Tracker, domain: Domain) -> dict[str, Any]:
    slots = dict(tracker.slots)
    if action == SESSION_START:
        slots["session_started_metadata"] = dict(turn.metadata)
    return {
        "next_action": action,
        "sender_id": turn.sender,
        "tracker": {
            "sender_id": turn.sender,
            "slots": slots,
            "latest_message": dict(tracker.latest_message["parse_data"]) if tracker.latest_message else {},
            "latest_event_time": turn.now,
            "followup_action": tracker.followup,
            "paused": tracker.is_paused,
            "events": [{"timestamp": turn.now, **event} for event in tracker.events],
            "latest_input_channel": "rest",
            "active_loop": _loop(tracker.loop) if tracker.loop else {},
            "latest_action": {"action_name": tracker.latest_action} if tracker.latest_action else {},
            "latest_action_name": tracker.latest_action,
        },
        "domain": domain.webhook,
        "version": VERSION,
    }


def _loop(loop: Loop) -> dict[str, Any]:
    return {
        "name": loop.name,
        "is_interrupted": loop.is_interrupted,
        "rejected": loop.is_rejected,
        "trigger_message": _parse_of(loop.trigger),
    }


def _parse_of(message: Event | None) -> dict[str, Any]:
    return dict(message["parse_data"]) if message else {}
