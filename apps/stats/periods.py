"""From which day to which: what was asked for, cut to what can be answered."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from apps.logs.models import ChatTurn
from apps.stats.models import DayStats

MAX_DAYS = 1096
"""Three years: of a longer range its last days are told."""
DEFAULT_DAYS = 366
"""Without a beginning: this many days, or as many as there is something of."""


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both ends in it; none when `last` is before `first`."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return max(0, (self.last - self.first).days + 1)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.length)]

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        return self.last + timedelta(days=1)

    @property
    def before(self) -> "Period":
        """As many days, just before."""
        return Period(self.first - timedelta(days=self.length), self.first - timedelta(days=1))


def period_of(first: date | None, last: date | None, *, default_days: int = DEFAULT_DAYS) -> Period:
    """No day lies ahead of today."""
    today = timezone.localdate()
    if first and first > today:
        return Period(first, first - timedelta(days=1))
    end = min(last, today) if last else today
    if first is None:
        since = first_day()
        earliest = end - timedelta(days=min(default_days - 1, (end - date.min).days))
        first = max(earliest, min(since, end)) if since else end
    cut = max(first, end - timedelta(days=min(MAX_DAYS - 1, (end - date.min).days)))
    return Period(cut, end)


def first_day() -> date | None:
    """The first one that something was written on; by index."""
    rows = (
        ChatTurn.objects.order_by("day").values_list("day", flat=True).first(),
        DayStats.objects.order_by("day").values_list("day", flat=True).first(),
    )
    return min((day for day in rows if day), default=None)
