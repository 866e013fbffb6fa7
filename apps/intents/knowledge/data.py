"""Staff's intents as plain data, and a loaded project's intents in that form."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from apps.chat.engines.project import BotProject, Example, Response, Span
from apps.intents.botproject.supported import BUILTIN_INTENTS

TEXTS = ("title", "description", "tags")


@dataclass(frozen=True, slots=True)
class IntentData:
    """An intent as staff know it: `examples` with entity marks, `answers` as variations of one response."""

    name: str
    examples: tuple[str, ...] = ()
    answers: tuple[Response, ...] = ()
    title: str = ""
    description: str = ""
    requires_auth: bool = False
    is_active: bool = True
    tags: str = ""

    @property
    def response_name(self) -> str:
        return f"utter_{self.name}"


def mark_example(example: Example) -> str:
    """A sentence with its entity marks back in: the inverse of `parse_example`."""
    text = example.text
    places: dict[tuple[int, int], list[Span]] = {}
    for span in example.entities:
        places.setdefault((span.start, span.end), []).append(span)
    for (start, end), spans in sorted(places.items(), reverse=True):
        text = f"{text[:start]}[{text[start:end]}]{_mark(spans, text[start:end])}{text[end:]}"
    return text


def _mark(spans: Sequence[Span], surface: str) -> str:
    """`(entity)` or `(entity:value)`; as JSON where brackets or several entities ask for it."""
    one = spans[0]
    is_simple = not set(":)") & set(one.entity) and one.entity == one.entity.strip()
    if len(spans) == 1 and is_simple and one.value and ")" not in one.value:
        return f"({one.entity})" if one.value == surface else f"({one.entity}:{one.value})"
    written = json.dumps([{"entity": s.entity, "value": s.value} for s in spans], ensure_ascii=False)
    closing = r"\u005d"
    return f"[{written[1:-1].replace(']', closing)}]"


def knowledge_of(project: BotProject) -> list[IntentData]:
    """The intents of a loaded project as staff would edit them; the engine's own ones stay out."""
    return [
        IntentData(
            name=intent.name,
            examples=tuple(mark_example(example) for example in intent.examples),
            answers=project.responses.get(f"utter_{intent.name}", ()),
            title=intent.title,
            requires_auth=intent.requires_auth,
        )
        for intent in project.intents.values()
        if intent.name not in BUILTIN_INTENTS
    ]
