"""What the model makes of the messages in the inbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.chat.engine import get_engine
from apps.chat.engines.base import EngineError, Parse
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.models import ReviewGroup, ReviewItem

SHOWN_GUESSES = 3
DOUBT = 0.1
"""How far above its threshold a model is still in doubt."""
RASA_THRESHOLD = 0.5
"""Of the FallbackClassifier in rasa/config.yml; Rasa does not tell its own."""
FILLED_AT_ONCE = 200
Guesses = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """What the active model understands by now."""

    intent: str
    confidence: float


def doubt_below() -> float:
    """The confidence from which a message counts as understood without doubt."""
    engine = get_engine()
    if isinstance(engine, EmbeddedEngine):
        try:
            return engine.threshold() + DOUBT
        except EngineError:
            pass
    return RASA_THRESHOLD + DOUBT


def quick_guesses(text: str) -> Guesses:
    """The three best of the embedded engine; nothing where asking costs a request, or without a model."""
    parse = _quick_parse(text)
    return _guesses_of(parse) if parse else []


def fill_missing_guesses() -> int:
    """Asks Rasa about open groups without guesses, until it does not answer; how many were filled."""
    rows = ReviewGroup.objects.filter(state=ReviewGroup.State.OPEN, guesses=[]).order_by("-last_at")
    filled = 0
    for group in list(rows.only("pk", "text")[:FILLED_AT_ONCE]):
        try:
            guesses = _guesses_of(get_engine().parse(group.text))
        except EngineError:
            break
        if guesses:
            filled += ReviewGroup.objects.filter(pk=group.pk).update(guesses=guesses)
    return filled


def add_current_guesses(groups: Iterable[ReviewGroup]) -> None:
    """Sets `guesses` to those of the active model, and `known` where it understands the message by now.

    With the embedded engine; about 1 ms a group. Of a group that was only rated badly nothing is `known`:
    being understood is what the students complained of.
    """
    groups = list(groups)
    enough = doubt_below() if groups else 0.0
    for group in groups:
        group.known = None  # type: ignore[attr-defined]
        parse = _quick_parse(group.text)
        if parse is None:
            continue
        group.guesses = _guesses_of(parse)
        is_only_rated = group.reasons == ReviewItem.Reason.THUMBS_DOWN
        if parse.intent and parse.confidence >= enough and not is_only_rated:
            group.known = Known(parse.intent, parse.confidence)  # type: ignore[attr-defined]


def _quick_parse(text: str) -> Parse | None:
    engine = get_engine()
    if not isinstance(engine, EmbeddedEngine):
        return None
    try:
        return engine.parse(text)
    except EngineError:
        return None


def _guesses_of(parse: Parse) -> Guesses:
    best = parse.ranking[:SHOWN_GUESSES]
    return [{"intent": guess.intent, "confidence": round(guess.confidence, 4)} for guess in best]
