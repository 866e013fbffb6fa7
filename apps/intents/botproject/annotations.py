"""Reads the entity marks of a training sentence: `[texto](entidad)` and `[texto]{"entity": …}`."""

import json
import re
from dataclasses import dataclass
from typing import Any

from apps.chat.engines.project import Example, Span
from apps.intents.botproject.yamlfiles import is_storable

_MARK = re.compile(
    r"\[(?P<text>[^\]]{1,500}?)\]"
    r"(?:\((?P<entity>[^:)]+?)(?::(?P<value>[^)]+))?\)|(?P<one>\{[^}]+?\})|(?P<several>\[\{.*?\}\]))"
)
_LEFT_OVER = re.compile(r"\][(\[{]")
_CONFUSING = re.compile(r"\]\[(?!\{)")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A sentence without marks, whether one of them cannot be read, and entities with a role or group."""

    example: Example
    is_broken: bool = False
    with_role: tuple[str, ...] = ()


def parse_example(marked: str) -> Annotated:
    """Splits a marked sentence. A mark that cannot be read leaves its text in the sentence."""
    parts: list[str] = []
    spans: list[Span] = []
    is_broken = _CONFUSING.search(marked) is not None
    with_role: list[str] = []
    length = position = 0
    for mark in _MARK.finditer(marked):
        before, text = marked[position : mark.start()], mark["text"]
        parts += before, text
        start = length + len(before)
        length, position = start + len(text), mark.end()
        attributes = _attributes(mark)
        if not all(map(_is_entity, attributes)):
            is_broken = True
            continue
        spans += [Span(one["entity"], str(one.get("value", text)), start, length) for one in attributes]
        with_role += [one["entity"] for one in attributes if one.get("role") or one.get("group")]
    parts.append(marked[position:])
    sentence = "".join(parts)
    is_broken = is_broken or _LEFT_OVER.search(sentence) is not None
    return Annotated(Example(sentence, tuple(spans)), is_broken, tuple(with_role))


def _attributes(mark: re.Match[str]) -> list[Any]:
    """One mapping for each entity of the mark; [None] for JSON that cannot be read."""
    if mark["entity"] is not None:
        return [{"entity": mark["entity"].strip(), "value": mark["value"] or mark["text"]}]
    try:
        given = json.loads(mark["one"] or mark["several"])
    except ValueError:
        return [None]
    return given if isinstance(given, list) else [given]


def _is_entity(attributes: Any) -> bool:
    if not isinstance(attributes, dict):
        return False
    entity = attributes.get("entity")
    return isinstance(entity, str) and entity != "" and is_storable(entity + str(attributes.get("value", "")))
