"""What pages of the console and of saved conversations show, ready for their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.chat.engines.embedded.model import LoadedModel
from apps.core.charts import percent_down
from apps.core.errors import Conflict
from apps.intents.preview import Preview, preview_of
from apps.intents.rehearsal_selectors import intent_keys
from apps.intents.rehearsals import Turn, TurnOutcome, play
from apps.intents.services.understanding import Understanding

SHOWN_GUESSES = 8


@dataclass(frozen=True, slots=True)
class ShownGuess:
    """`permille` is for the bar: whole numbers are written the same in every language."""

    intent: str
    permille: int
    percent: str
    key: Any
    is_enough: bool


@dataclass(frozen=True, slots=True)
class ShownUnderstanding:
    found: Understanding
    guesses: tuple[ShownGuess, ...]
    hidden: int
    confidence: str
    threshold: str
    threshold_permille: int | None
    preview: Preview | None
    key: Any


@dataclass(frozen=True, slots=True)
class ShownTurn:
    number: int
    turn: Turn
    intent: str
    percent: str
    is_fallback: bool
    preview: Preview


def shown_understanding(found: Understanding) -> ShownUnderstanding:
    ranking = found.parse.ranking
    keys = intent_keys([guess.intent for guess in ranking[:SHOWN_GUESSES]])
    threshold = found.threshold
    guesses = tuple(
        ShownGuess(
            guess.intent,
            round(guess.confidence * 1000),
            percent_down(guess.confidence),
            keys.get(guess.intent),
            threshold is None or guess.confidence >= threshold,
        )
        for guess in ranking[:SHOWN_GUESSES]
    )
    return ShownUnderstanding(
        found=found,
        guesses=guesses,
        hidden=max(0, len(ranking) - SHOWN_GUESSES),
        confidence=percent_down(found.parse.confidence),
        threshold="" if threshold is None else percent_down(threshold),
        threshold_permille=None if threshold is None else round(threshold * 1000),
        preview=None if found.messages is None else preview_of(found.messages),
        key=keys.get(found.parse.intent or ""),
    )


def shown_turns(said: Sequence[Turn], model: LoadedModel) -> list[ShownTurn]:
    """Raises Conflict when the model's dialogue breaks."""
    shown: list[ShownTurn] = []
    replies = play(model, said)
    for number, turn in enumerate(said, 1):
        try:
            reply = next(replies)
        except Exception as error:  # whatever a model's dialogue raises
            raise Conflict(_("El bot falla en el turno %d.") % number, code="dialogue_broke") from error
        confidence = percent_down(reply.confidence or 0.0)
        shown.append(
            ShownTurn(
                number, turn, reply.intent or "–", confidence, reply.is_fallback, preview_of(reply.messages)
            )
        )
    return shown


def verdict(turn: TurnOutcome) -> str:
    """In words, for a turn of a saved conversation."""
    if turn.got is None:
        return turn.error
    if not turn.expected.expects:
        return _("Sin nada que esperar todavía.")
    if turn.is_right:
        return _("Responde lo esperado.")
    named = {"intent": _("la intención"), "messages": _("el texto"), "buttons": _("los botones")}
    return _("Cambia: %s.") % ", ".join(named[part] for part in turn.differences)
