"""What is remembered of a conversation, and what the engine asks of whoever keeps it."""

import json
import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from typing import Any, NoReturn, Protocol

from apps.chat.engines.embedded.codec import decode

SCHEMA = 2
logger = logging.getLogger(__name__)


class StoreUnavailable(Exception):
    """A conversation cannot be read or saved: the turn is answered, but is not remembered."""


@dataclass(slots=True)
class ConversationState:
    """Everything that a turn needs to know of those before it."""

    slots: dict[str, Any] = field(default_factory=dict)
    active_loop: str | None = None
    """The form that is being filled in."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """What happened, oldest first, in Rasa's JSON; without what was written and what was answered."""
    base: dict[str, Any] = field(default_factory=dict)
    """How things stood before the first of `events`."""
    used: dict[str, int] = field(default_factory=dict)
    """The variation of each response that was said last."""
    last_turn_at: float | None = None
    """Seconds since 1970."""
    schema: int = SCHEMA

    def to_json(self) -> str:
        kept = {one.name: getattr(self, one.name) for one in fields(self)}  # plain data: nothing to copy
        return json.dumps(kept, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes | None) -> "ConversationState":
        """A fresh state for nothing and for broken data: an unreadable past must not stop a student."""
        if not text:
            return cls()
        try:
            return decode(cls, json.loads(text, parse_constant=_refuse))
        except (ValueError, TypeError, RecursionError):
            logger.warning("a stored conversation state is unreadable, the conversation starts afresh")
            return cls()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


class ConversationStore(Protocol):
    """Keeps one state per sender."""

    def turn(self, sender: str) -> AbstractContextManager[ConversationState]:
        """Holds the sender's lock, in all processes, for the block; saves the state when it ends well.

        Raises StoreUnavailable on entering when the state cannot be read and on leaving when it cannot be
        saved; EngineTimeout when the lock is not had within the time of a turn.
        """
        ...
