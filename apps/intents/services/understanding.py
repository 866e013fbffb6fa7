"""How the bot that answers now understands a sentence, and which examples are like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from apps.chat.engine import get_engine
from apps.chat.engines.base import EngineError, Parse
from apps.chat.errors import as_app_error
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.sentences import bare
from apps.intents.selectors import example_texts

TOP_INTENTS = 5
SHOWN_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class NearExample:
    """`score` is 0 to 100."""

    intent: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Understanding:
    engine: str
    model_version: str | None
    parse: Parse
    examples: tuple[NearExample, ...]


def understand_sentence(*, text: str) -> Understanding:
    """Raises BotUnavailable or BotTimeout."""
    engine = get_engine()
    try:
        parse = engine.parse(text)
        version = engine.status().model_version
    except EngineError as error:
        raise as_app_error(error) from error
    best = [guess.intent for guess in parse.ranking[:TOP_INTENTS]]
    return Understanding(engine.name, version, parse, nearest_examples(text, best))


def nearest_examples(text: str, intents: Sequence[str]) -> tuple[NearExample, ...]:
    """The examples of these intents that are most like a sentence, best first; without case and accents."""
    known = example_texts(intents)
    keys = [bare(parse_example(example).example.text) for _, example in known]
    found = process.extract(bare(text), keys, scorer=fuzz.token_sort_ratio, limit=SHOWN_EXAMPLES)
    return tuple(NearExample(*known[place], round(score, 1)) for _, score, place in found)
