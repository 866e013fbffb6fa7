"""A conversation's state as staff may look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.chat.engines.embedded.store import ConversationState

LISTEN = "action_listen"
SHOWN_TURNS = 10


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What was understood (None: nothing was said, as when a session begins) and what the bot did."""

    intent: str | None
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    slots: Mapping[str, Any]
    """Those that have a value."""
    form: str | None
    requested_slot: str | None
    """What the form has asked for."""
    turns: tuple[PastTurn, ...]
    """Oldest first; what was undone is among them."""


def picture_of(state: ConversationState, turns: int = SHOWN_TURNS) -> Picture:
    filled = {name: value for name, value in state.slots.items() if value is not None}
    requested = filled.pop("requested_slot", None)
    return Picture(
        slots=filled,
        form=state.active_loop,
        requested_slot=str(requested) if requested else None,
        turns=tuple(_turns(state.events)[-turns:]),
    )


def _turns(events: list[dict[str, Any]]) -> list[PastTurn]:
    turns: list[PastTurn] = []
    for event in events:
        kind, name = event.get("event"), event.get("name")
        if kind == "user":
            turns.append(PastTurn((event.get("parse_data") or {}).get("intent", {}).get("name"), ()))
        elif kind == "action" and name and name != LISTEN:
            last = turns.pop() if turns else PastTurn(None, ())
            turns.append(PastTurn(last.intent, (*last.actions, str(name))))
    return turns
