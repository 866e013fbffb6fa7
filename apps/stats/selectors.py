"""Figures over the turns of the chat."""

from dataclasses import dataclass
from datetime import date

from apps.logs.models import ChatTurn


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One local day. `understood_share` is 0 to 1, None without a turn."""

    turns: int
    senders: int
    not_understood: int
    failed: int

    @property
    def understood_share(self) -> float | None:
        return 1 - (self.not_understood + self.failed) / self.turns if self.turns else None


def day_figures(day: date) -> DayFigures:
    """Counts of a day; a turn that failed is not counted as not understood too."""
    turns = ChatTurn.objects.filter(day=day).order_by()
    return DayFigures(
        turns=turns.count(),
        senders=turns.values("sender_id").distinct().count(),
        not_understood=turns.filter(is_fallback=True, error__isnull=True).count(),
        failed=turns.filter(error__isnull=False).count(),
    )
