"""A user's message as the dialogue sees it: understood from words, or written as an intent payload."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from apps.chat.engines.base import Entity, Guess, Parse
from apps.chat.engines.embedded.nlu.pipeline import Nlu
from apps.chat.engines.embedded.nlu.text import clean

FALLBACK_INTENT = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
DEFAULT_INTENTS = frozenset({"restart", "back", "session_start", OUT_OF_SCOPE, FALLBACK_INTENT})
"""That every Rasa bot has without declaring them."""
_SAYABLE = DEFAULT_INTENTS - {FALLBACK_INTENT}
_PAYLOAD = re.compile(r"/([A-Za-z_][\w-]{0,127})\s*(\{.*\})?", re.DOTALL)
_Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Utterance:
    """`intent` is FALLBACK_INTENT for what was not understood; `confidence` stays that of the best guess."""

    text: str
    intent: str
    confidence: float
    entities: tuple[Entity, ...] = ()
    ranking: tuple[Guess, ...] = ()
    is_payload: bool = False

    @property
    def is_understood(self) -> bool:
        return self.intent != FALLBACK_INTENT


def is_payload(text: str) -> bool:
    return text.lstrip().startswith("/")


def read_payload(text: str, known: set[str]) -> Parse:
    """`/intent{"entity": "value"}` as a parse of confidence 1; without intent when malformed or unknown."""
    found = _PAYLOAD.fullmatch(text.strip())
    if found is None or found[1] not in known | _SAYABLE:
        return Parse(text, None, 0.0)
    try:
        entities = _entities(json.loads(found[2] or "{}", parse_constant=_refuse))
    except (ValueError, RecursionError):
        return Parse(text, None, 0.0)
    return Parse(text, found[1], 1.0, (Guess(found[1], 1.0),), entities)


def of_project(parse: Parse, entities: Collection[str]) -> Parse:
    """Without entities that the project does not name: Rasa drops them from a payload."""
    return replace(parse, entities=tuple(one for one in parse.entities if one.entity in entities))


def understand(parse: Parse, nlu: Nlu) -> Utterance:
    """Below the threshold the intent gives way to FALLBACK_INTENT."""
    if is_payload(parse.text):
        ranking: tuple[Guess, ...] = ()
        intent = parse.intent
    else:
        ranking = parse.ranking
        intent = parse.intent if nlu.is_understood(parse) else None
    return Utterance(
        text=parse.text,
        intent=intent or FALLBACK_INTENT,
        confidence=parse.confidence,
        entities=parse.entities,
        ranking=ranking,
        is_payload=is_payload(parse.text),
    )


def _entities(data: dict[str, Any]) -> tuple[Entity, ...]:
    """A list names an entity several times, null not at all. Raises ValueError for objects as values."""
    found = []
    for name, value in data.items():
        for item in value if isinstance(value, list) else [value]:
            if item is None:
                continue
            if not isinstance(item, _Scalar):
                raise ValueError("an entity's value is neither text nor number")
            text = str(item).lower() if isinstance(item, bool) else str(item)
            found.append(Entity(clean(name), clean(text), 0, 0))
    return tuple(found)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
