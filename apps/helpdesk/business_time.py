"""Time in which the helpdesk works: opening hours without holidays and closed days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone

COUNTRY = "CO"
DEFAULT_HOURS: Mapping[int, tuple[tuple[time, time], ...]] = {
    weekday: ((time(8), time(17)),) for weekday in range(5)
}
"""Monday to Friday, where nobody set other hours."""
FAR_DAYS = 3660
"""Nothing is looked for further away: who closes for ten years gets the last of these days."""
MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """Of the country, with those that are moved to a Monday."""
    import holidays  # here: it reads the calendars of the whole world, which most processes never need

    return frozenset(holidays.country_holidays(COUNTRY, years=year))


@dataclass(frozen=True)
class Calendar:
    """Opening hours by weekday (0 is Monday), and days without any."""

    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=lambda: DEFAULT_HOURS)
    closed: frozenset[date] = frozenset()
    zone: tzinfo = field(default_factory=timezone.get_default_timezone)

    def spans(self, day: date) -> list[Span]:
        """In UTC, in order, none over another."""
        if day in self.closed or day in holidays_of(day.year):
            return []
        spans: list[Span] = []
        for opens, closes in sorted(self.hours.get(day.weekday(), ())):
            start, end = self._moment(day, opens), self._moment(day, closes)
            if spans and start <= spans[-1][1]:
                start, end = spans[-1][0], max(end, spans.pop()[1])
            if start < end:
                spans.append((start, end))
        return spans

    def business_minutes(self, start: datetime, end: datetime) -> int:
        """Whole minutes between the two; 0 when the end comes first."""
        total = timedelta()
        for day in _days(self._day(start), self._day(end)):
            for opens, closes in self.spans(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
        return total // MINUTE

    def add_business_minutes(self, start: datetime, minutes: int) -> datetime:
        """The first moment with so many minutes between it and the start."""
        left = minutes * MINUTE
        last = start
        for opens, closes in self._spans_from(start):
            begin = max(opens, start)
            if begin >= closes:
                continue
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
            last = closes
        return last

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """The end of the so-manieth open day after the start's own, as terms in days are counted."""
        last, seen, first = start, 0, self._day(start)
        for day in _days(first + timedelta(days=1), _later(first, FAR_DAYS)):
            if spans := self.spans(day):
                last, seen = spans[-1][1], seen + 1
            if seen >= days:
                break
        return last

    def _spans_from(self, start: datetime) -> Iterator[Span]:
        first = self._day(start)
        for day in _days(first, _later(first, FAR_DAYS)):
            yield from self.spans(day)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    """Both of them and what is between; the calendar's own end is no error."""
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)


def _later(day: date, days: int) -> date:
    """Some days later, or the last day of which every moment is one in UTC too."""
    return min(day, date.max - timedelta(days=days + 2)) + timedelta(days=days)
