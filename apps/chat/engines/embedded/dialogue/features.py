"""A conversation as rules and stories see it: a state before each action, in Rasa's features."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import LISTEN, Event, entities_of, intent_of
from apps.chat.engines.embedded.dialogue.tracker import Base
from apps.chat.engines.project import BotProject, Slot

UNSET = "should_not_be_set"
"""Of a rule's state: the slot or loop must have no value (absent: it may have any)."""
OTHER = "__other__"

Feature = tuple[float, ...] | str


@dataclass(frozen=True, slots=True)
class State:
    """No `action`: the conversation begins here."""

    action: str | None = None
    intent: str | None = None
    entities: tuple[str, ...] = ()
    slots: Mapping[str, Feature] = field(default_factory=dict)
    loop: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A state, with what stories need to know of it: `is_hidden` is of the action that follows it."""

    state: State
    is_hidden: bool
    followup: str | None


class Featuriser:
    """Reads events into states. Built once per model."""

    def __init__(self, domain: Domain) -> None:
        project = domain.project
        self._slots = {name: slot for name, slot in domain.slots.items() if has_features(slot)}
        self._ignored = {name: frozenset(known.ignored_entities) for name, known in project.intents.items()}
        self._entities = _known_entities(project)
        self._initial = self.of(domain.initial_slots())

    def of(self, slots: Mapping[str, Any]) -> dict[str, Feature]:
        found = {}
        for name, slot in self._slots.items():
            feature = featurise(slot, slots.get(name))
            if feature is not None:
                found[name] = feature
        return found

    def moments(
        self, events: Sequence[Event], base: Base, slots: Mapping[str, Any], skip: int = 0
    ) -> Iterator[Moment]:
        """One before each action but the first `skip`, and one for now.

        `events` are those that count; `slots` stand at first.
        """
        features = self.of(slots)
        action, intent, loop = base.action, base.intent, base.loop
        entities: tuple[str, ...] = ()
        followup: str | None = LISTEN
        for event in events:
            match event["event"]:
                case "action":
                    if skip <= 0:
                        state = State(action, intent, entities, features, loop)
                        yield Moment(state, bool(event.get("hide_rule_turn")), followup)
                    skip -= 1
                    action, followup = event["name"], None
                case "user":
                    intent, followup = intent_of(event), None
                    entities = self._entities_in(event)
                case "slot":
                    features = self._changed(features, event)
                case "reset_slots":
                    features = self._initial
                case "active_loop":
                    loop = event["name"]
                case "followup":
                    followup = event["name"]
        yield Moment(State(action, intent, entities, features, loop), False, followup)

    def _changed(self, features: dict[str, Feature], event: Event) -> dict[str, Feature]:
        name = event["name"]
        slot = self._slots.get(name)
        feature = featurise(slot, event["value"]) if slot else None
        if features.get(name) == feature:
            return features
        features = {key: value for key, value in features.items() if key != name}
        if feature is not None:
            features[name] = feature
        return features

    def _entities_in(self, event: Event) -> tuple[str, ...]:
        found = entities_of(event)
        if not found:
            return ()
        ignored = self._ignored.get(intent_of(event) or "", frozenset())
        names = {str(one.get("entity")) for one in found}
        return tuple(sorted((names & self._entities) - ignored))


def _known_entities(project: BotProject) -> frozenset[str]:
    """Those of the domain, and those that rules name."""
    scripts = [rule.steps for rule in project.rules] + [story.steps for story in project.stories]
    named = {name for steps in scripts for step in steps for name in step.entities}
    return frozenset(named.union(project.entities))


def has_features(slot: Slot) -> bool:
    return slot.influences and slot.type != "any"


def featurise(slot: Slot, value: Any) -> Feature | None:
    """None when nothing is to be seen of the value: unset, or none of the slot's type."""
    if value is None:
        return None
    if slot.type == "list":
        return (1.0,) if value else None
    if value == UNSET:
        return UNSET
    if slot.type == "text":
        return (1.0,)
    if slot.type == "categorical":
        return _one_hot(slot, str(value).lower())
    if slot.type == "bool":
        truth = truth_of(value)
        return None if truth is None else (1.0, float(truth))
    return _capped(slot, value)


def truth_of(value: Any) -> bool | None:
    if isinstance(value, bool | int | float):
        return value == 1
    word = value.strip().lower() if isinstance(value, str) else ""
    if isinstance(value, str) and value.isnumeric():
        return float(value) == 1.0
    return word == "true" if word in ("true", "false") else None


def _capped(slot: Slot, value: Any) -> Feature | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if math.isnan(number):
        return None
    capped = max(slot.min_value, min(slot.max_value, number))
    return 1.0, (capped - slot.min_value) / (abs(slot.max_value - slot.min_value) or 1.0)


def _one_hot(slot: Slot, value: str) -> Feature:
    options = [str(option).lower() for option in slot.values]
    if OTHER not in options:
        options.append(OTHER)
    chosen = value if value in options else OTHER
    return tuple(float(option == chosen) for option in options)
