"""One user message being answered: what was said, what has happened since, and what was answered so far."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.chat.engines.base import Message
from apps.chat.engines.embedded.dialogue.utterance import Utterance
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject

QUESTION_SLOT = "pending_question"
"""The yes/no question that is open, in a project that has such a slot."""

VERIFIED_SLOT = "session_verified"
"""Follows the verified claims of the turn and nothing else, whoever asks for another value."""


@dataclass(frozen=True, slots=True)
class SlotSet:
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class BotUttered:
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class LoopChanged:
    """A form becomes active, or (None) none is."""

    name: str | None


@dataclass(frozen=True, slots=True)
class SessionCleared:
    """Everything said before counts no more."""

    keep_slots: bool = False


Event = SlotSet | BotUttered | LoopChanged | SessionCleared


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stood between two actions."""

    slots: Mapping[str, Any]
    active_loop: str | None


@dataclass(slots=True)
class Turn:
    """Actions read it and return events; only `apply` changes it and the conversation's state."""

    project: BotProject
    state: ConversationState
    said: Utterance
    sender: str
    claims: Mapping[str, Any] | None
    is_first: bool = False
    """Whether the session begins with this message."""
    day: str = ""
    """The project's local day (ISO), for answers with dates; "": whatever their dates."""
    messages: list[Message] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    """Before the first action, and after each."""

    def apply(self, event: Event) -> None:
        if isinstance(event, BotUttered):
            self.messages += event.messages
        elif isinstance(event, SlotSet):
            self._set_slot(event.name, event.value)
        elif isinstance(event, LoopChanged):
            self.state.active_loop = event.name
        else:
            self._clear(event.keep_slots)

    def remember_moment(self) -> None:
        self.moments.append(Moment(dict(self.state.slots), self.state.active_loop))

    def _set_slot(self, name: str, value: Any) -> None:
        if name in self.project.slots:
            self.state.slots[name] = self.claims is not None if name == VERIFIED_SLOT else value

    def _clear(self, keep_slots: bool) -> None:
        state = self.state
        state.misses, state.wish, state.active_loop, state.latest_intent = 0, None, None, None
        if not keep_slots:
            for slot in self.project.slots.values():
                self._set_slot(slot.name, copy.deepcopy(slot.initial))
