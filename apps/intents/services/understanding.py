"""How a bot understands a sentence, which examples are like it, and what would be answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from apps.chat.engine import get_engine, uses_rasa
from apps.chat.engines.base import EngineError, Message, Parse
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT, is_payload
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.errors import BotUnavailable, as_app_error
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.sentences import bare
from apps.intents.rehearsals import Turn, play
from apps.intents.selectors import example_texts
from apps.intents.services.loading import model_named

log = structlog.get_logger("tutorbot.intents")
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
    """`threshold`, `classifier` and `messages` are None of a bot that is only asked how it understands."""

    engine: str
    model_version: str | None
    parse: Parse
    is_understood: bool
    examples: tuple[NearExample, ...]
    threshold: float | None = None
    classifier: str | None = None
    messages: list[Message] | None = None


def understand_sentence(*, text: str, verified: bool = False, model: str = "") -> Understanding:
    """By the bot that answers now or by an older model; `verified` is a student who has logged in.

    Raises Invalid (field model), BotUnavailable or BotTimeout.
    """
    return _asked(text) if uses_rasa() and not model else understood_by(model_named(model), text, verified)


def understood_by(model: LoadedModel, text: str, verified: bool = False) -> Understanding:
    """Raises BotUnavailable when the model's dialogue breaks."""
    parse = model.parse(text)
    try:
        messages = next(play(model, [Turn(text, verified)])).messages
    except Exception as error:  # whatever a model's dialogue raises
        log.exception("preview_broke", model=model.version)
        raise BotUnavailable(_("El bot falla al responder a esa frase.")) from error
    nlu = model.nlu
    is_understood = parse.intent is not None if is_payload(parse.text) else nlu.is_understood(parse)
    return Understanding(
        EmbeddedEngine.name,
        model.version,
        parse,
        is_understood,
        _examples_like(parse),
        nlu.trained.threshold,
        nlu.trained.classifier,
        messages,
    )


def _asked(text: str) -> Understanding:
    engine = get_engine()
    try:
        parse = engine.parse(text)
        version = engine.status().model_version
    except EngineError as error:
        raise as_app_error(error) from error
    is_understood = parse.intent not in (None, FALLBACK_INTENT)
    return Understanding(engine.name, version, parse, is_understood, _examples_like(parse))


def _examples_like(parse: Parse) -> tuple[NearExample, ...]:
    return nearest_examples(parse.text, [guess.intent for guess in parse.ranking[:TOP_INTENTS]])


def nearest_examples(text: str, intents: Sequence[str]) -> tuple[NearExample, ...]:
    """The examples of these intents that are most like a sentence, best first; without case and accents."""
    known = example_texts(intents)
    keys = [bare(parse_example(example).example.text) for _intent, example in known]
    found = process.extract(bare(text), keys, scorer=fuzz.token_sort_ratio, limit=SHOWN_EXAMPLES)
    return tuple(NearExample(*known[place], round(score, 1)) for _key, score, place in found)
