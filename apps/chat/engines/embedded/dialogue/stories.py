"""Follows stories whose course the conversation takes exactly, as Rasa's memoization does."""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import LISTEN, Event
from apps.chat.engines.embedded.dialogue.features import UNSET, Featuriser, Moment, State
from apps.chat.engines.embedded.dialogue.rules import Entry, Rules
from apps.chat.engines.embedded.dialogue.scripts import Lesson
from apps.chat.engines.embedded.dialogue.tracker import Base, Tracker

Key = tuple[Any, ...]


class Stories:
    """What stories remember, and which rules stand in them: turns of all others they do not see."""

    def __init__(
        self,
        domain: Domain,
        featuriser: Featuriser,
        lessons: Sequence[Lesson],
        ruled: Sequence[Lesson],
        rules: Rules,
    ) -> None:
        self._domain = domain
        self._featuriser = featuriser
        self._policies = domain.project.policies
        self._memory = _memory(lessons, self._policies.max_history)
        self._slots, self._loops = _only_in_rules(ruled, lessons)
        self._used = _rules_used(lessons, rules)

    def has(self, source: Entry | str | None) -> bool:
        """Whether a rule, a default action or a form's run is part of a story."""
        return source is None or (id(source) if isinstance(source, Entry) else source) in self._used

    def recall(self, tracker: Tracker) -> str | None:
        states = self._seen(tracker.applied, tracker.base, tracker.base.slots)
        told = self._memory.get(key_of(states))
        if told or not self._policies.is_augmented:
            return told
        return self._recall_less(tracker, states)

    def _recall_less(self, tracker: Tracker, states: list[State]) -> str | None:
        """Forgets the conversation from its beginning on, action by action, until a story fits the rest."""
        applied = tracker.applied
        first = _first_remembered(applied, self._policies.max_history)
        starts = [i for i in range(first, len(applied)) if applied[i]["event"] == "action"]
        initial = self._domain.initial_slots()
        for start in starts:
            shorter = self._seen(applied[start:], Base(), initial)
            if shorter != states and (told := self._memory.get(key_of(shorter))):
                return told
            states = shorter
        return None

    def _seen(self, events: Sequence[Event], base: Base, slots: dict[str, Any]) -> list[State]:
        states = self._visible(self._featuriser.moments(events, base, slots))
        history = self._policies.max_history
        return states[-history:] if history else states

    def _visible(self, moments: Iterable[Moment]) -> list[State]:
        """Without turns, slots and forms that only rules speak of."""
        states: list[State] = []
        action, is_hidden = None, False
        for moment in moments:
            state = moment.state
            if not is_hidden:
                action = state.action
            if not moment.followup and state.action != state.loop:
                is_hidden = moment.is_hidden
            if is_hidden:
                continue
            intent, entities = state.intent, state.entities
            if states and state.action != LISTEN:
                intent, entities = states[-1].intent, states[-1].entities
            states.append(
                State(
                    action or state.action,
                    intent,
                    entities,
                    {name: value for name, value in state.slots.items() if name not in self._slots},
                    None if state.loop in self._loops else state.loop,
                )
            )
        return states


def key_of(states: Iterable[State]) -> Key:
    return tuple((s.action, s.intent, s.entities, tuple(sorted(s.slots.items())), s.loop) for s in states)


def _memory(lessons: Iterable[Lesson], history: int | None) -> dict[Key, str]:
    """Where two stories go on differently after the same course, neither is followed."""
    memory: dict[Key, str] = {}
    torn = set()
    for lesson in lessons:
        key = key_of(lesson.states[-history:] if history else lesson.states)
        if memory.setdefault(key, lesson.action) != lesson.action:
            torn.add(key)
    return {key: action for key, action in memory.items() if key not in torn}


def _only_in_rules(ruled: Iterable[Lesson], told: Iterable[Lesson]) -> tuple[set[str], set[str | None]]:
    slots_of_rules, loops_of_rules = _named(ruled)
    slots_of_stories, loops_of_stories = _named(told)
    return slots_of_rules - slots_of_stories, loops_of_rules - loops_of_stories - {None, UNSET}


def _named(lessons: Iterable[Lesson]) -> tuple[set[str], set[str | None]]:
    states = [state for lesson in lessons for state in lesson.states]
    return {name for state in states for name in state.slots}, {state.loop for state in states}


def _rules_used(lessons: Iterable[Lesson], rules: Rules) -> set[int | str]:
    """Rules by identity, default actions and forms by name: those that foretell a step of some story."""
    used: set[int | str] = set()
    for lesson in lessons:
        state = lesson.states[-1]
        if state.loop and state.action and lesson.action == state.loop != state.action:
            used.add(state.loop)
        elif state.loop and state.action == state.loop and lesson.action == LISTEN:
            used.add(f"{state.loop} {LISTEN}")
        else:
            found = rules.find(lesson.states, state.loop)
            if found.action == lesson.action and found.entry:
                used.add(id(found.entry))
    return used


def _first_remembered(applied: Sequence[Event], history: int | None) -> int:
    """Where the last `history` actions begin, at a moment when the bot listened."""
    actions = 0
    for index in range(len(applied) - 1, -1, -1):
        if applied[index]["event"] == "action":
            actions += 1
            if history and actions > history and applied[index]["name"] == LISTEN:
                return index
    return 0
