"""Reads the rules and stories; what of them cannot be run is reported by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import dropwhile, takewhile
from typing import Any

from apps.chat.engines.project import Policies, Rule, Step, Story
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_blocks, get_flag, get_text, report_other_keys
from apps.intents.botproject.source import is_test_file
from apps.intents.botproject.steps import StepReader
from apps.intents.botproject.supported import SNIPPET
from apps.intents.botproject.writing_out import Allowance, steps_of
from apps.intents.botproject.yamlfiles import Block

_RULE_KEYS = frozenset(
    {"rule", "condition", "conversation_start", "wait_for_user_input", "steps", "metadata"}
)
_STORY_KEYS = frozenset({"story", "steps", "metadata"})
_NOT_FOLLOWED = (
    "La historia no se sigue sin MemoizationPolicy o AugmentedMemoizationPolicy: "
    "añade una en «policies», o escríbela como regla."
)


@dataclass(slots=True)
class Rules:
    """What can be run, with its place: several of one item for an `or`; and every action that is named."""

    rules: list[tuple[Rule, Place]] = field(default_factory=list)
    stories: list[tuple[Story, Place]] = field(default_factory=list)
    named_actions: set[str] = field(default_factory=set)
    left: Allowance = field(default_factory=Allowance)

    def items(self) -> list[tuple[Rule | Story, Place]]:
        return [*self.rules, *self.stories]


def read_rules(files: Iterable[Block], domain: Domain, policies: Policies, found: Findings) -> Rules:
    read = Rules()
    for file in files:
        for block in get_blocks(file, "rules", "rules", found):
            read.rules += [(rule, block.place) for rule in _read_rule(block, domain, read.left, found)]
        read.named_actions |= set(_actions_in(file.get("rules")))
        if is_test_file(file):  # Rasa does not train on them
            continue
        for block in get_blocks(file, "stories", "stories", found):
            stories = _read_story(block, domain, policies, read.left, found)
            read.stories += [(story, block.place) for story in stories]
        read.named_actions |= set(_actions_in(file.get("stories")))
    return read


def _actions_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _actions_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("action"), str):
            yield value["action"]
        yield from _actions_in(list(value.values()))


def _read_rule(block: Block, domain: Domain, left: Allowance, found: Findings) -> list[Rule]:
    """Nothing for a rule that cannot be run: half of it would be worse."""
    name = get_text(block, "rule", "rules", found)
    if not name:
        found.error("rules", "Hay una regla sin nombre; escríbelo en «rule:».", block.place)
        return []
    report_other_keys(block, _RULE_KEYS, name, found)
    reader = StepReader(name, domain, found)
    conditions = [
        one for item in get_blocks(block, "condition", name, found) for one in reader.conditions(item)
    ]
    base = Rule(
        name=name,
        steps=(),
        conditions=tuple(conditions),
        conversation_start=get_flag(block, "conversation_start", False, name, found),
        wait_for_user_input=get_flag(block, "wait_for_user_input", True, name, found),
        file=block.place.file,
    )
    rules = [_with_steps(base, steps) for steps in steps_of(block, reader, left, found)]
    if rules and reader.is_runnable:
        _check_form(rules[0], block.place, reader, found)
    return rules if reader.is_runnable else []


def _with_steps(base: Rule, steps: list[Step]) -> Rule:
    """Slots and forms before the first intent or action mean the same as conditions, and become some.

    A rule begins and (not waiting) ends with the "..." that Rasa puts there too: written out it says no more.
    """
    if not base.conversation_start:
        steps = list(dropwhile(_is_snippet, steps))
    leading = list(takewhile(lambda step: step.kind in {"slot", "loop"}, steps))
    rest = steps[len(leading) :]
    waits = base.wait_for_user_input
    while rest and _is_snippet(rest[-1]):
        rest, waits = rest[:-1], False
    return replace(
        base, steps=tuple(rest), conditions=(*base.conditions, *leading), wait_for_user_input=waits
    )


def _is_snippet(step: Step) -> bool:
    return step.kind == "action" and step.name == SNIPPET


def _check_form(rule: Rule, place: Place, reader: StepReader, found: Findings) -> None:
    if not any(step.kind == "action" for step in rule.steps):
        found.error(rule.name, "La regla no hace nada; añade un paso «action:».", place)
    elif rule.conversation_start and rule.steps[0].kind != "intent":
        reader.refuse("Una regla del comienzo necesita primero un paso «intent:»; añádelo.", place)


def _read_story(
    block: Block, domain: Domain, policies: Policies, left: Allowance, found: Findings
) -> list[Story]:
    name = get_text(block, "story", "stories", found)
    if not name:
        found.error("stories", "Hay una historia sin nombre; escríbelo en «story:».", block.place)
        return []
    if not policies.memoization:
        found.unsupported(name, _NOT_FOLLOWED, block.place)
        return []
    report_other_keys(block, _STORY_KEYS, name, found)
    reader = StepReader(name, domain, found)
    stories = [Story(name, tuple(steps), block.place.file) for steps in steps_of(block, reader, left, found)]
    if stories and reader.is_runnable and not any(step.kind == "action" for step in stories[0].steps):
        found.warning(name, "La historia no hace nada; añade un paso «action:».", block.place)
    return stories if reader.is_runnable else []
