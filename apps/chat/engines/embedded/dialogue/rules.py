"""Finds the rule that says what comes next, as Rasa's RulePolicy does."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.chat.engines.embedded.dialogue.events import LISTEN
from apps.chat.engines.embedded.dialogue.features import UNSET, State
from apps.chat.engines.embedded.dialogue.scripts import SNIPPET, Lesson

INTERRUPTED = "the form was left for something else: it must not take the message as an answer"
NOT_LOOP = "the form must not run again by itself"


@dataclass(frozen=True, slots=True)
class Entry:
    """After these states follows the action. `weight` is what tells the more exact of two rules."""

    states: tuple[State, ...]
    action: str
    weight: int


@dataclass(frozen=True, slots=True)
class Found:
    action: str | None
    entry: Entry | None
    interrupts: bool
    """Whether the active form is to be told that the message was no answer to it."""


class Table:
    """Entries by how they end: only those that may fit are looked at."""

    def __init__(self) -> None:
        self._by_end: dict[tuple[str | None, str | None], list[Entry]] = defaultdict(list)
        self._seen: set[str] = set()

    def add(self, states: tuple[State, ...], action: str) -> None:
        """Of two that say different things after the same states the first stays."""
        key = json.dumps(shape_of(states), sort_keys=True)
        if key not in self._seen:
            self._seen.add(key)
            entry = Entry(states, action, len(key))
            self._by_end[states[-1].action, states[-1].intent].append(entry)

    def close(self) -> None:
        for entries in self._by_end.values():
            entries.sort(key=lambda entry: -entry.weight)

    def fitting(self, states: Sequence[State]) -> Iterable[Entry]:
        """Heaviest first within those of the intent, and within those of any."""
        last = states[-1]
        for key in {(last.action, last.intent), (last.action, None)}:
            for entry in self._by_end.get(key, ()):
                if fits(entry.states, states):
                    yield entry

    def best(self, states: Sequence[State]) -> Entry | None:
        return max(self.fitting(states), key=lambda entry: entry.weight, default=None)


class Rules:
    """What rules say, and how stories and rules leave a form and come back to it."""

    def __init__(self, rules: Iterable[Lesson], stories: Iterable[Lesson] = ()) -> None:
        self._table, self._unhappy = Table(), Table()
        self.longest = 2
        """Number of states that the longest rule looks back on."""
        for lesson in rules:
            self.longest = max(self.longest, len(lesson.states))
            states = _since_snippet(lesson.states)
            if states and lesson.action != SNIPPET:
                self._table.add(states, lesson.action)
            self._add_unhappy(lesson)
        for lesson in stories:
            self._add_unhappy(lesson)
        self._table.close()

    def find(self, states: Sequence[State], loop: str | None) -> Found:
        entry = self._table.best(states)
        action = entry.action if entry else None
        if loop is None:
            return Found(action, entry, interrupts=False)
        marks = {found.action for found in self._unhappy.fitting(states)}
        if entry and action == LISTEN and entry.states[-1].loop in (None, UNSET):
            if NOT_LOOP not in marks:
                return Found(loop, entry, interrupts=False)
            action = None
        return Found(action, entry, interrupts=INTERRUPTED in marks)

    def _add_unhappy(self, lesson: Lesson) -> None:
        state = lesson.states[-1]
        if state.loop in (None, UNSET):
            return
        before = [State(action=one.action) for one in lesson.states[-2:-1] if one.action]
        states = _since_snippet((*before, state))
        if not states:
            return
        if state.action == LISTEN and lesson.action == state.loop:
            self._unhappy.add(states, INTERRUPTED)
        elif state.action != LISTEN and lesson.action != state.loop:
            self._unhappy.add(states, NOT_LOOP)


def fits(rule: tuple[State, ...], states: Sequence[State]) -> bool:
    """Whether the conversation ends as the rule does."""
    if len(rule) > len(states):
        return False
    for wanted, state in zip(reversed(rule), reversed(states), strict=False):
        if not (wanted.action is state.action is None) and not _matches(wanted, state):
            return False
    return True


def _matches(wanted: State, state: State) -> bool:
    return (
        wanted.action == state.action
        and (wanted.intent is None or wanted.intent == state.intent)
        and (not wanted.entities or wanted.entities == state.entities)
        and (wanted.loop is None or state.loop == (None if wanted.loop == UNSET else wanted.loop))
        and all(
            name not in state.slots if feature == UNSET else state.slots.get(name) == feature
            for name, feature in wanted.slots.items()
        )
    )


def _since_snippet(states: tuple[State, ...]) -> tuple[State, ...]:
    for index in range(len(states) - 1, -1, -1):
        if states[index].action == SNIPPET:
            return states[index + 1 :]
    return states


def shape_of(states: Iterable[State]) -> list[dict[str, Any]]:
    """The states as Rasa writes them: the longer the text of a rule's, the more exact it is."""
    return [_shape(state) for state in states]


def _shape(state: State) -> dict[str, Any]:
    user: dict[str, Any] = {"intent": state.intent} if state.intent else {}
    if state.entities:
        user["entities"] = state.entities
    told = {
        "user": user,
        "slots": dict(state.slots),
        "prev_action": {"action_name": state.action} if state.action else {},
        "active_loop": {"name": state.loop} if state.loop else {},
    }
    return {key: value for key, value in told.items() if value}
