"""One conversation as the sum of its events, folded and undone as Rasa's tracker does."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import LISTEN, SESSION_START, Event, intent_of, slot_set

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Base:
    """How things stood before the first event that is still known. No action: nothing was before it."""

    slots: dict[str, Any] = field(default_factory=dict)
    loop: str | None = None
    action: str | None = None
    intent: str | None = None
    is_paused: bool = False


@dataclass(slots=True)
class Loop:
    """The active form."""

    name: str
    is_interrupted: bool = False
    is_rejected: bool = False
    trigger: Event | None = None


class Tracker:
    """`events` is all that happened since the session began, `applied` what of it still counts.

    From `fix` on slots have the values that it was given, whatever an event says.
    """

    def __init__(self, domain: Domain, base: Base) -> None:
        self._domain = domain
        self._fixed: Mapping[str, Any] = {}
        self.base = base
        self.events: list[Event] = []
        self.applied: list[Event] = []
        self._reset()

    def fork(self, *more: Event) -> "Tracker":
        """A tracker to try out on, in which `more` has happened too."""
        other = Tracker.__new__(Tracker)
        other._domain, other._fixed, other.base = self._domain, self._fixed, self.base
        other.events, other.applied = self.events.copy(), self.applied.copy()
        other.slots, other.loop = self.slots.copy(), replace(self.loop) if self.loop else None
        other.latest_action, other.latest_message = self.latest_action, self.latest_message
        other.followup, other.is_paused = self.followup, self.is_paused
        other.update(*more)
        return other

    def fix(self, values: Mapping[str, Any]) -> None:
        self._fixed = values
        self.update(*(slot_set(name, value) for name, value in values.items() if self.slots[name] != value))

    def update(self, *events: Event) -> None:
        for event in events:
            if event["event"] == "slot" and event["name"] in self._fixed:
                event = {**event, "value": self._fixed[event["name"]]}
            if event["event"] in ("restart", "session_started"):
                self._begin_anew()
            self.events.append(event)
            fold(self.applied, event, self._domain.loops)
            self._apply(event)

    @property
    def loop_name(self) -> str | None:
        return self.loop.name if self.loop else None

    @property
    def is_rejected(self) -> bool:
        """Whether the active form has declined the message."""
        return self.loop is not None and self.loop.is_rejected

    @property
    def intent(self) -> str | None:
        return intent_of(self.latest_message)

    @property
    def declined(self) -> str | None:
        """The action that has just declined to run."""
        kinds = ("action", "action_execution_rejected")
        last = next((event for event in reversed(self.events) if event["event"] in kinds), None)
        return last["name"] if last and last["event"] == kinds[1] else None

    def before(self, events: Sequence[Event]) -> "Tracker":
        """How things stood when only these events had happened."""
        other = Tracker(self._domain, self.base)
        other.update(*events)
        return other

    def since_message(self) -> list[Event]:
        """The latest message and what came after it."""
        for index in range(len(self.events) - 1, -1, -1):
            if self.events[index] is self.latest_message:
                return self.events[index:]
        return self.events

    def _begin_anew(self) -> None:
        self.base = Base(self._domain.initial_slots())
        self.events.clear()

    def _reset(self) -> None:
        self.slots: dict[str, Any] = {**self.base.slots, **self._fixed}
        self.loop: Loop | None = Loop(self.base.loop) if self.base.loop else None
        self.latest_action: str | None = self.base.action
        self.latest_message: Event | None = None
        self.followup: str | None = LISTEN
        self.is_paused = self.base.is_paused

    def _apply(self, event: Event) -> None:
        match event["event"]:
            case "slot":
                self._set_slot(event["name"], event["value"])
            case "user":
                self.latest_message, self.followup = event, None
            case "action":
                self._act(event["name"])
            case "active_loop":
                name = event["name"]
                self.loop = Loop(name, trigger=self.latest_message) if name else None
            case "loop_interrupted" if self.loop:
                self.loop.is_interrupted = event["is_interrupted"]
            case "action_execution_rejected" if self.loop and event["name"] == self.loop.name:
                self.loop.is_rejected = True
            case "followup":
                self.followup = event["name"]
            case "reset_slots":
                self.slots = {**self._domain.initial_slots(), **self._fixed}
            case "pause" | "resume":
                self.is_paused = event["event"] == "pause"
            case "restart" | "session_started":
                self._reset()
                self.followup = SESSION_START if event["event"] == "restart" else LISTEN
            case "rewind" | "undo":
                self._reset()
                for one in self.applied:
                    self._apply(one)

    def _act(self, name: str) -> None:
        self.latest_action, self.followup = name, None
        if self.loop:
            self.loop.is_interrupted = False
            if name == self.loop.name:
                self.loop.is_rejected = False

    def _set_slot(self, name: str, value: Any) -> None:
        slot = self._domain.slots.get(name)
        if slot is None:
            logger.warning("slot %.60r is not in the project and was not set", name)
            return
        value = self._fixed.get(name, value)
        self.slots[name] = [value] if slot.type == "list" and value and not isinstance(value, list) else value


def fold(applied: list[Event], event: Event, loops: frozenset[str]) -> None:
    """Adds the event to those that count, or takes away what it undoes.

    A form that goes on happily leaves one trace, that of its first run: rules and stories do not see the
    messages that it took as answers.
    """
    match event["event"]:
        case "restart" | "session_started":
            applied.clear()
        case "undo":
            _undo(applied, "action")
        case "rewind":
            _undo(applied, "user")
            _undo(applied, "action")
        case "action" if event["name"] in loops and _goes_on(event["name"], applied):
            _forget_answer(event["name"], applied)
        case _:
            applied.append(event)


def _undo(applied: list[Event], kind: str) -> None:
    while applied and applied.pop()["event"] != kind:
        pass


def _goes_on(loop: str, applied: Sequence[Event]) -> bool:
    """Whether the form ran before and nothing else has answered the student since."""
    after: str | None = None
    for event in reversed(applied):
        match event["event"]:
            case "active_loop" if event["name"] is None:
                return False
            case "action_execution_rejected" if event["name"] == loop:
                return False
            case "user" if after not in (None, loop):
                return False
            case "action" if event["name"] == loop:
                return True
            case "action":
                after = event["name"]
    return False


def _forget_answer(loop: str, applied: list[Event]) -> None:
    first = max(
        i for i, event in enumerate(applied) if (event["event"], event.get("name")) == ("action", loop)
    )
    kept = [event for event in applied[first + 1 :] if event["event"] not in ("action", "user")]
    applied[first + 1 :] = kept
