"""Where messages for the inbox come from: turns that were badly understood, and bad ratings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.core.text import printable
from apps.intents.botproject.sentences import bare
from apps.intents.models import MAX_SENTENCE, ReviewItem
from apps.intents.services.review.guesses import doubt_below
from apps.logs.models import ChatTurn, Feedback

Reason = ReviewItem.Reason


@dataclass(frozen=True, slots=True)
class Message:
    """What a student said, as the inbox shows it; `at` is the turn's time."""

    turn: Any
    text: str
    key: str
    at: datetime
    reason: str
    model_version: str


@dataclass(frozen=True, slots=True)
class Position:
    """The last row that was read; without `pk` all rows of that moment are still to be read."""

    at: datetime
    pk: Any = None


@dataclass(frozen=True, slots=True)
class Page:
    """`last` is where the rows end; `is_full` when there may be more of them."""

    messages: Sequence[Message]
    last: Position
    is_full: bool


Source = Callable[[Position, datetime, int], Page]


def badly_understood(after: Position, until: datetime, size: int) -> Page:
    """Turns that fell back, or were understood with doubts; not those in which an engine failed.

    What a form took for an answer is a name, an address, a complaint: nothing to learn sentences from.
    """
    is_doubtful = Q(is_fallback=True) | Q(confidence__lt=doubt_below())
    turns = ChatTurn.objects.filter(is_doubtful, error__isnull=True, is_form_answer=False)
    turns = turns.exclude(engine=ChatTurn.PERSON)
    rows = _window(turns, "timestamp", after, until, size)
    messages = (_message(row, Reason.FALLBACK if row.is_fallback else Reason.LOW) for row in rows)
    last = Position(rows[-1].timestamp, rows[-1].pk) if rows else after
    return Page(_usable(messages), last, len(rows) == size)


def badly_rated(after: Position, until: datetime, size: int) -> Page:
    """Thumbs down, which come later than the turn, and from people who changed their mind."""
    turns = {"turn__error__isnull": True, "turn__is_form_answer": False}
    down = Feedback.objects.filter(value=Feedback.Value.DOWN, **turns).select_related("turn")
    down = down.exclude(turn__engine=ChatTurn.PERSON)
    rows = _window(down, "updated_at", after, until, size)
    last = Position(rows[-1].updated_at, rows[-1].pk) if rows else after
    return Page(_usable(_message(row.turn, Reason.THUMBS_DOWN) for row in rows), last, len(rows) == size)


def _window(rows: Any, moment: str, after: Position, until: datetime, size: int) -> list[Any]:
    """The next rows by that column and key; the first condition alone can use an index."""
    rows = rows.filter(**{f"{moment}__gte": after.at, f"{moment}__lte": until})
    if after.pk is not None:
        rows = rows.filter(Q(**{f"{moment}__gt": after.at}) | Q(pk__gt=after.pk))
    return list(rows.order_by(moment, "pk")[:size])


def _message(turn: ChatTurn, reason: str) -> Message:
    text = " ".join(printable(turn.user_message).split())
    return Message(turn.pk, text, bare(text)[:MAX_SENTENCE], turn.timestamp, reason, turn.model_version)


def _usable(messages: Iterable[Message]) -> list[Message]:
    """Buttons and payloads teach nothing, nor does what is too long for an example."""
    return [
        message
        for message in messages
        if 0 < len(message.text) <= MAX_SENTENCE and not message.text.startswith("/")
    ]
