"""What students would be answered differently, ready for a page."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import get_language

from apps.chat.engines.embedded.dialogue.utterance import FALLBACK_INTENT
from apps.core.charts import percent
from apps.core.errors import AppError
from apps.intents.models import ModelVersion
from apps.intents.services.comparison import ChangedAnswer, Comparison, compare_versions
from apps.logs.models import ChatTurn

KEPT_SECONDS = 60
"""A comparison takes seconds: looking again, or two people at once, must not keep the workers busy."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one model understands and says; no intent: it did not understand."""

    intent: str
    confidence: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    text: str
    count: int
    sides: tuple[Side, Side]
    """The other model's, then this one's."""


@dataclass(frozen=True, slots=True)
class WouldChange:
    """`count` of `total` messages; or the reason why it cannot be said."""

    rows: tuple[AnswerRow, ...] = ()
    count: int = 0
    total: int = 0
    error: str = ""


def what_would_change(*, new: ModelVersion, old: ModelVersion) -> WouldChange:
    try:
        found = _compared(old, new)
    except AppError as error:
        return WouldChange(error=str(error.text))
    rows = tuple(AnswerRow(row.text, row.count, _sides(row)) for row in found.changed)
    return WouldChange(rows, found.changed_messages, found.messages)


def _compared(old: ModelVersion, new: ModelVersion) -> Comparison:
    """The one of the last minute, unless somebody has written since. Raises Conflict."""
    newest = ChatTurn.objects.order_by("-timestamp", "id").values_list("pk", flat=True).first()
    sides = [version.sha256 or version.name for version in (old, new)]
    key = ":".join(["compared", *sides, str(newest), get_language() or ""])
    found: Comparison | None = cache.get(key)
    if found is None:
        found = compare_versions(old=old, new=new)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _understood(intent: str) -> str:
    return "" if intent == FALLBACK_INTENT else intent


def _sides(row: ChangedAnswer) -> tuple[Side, Side]:
    return (
        Side(_understood(row.old_intent), percent(row.old_confidence, 0), row.old_answer),
        Side(_understood(row.new_intent), percent(row.new_confidence, 0), row.new_answer),
    )
