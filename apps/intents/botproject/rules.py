"""Reads the rules; stories and what else cannot be run are reported by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from apps.chat.engines.project import Rule
from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings, Place
from apps.intents.botproject.shape import get_blocks, get_flag, get_text, report_other_keys
from apps.intents.botproject.source import is_test_file
from apps.intents.botproject.steps import StepReader
from apps.intents.botproject.yamlfiles import Block

_KEYS = frozenset({"rule", "condition", "conversation_start", "wait_for_user_input", "steps", "metadata"})


@dataclass(slots=True)
class Rules:
    """The rules that can be run, with their places; and every action that any rule or story names."""

    rules: list[tuple[Rule, Place]] = field(default_factory=list)
    named_actions: set[str] = field(default_factory=set)


def read_rules(files: Iterable[Block], domain: Domain, found: Findings) -> Rules:
    read = Rules()
    for file in files:
        for block in get_blocks(file, "rules", "rules", found):
            rule = _read_rule(block, domain, found)
            if rule:
                read.rules.append((rule, block.place))
        _report_stories(file, found)
        read.named_actions |= set(_actions_in([file.get("rules"), file.get("stories")]))
    return read


def _report_stories(file: Block, found: Findings) -> None:
    """Rasa does not train on stories of test files, so they are not missed."""
    if is_test_file(file):
        return
    for story in get_blocks(file, "stories", "stories", found):
        name = get_text(story, "story", "stories", found) or "stories"
        found.unsupported(name, "El motor embebido no ejecuta historias; escríbela como regla.", story.place)


def _actions_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _actions_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("action"), str):
            yield value["action"]
        yield from _actions_in(list(value.values()))


def _read_rule(block: Block, domain: Domain, found: Findings) -> Rule | None:
    """None for a rule that cannot be run: half of it would be worse than nothing.

    Slots before the first intent or action mean the same as conditions, and become some.
    """
    name = get_text(block, "rule", "rules", found)
    if not name:
        found.error("rules", "Hay una regla sin nombre; escríbelo en «rule:».", block.place)
        return None
    report_other_keys(block, _KEYS, name, found)
    reader = StepReader(name, domain, found)
    conditions = [
        one for item in get_blocks(block, "condition", name, found) for one in reader.conditions(item)
    ]
    steps = [step for item in get_blocks(block, "steps", name, found) for step in reader.steps(item)]
    leading = list(takewhile(lambda step: step.kind == "slot", steps))
    rule = Rule(
        name=name,
        steps=tuple(steps[len(leading) :]),
        conditions=tuple(conditions + leading),
        conversation_start=get_flag(block, "conversation_start", False, name, found),
        wait_for_user_input=get_flag(block, "wait_for_user_input", True, name, found),
        file=block.place.file,
    )
    if reader.is_runnable:
        _check_form(rule, block.place, reader, found)
    return rule if reader.is_runnable else None


def _check_form(rule: Rule, place: Place, reader: StepReader, found: Findings) -> None:
    if not _count(rule, "action"):
        found.error(rule.name, "La regla no hace nada; añade un paso «action:».", place)
    elif _count(rule, "intent") > 1:
        reader.refuse("La regla tiene más de un paso del usuario; divídela en varias reglas.", place)
    elif _count(rule, "intent") and rule.steps[0].kind != "intent":
        reader.refuse("La regla empieza antes del paso «intent:»; usa una condición sobre un slot.", place)
    elif not _count(rule, "intent") and (rule.conversation_start or _count(rule, "action") == 1):
        reader.refuse("La regla no tiene ningún paso «intent:»; di a qué intención responde.", place)


def _count(rule: Rule, kind: str) -> int:
    return sum(step.kind == kind for step in rule.steps)
