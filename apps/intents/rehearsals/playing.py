"""Holding a conversation with a model that is only in memory, and judging it."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat.engines.base import BotReply
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.embedded.offline import OfflineConversation
from apps.intents.rehearsals.comparing import Variations
from apps.intents.rehearsals.turns import Turn

log = structlog.get_logger("tutorbot.rehearsals")
CLAIMS = {"sub": "ensayo"}
"""Of somebody who has logged in, and of whom nothing else is known."""
HOUR, PAUSE_SECONDS = 10, 10


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """`got` is None for a turn that the bot broke at, or that came after it."""

    number: int
    expected: Turn
    got: Turn | None
    differences: tuple[str, ...]
    error: str = ""

    @property
    def is_right(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Rehearsal:
    name: str
    turns: tuple[TurnOutcome, ...]

    @property
    def first_wrong(self) -> TurnOutcome | None:
        return next((turn for turn in self.turns if not turn.is_right), None)

    @property
    def is_right(self) -> bool:
        return self.first_wrong is None

    @property
    def to_accept(self) -> list[TurnOutcome]:
        """The turns that do not expect what they get."""
        return [turn for turn in self.turns if not (turn.is_right and turn.expected.expects)]

    def failure(self) -> dict[str, Any] | None:
        """The first turn that differs, as `{name, turn, say, expected, got}`."""
        wrong = self.first_wrong
        if wrong is None:
            return None
        got = wrong.error if wrong.got is None else wrong.got.told()
        said = {"turn": wrong.number, "say": wrong.expected.say}
        return {"name": self.name, **said, "expected": wrong.expected.told(), "got": got}


@dataclass(slots=True)
class Outcome:
    """Of many conversations; `untried` are the names of those for which there was no time."""

    passed: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)

    def add(self, rehearsal: Rehearsal) -> None:
        failure = rehearsal.failure()
        if failure is None:
            self.passed += 1
        else:
            self.failed.append(failure)


def play(model: LoadedModel, turns: Iterable[Turn]) -> Iterator[BotReply]:
    """Answers, one by one. It is always ten in the morning of today: what depends on the hour stays still."""
    start = timezone.localtime().replace(hour=HOUR, minute=0, second=0, microsecond=0).timestamp()
    ticks = itertools.count(start, PAUSE_SECONDS)
    conversation = OfflineConversation(model, clock=lambda: next(ticks))
    for turn in turns:
        yield conversation.say(turn.say, CLAIMS if turn.verified else None)


def rehearse_turns(
    *, name: str, turns: tuple[Turn, ...], model: LoadedModel, variations: Variations | None = None
) -> Rehearsal:
    """Every turn, also after a wrong one; a dialogue that breaks is wrong and does not raise."""
    variations = variations or Variations(model.dialogue.project)
    replies = play(model, turns)
    outcomes: list[TurnOutcome] = []
    for number, turn in enumerate(turns, 1):
        try:
            got = turn.answered(next(replies))
        except (
            Exception
        ) as error:  # whatever a model's dialogue raises: the others are rehearsed all the same
            log.warning("rehearsal_broke", name=name, turn=number, error=type(error).__name__)
            outcomes += _broken(number, turns, type(error).__name__)
            break
        outcomes.append(TurnOutcome(number, turn, got, variations.differences(turn, got)))
    return Rehearsal(name, tuple(outcomes))


def _broken(number: int, turns: tuple[Turn, ...], word: str) -> list[TurnOutcome]:
    broke = _("El bot falló en este turno (%s).") % word
    after = _("No se llegó a este turno.")
    return [
        TurnOutcome(place, turn, None, ("error",), broke if place == number else after)
        for place, turn in enumerate(turns[number - 1 :], number)
    ]
