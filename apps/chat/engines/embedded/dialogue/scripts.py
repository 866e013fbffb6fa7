"""Rules and stories, read into the conversations that they describe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.chat.engines.embedded.dialogue.domain import Domain
from apps.chat.engines.embedded.dialogue.events import LISTEN, Event, acted, loop_set, slot_set
from apps.chat.engines.embedded.dialogue.features import UNSET, Featuriser, State
from apps.chat.engines.embedded.dialogue.tracker import Base, fold
from apps.chat.engines.project import Rule, Step, Story

SNIPPET = "..."
"""Stands for whatever was before a rule, or comes after it."""
_SOMETHING = "…"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What follows (`action`) after these states, the newest last."""

    states: tuple[State, ...]
    action: str


class Reader:
    def __init__(self, domain: Domain, featuriser: Featuriser) -> None:
        self._domain = domain
        self._featuriser = featuriser

    def rule(self, rule: Rule) -> list[Lesson]:
        """Only what the rule names is in its states: slots that it does not name may have any value."""
        return self._lessons(self.events_of_rule(rule), {})

    def story(self, story: Story) -> list[Lesson]:
        return self._lessons(self.events_of_story(story), self._domain.initial_slots())

    def events_of_rule(self, rule: Rule) -> list[Event]:
        events = [self._told(step, is_rule=True) for step in rule.conditions]
        if not rule.conversation_start:
            events.append(acted(SNIPPET))
        events = self._played(rule.steps, events, is_rule=True)
        if not rule.wait_for_user_input:
            events.append(acted(SNIPPET))
        return _ended(events)

    def events_of_story(self, story: Story) -> list[Event]:
        return _ended(self._played(story.steps, [], is_rule=False))

    def _played(self, steps: Sequence[Step], events: list[Event], *, is_rule: bool) -> list[Event]:
        for step in steps:
            if step.kind == "intent":
                events = _ended(events)
            events.append(self._told(step, is_rule=is_rule))
            events += self._filled(step)
        return events

    def _told(self, step: Step, *, is_rule: bool) -> Event:
        nothing = UNSET if is_rule else None
        if step.kind == "intent":
            entities = [{"entity": name} for name in step.entities]
            return {"event": "user", "parse_data": {"intent": {"name": step.name}, "entities": entities}}
        if step.kind == "action":
            return acted(step.name or "")
        if step.kind == "loop":
            return loop_set(nothing if step.name is None else step.name)
        value = _SOMETHING if step.any_value else step.value
        return slot_set(step.name or "", nothing if value is None else value)

    def _filled(self, step: Step) -> Iterator[Event]:
        """Slots that the step's entities fill, of the types where it does not matter with what."""
        if not step.entities:
            return
        for slot in self._domain.project.slots.values():
            if slot.type in ("text", "list"):
                for mapping in slot.mappings:
                    outside = not mapping.conditions or mapping.conditions[0].get("active_loop") is None
                    if mapping.type == "from_entity" and mapping.entity in step.entities and outside:
                        yield slot_set(slot.name, _SOMETHING)

    def _lessons(self, events: Sequence[Event], slots: dict[str, Any]) -> list[Lesson]:
        """The first action before any message is not foreseen: nothing was before it."""
        applied: list[Event] = []
        loops = frozenset(e["name"] for e in events if e["event"] == "active_loop" and e["name"])
        for event in events:
            fold(applied, event, loops)
        moments = self._featuriser.moments(applied, Base(), slots)
        states = [moment.state for moment in moments]
        names = [event["name"] for event in applied if event["event"] == "action"]
        first = int(_begins_with_action(events))
        return [Lesson(tuple(states[: i + 1]), name) for i, name in enumerate(names) if i >= first]


def _begins_with_action(events: Sequence[Event]) -> bool:
    first = next((event for event in events if event["event"] in ("action", "user")), None)
    return first is not None and first["event"] == "action" and first["name"] != LISTEN


def _ended(events: list[Event]) -> list[Event]:
    """With the bot listening at the end."""
    is_listening = bool(events) and events[-1]["event"] == "action" and events[-1]["name"] == LISTEN
    return events if is_listening else [*events, acted(LISTEN)]
