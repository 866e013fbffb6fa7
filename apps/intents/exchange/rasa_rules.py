"""The rules of a joined project as they are written: in the files' own words as far as those hold."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from apps.chat.engines.project import BotProject, Rule
from apps.intents.botproject.yamlfiles import Block
from apps.intents.exchange.rasa_export import rule_item
from apps.intents.exchange.rasa_gone import without

Key = tuple[str, str]


def rules_written(
    project: BotProject, files: BotProject, items: Sequence[Block], gone: Collection[str]
) -> list[dict[str, Any]]:
    """The files' items that the project kept or could not read, then the rules that were made.

    An item with an `or` is several rules of one name: it stays one item, without the ways that are gone.
    """
    there, known = {repr(rule) for rule in project.rules}, {repr(rule) for rule in files.rules}
    groups: dict[Key, list[Rule]] = defaultdict(list)
    for rule in files.rules:
        groups[rule.file, rule.name].append(rule)
    same: dict[Key, list[Block]] = defaultdict(list)
    for item in items:
        same[_key(item)].append(item)
    written: list[dict[str, Any]] = []
    for key, blocks in same.items():
        left = [rule for rule in groups[key] if repr(rule) in there]
        written += _group_written(blocks, groups[key], left, gone)
    return [*written, *(rule_item(rule) for rule in project.rules if repr(rule) not in known)]


def _key(item: Block) -> Key:
    return item.place.file, str(item.get("rule", "")).strip()


def _group_written(
    blocks: list[Block], rules: list[Rule], left: list[Rule], gone: Collection[str]
) -> list[dict[str, Any]]:
    """`rules` are what was read of `blocks`, nothing where they cannot be run."""
    if not rules:
        return [item for block in blocks if (item := without(block, gone)) is not None]
    if len(left) == len(rules):
        return list(blocks)
    lost = _intents(rules) - _intents(left)
    if len(blocks) == 1 and left == [rule for rule in rules if not _intents([rule]) & lost]:
        item = without(blocks[0], lost)
        return [item] if item is not None else []
    return [rule_item(rule) for rule in left]


def _intents(rules: Sequence[Rule]) -> set[str]:
    return {str(step.name) for rule in rules for step in rule.steps if step.kind == "intent"}
