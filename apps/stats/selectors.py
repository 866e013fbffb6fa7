"""Figures of a range of days: closed days as they are kept, open ones as they stand now."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from apps.stats.crowds import Crowd
from apps.stats.figures import Figures
from apps.stats.models import DayStats
from apps.stats.periods import Period
from apps.stats.services import count_open_day, keep_up, open_from


@dataclass(slots=True)
class PeriodFigures:
    """`total` is summed over `days`; `people` and `conversations` of the whole period are counted once.

    `is_exact`: these two; else within crowds.ERROR. `people_from`: before that day nobody knows any more
    who wrote, and people count once a day. `pending_days` are not in it yet: a job counts them.
    """

    period: Period
    days: dict[date, Figures] = field(default_factory=dict)
    total: Figures = field(default_factory=Figures)
    people: int = 0
    conversations: int = 0
    is_exact: bool = True
    people_from: date | None = None
    pending_days: int = 0

    def of(self, day: date) -> Figures:
        return self.days.get(day) or Figures()


def period_figures(period: Period) -> PeriodFigures:
    """All that is known of a period; one query for its closed days."""
    found = PeriodFigures(period, pending_days=keep_up(period))
    opened = open_from(timezone.now())
    people, conversations = Crowd(), Crowd()
    rows = DayStats.objects.filter(day__gte=period.first, day__lte=period.last, day__lt=opened)
    columns = ("day", "figures", "people", "conversations")
    for day, told, who, talks in rows.order_by("day").values_list(*columns):
        figures = found.days[day] = Figures.from_json(told)
        is_known = people.add(who, figures.people)
        conversations.add(talks, figures.conversations)
        if not is_known:
            found.people_from = day + timedelta(days=1)
    for day in Period(max(opened, period.first), period.last).days:
        count = count_open_day(day)
        found.days[day] = count.finished(day)
        people.add_keys(count.people)
        conversations.add_keys(count.conversations)
    for figures in found.days.values():
        found.total.add(figures)
    found.people, found.conversations = people.count(), conversations.count()
    found.is_exact = people.is_exact
    return found
