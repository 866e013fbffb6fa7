"""What of a Rasa project the embedded engine runs, part by part."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from apps.chat.engines.project import BotProject, Finding, Rule, Story
from apps.intents.botproject.slots import SLOT_TYPES
from apps.intents.botproject.source import Source
from apps.intents.botproject.supported import is_custom, own_actions
from apps.intents.botproject.yamlfiles import Block

Where = Literal["process", "server", "nowhere"]


@dataclass(frozen=True, slots=True)
class Part:
    """How many there are of a kind, and how many of them run."""

    name: str
    total: int
    runs: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`actions` are the project's own, with where they run; findings are sorted by what they mean."""

    parts: tuple[Part, ...]
    actions: dict[str, Where]
    findings: tuple[Finding, ...]

    @property
    def trains(self) -> bool:
        return not self.of("error")

    @property
    def runs_whole(self) -> bool:
        return not (self.of("error") or self.of("unsupported") or "nowhere" in self.actions.values())

    def of(self, severity: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == severity]


def judge(project: BotProject, source: Source, *, has_action_server: bool) -> Verdict:
    domain = {file.place.file for file in source.domain}
    left_out = {one.name for one in project.findings if one.severity == "unsupported" and one.file in domain}

    def count(name: str, there: Iterable[str]) -> Part:
        names = set(there)
        return Part(name, len(names), len(names - left_out))

    retrieval = _named(source, "intents", "is_retrieval_intent")
    responses = {*project.responses, *_keys(source, "responses")}
    parts = (
        Part("intents", len({*project.intents, *retrieval}), len(project.intents)),
        _count_examples(project, source),
        count("entities", project.entities),
        Part(
            "slots",
            len(project.slots),
            sum(_is_filled_whole(name, project, source) for name in project.slots),
        ),
        count("forms", project.forms),
        Part("responses", len(responses), len(responses & project.responses.keys())),
        _count_items("rules", "rule", source, project.rules),
        _count_items("stories", "story", source, project.stories),
    )
    return Verdict(parts, _places(project, has_action_server), project.findings)


def _places(project: BotProject, has_action_server: bool) -> dict[str, Where]:
    own = own_actions()
    elsewhere: Where = "server" if has_action_server else "nowhere"
    names = [name for name in project.actions if is_custom(name) or name in own]
    known = set(project.responses) | set(project.forms)
    return {name: "process" if name in own else elsewhere for name in names if name not in known}


def _is_filled_whole(name: str, project: BotProject, source: Source) -> bool:
    """Whether the slot is of a type and has only mappings that could be read."""
    sections = [file.get("slots") for file in source.domain]
    slot = next(told[name] for told in sections if isinstance(told, Block) and name in told)
    written = slot.get("mappings") if isinstance(slot, Block) else None
    mappings = written if isinstance(written, list) else []
    return isinstance(slot, Block) and (
        slot.get("type") in SLOT_TYPES and len(mappings) == len(project.slots[name].mappings)
    )


def _count_items(name: str, key: str, source: Source, read: Iterable[Rule | Story]) -> Part:
    """Items as they are written: an `or` is one of them."""
    places = {(item.file, item.name) for item in read}
    items = source.items(name)
    runs = sum((item.place.file, str(item.get(key, "")).strip()) in places for item in items)
    return Part(name, len(items), runs)


def _count_examples(project: BotProject, source: Source) -> Part:
    read = sum(len(intent.examples) for intent in project.intents.values())
    return Part("examples", read + sum(_lines(item) for item in source.items("nlu")), read)


def _lines(item: Block) -> int:
    """Of an intent of a response selector, whose sentences are not read."""
    if "/" not in str(item.get("intent", "")):
        return 0
    written = item.get("examples")
    if isinstance(written, str):
        return sum(line.startswith("-") for line in written.splitlines())
    return len(written) if isinstance(written, list) else 0


def _named(source: Source, section: str, option: str) -> set[str]:
    found = set()
    for file in source.domain:
        items = file.get(section)
        for item in items if isinstance(items, list) else ():
            named: dict[str, Any] = item if isinstance(item, Block) else {}
            found |= {name for name, told in named.items() if isinstance(told, Block) and told.get(option)}
    return found


def _keys(source: Source, section: str) -> set[str]:
    sections = [file.get(section) for file in (*source.domain, *source.data)]
    return {name for told in sections if isinstance(told, Block) for name in told}
