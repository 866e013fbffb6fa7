"""Keeping the days' figures: counted once when a day is over, again when something of it changes later.

Who writes reads the row's version and the day's mark first, counts, and writes only if nobody else did;
then the mark goes, unless a newer one has come. So a figure that is kept without a mark is right.
"""

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core.jobs import JobsUnavailable, job
from apps.logs.changes import SETTLED_AFTER
from apps.logs.models import ChangedDay
from apps.stats import crowds
from apps.stats.counting import Count, add_turns, turns_between, turns_of
from apps.stats.figures import Figures
from apps.stats.models import DayStats
from apps.stats.periods import Period, first_day
from apps.stats.retention import purged_before

log = structlog.get_logger("tutorbot.stats")
BUDGET_SECONDS = 3.0
"""A request counts missing days for so long; a job does the rest."""
ASK_EVERY_SECONDS = 60
FOLD_AT = 300
"""Turns of today that are counted anew at every reading, at most so many beside the last minutes'."""


def open_from(now: datetime) -> date:
    """The first day that is not closed: today, and yesterday for some minutes after midnight."""
    return timezone.localdate(now - SETTLED_AFTER)


def keep_up(period: Period, *, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Counts closed days that are missing or changed, newest first; how many are left to a job."""
    deadline = time.monotonic() + budget_seconds
    waiting = days_to_count(period)
    while waiting and time.monotonic() < deadline:
        count_day(waiting.pop())
    if waiting:
        _ask_for_the_rest()
    return len(waiting)


def days_to_count(period: Period) -> list[date]:
    """Closed days of the period without right figures, oldest first."""
    last = min(period.last, open_from(timezone.now()) - timedelta(days=1))
    since, purged = first_day(), purged_before()
    if since is None:
        return []
    first = max(day for day in (period.first, since, purged) if day)
    kept = DayStats.objects.filter(day__gte=first, day__lte=last, until=None)
    right = set(kept.values_list("day", flat=True)) - marked_days(first, last)
    return [day for day in Period(first, last).days if day not in right]


def marked_days(first: date, last: date) -> set[date]:
    marks = ChangedDay.objects.filter(pk__gte=first.isoformat(), pk__lte=last.isoformat())
    return {date.fromisoformat(day) for day in marks.values_list("pk", flat=True)}


def count_day(day: date) -> bool:
    """Counts a closed day from its rows; whether it was written. Never one whose rows were purged."""
    purged = purged_before()
    return not (purged and day < purged) and _count(day)


def keep_for_good(day: date) -> None:
    """Before the first of a closed day's turns goes for its age; later, its figures are not touched."""
    if day >= open_from(timezone.now()):
        return
    row = DayStats.objects.filter(day=day).first()
    is_begun = row is not None and row.until is None and not row.conversations
    if not is_begun and (row is None or row.until or _mark(day)):
        _count(day)
    forget_people(day + timedelta(days=1))


def _count(day: date) -> bool:
    mark, version = _mark(day), _version(day)
    count = Count()
    add_turns(count, turns_of(day))
    return write(day, count, figures=count.finished(day), until=None, version=version, mark=mark)


def _mark(day: date) -> str:
    found = ChangedDay.objects.filter(pk=day.isoformat()).values_list("token", flat=True).first()
    return found or ""


def _version(day: date) -> int:
    return DayStats.objects.filter(day=day).values_list("version", flat=True).first() or 0


def write(
    day: date, count: Count, *, figures: Figures, until: datetime | None, version: int, mark: str
) -> bool:
    """False when somebody else has written this day since `version` was read."""
    values: dict[str, Any] = {
        "figures": figures.to_json(),
        "people": crowds.packed(count.people, is_final=until is None),
        "conversations": crowds.packed(count.conversations, is_final=until is None),
        "helped": b"" if until is None else crowds.packed(count.helped, is_final=False),
        "until": until,
        "version": version + 1,
        "counted_at": timezone.now(),
    }
    if version:
        is_written = bool(DayStats.objects.filter(day=day, version=version).update(**values))
    else:
        is_written = _create(day, values)
    if is_written and mark:
        ChangedDay.objects.filter(pk=day.isoformat(), token=mark).delete()
    return is_written


def _create(day: date, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            DayStats.objects.create(day=day, **values)
    except IntegrityError:
        return False
    return True


def count_open_day(day: date) -> Count:
    """An open day as it stands: what was counted of it before, and the turns since.

    What is old enough that nothing adds to it any more is kept, so that a reading's cost does not grow with
    the day.
    """
    now = timezone.now()
    mark, row = _mark(day), DayStats.objects.filter(day=day).first()
    kept = row if row and row.until and not mark else None
    count, since = (_count_in(kept), kept.until) if kept else (Count(), None)
    settled = now - SETTLED_AFTER
    if since is None or since < settled:
        added = add_turns(count, turns_between(day, since, settled))
        if added >= FOLD_AT or (mark and row):
            version = row.version if row else 0
            write(day, count, figures=count.figures, until=settled, version=version, mark=mark)
        since = settled
    add_turns(count, turns_between(day, since, None))
    return count


def _count_in(row: DayStats) -> Count:
    people, conversations, helped = (
        crowds.unpacked(keys) for keys in (row.people, row.conversations, row.helped)
    )
    return Count(Figures.from_json(row.figures), people, conversations, helped)


def recount(days: Iterable[date], progress: Callable[[date, bool], None] = lambda day, is_done: None) -> int:
    """Counts these days anew; how many were written."""
    last, done = open_from(timezone.now()) - timedelta(days=1), 0
    for day in days:
        is_done = day <= last and count_day(day)
        done += is_done
        progress(day, is_done)
    return done


def forget_people(before: date) -> int:
    """The keys of who wrote on days whose rows are gone go too; the numbers stay. How many days."""
    rows = DayStats.objects.filter(day__lt=before).exclude(people=b"", conversations=b"")
    return rows.update(people=b"", conversations=b"", helped=b"")


@job()
def count_missing_days() -> None:
    """All closed days without right figures; and what may not be kept any longer goes."""
    since = first_day()
    if since is not None:
        days = days_to_count(Period(since, timezone.localdate()))
        log.info("days_counted", days=recount(days))
    if purged := purged_before():
        log.info("people_forgotten", days=forget_people(purged))


def _ask_for_the_rest() -> None:
    """At most once a minute: a request that finds days missing is seldom alone."""
    if not cache.add("stats:asked", 1, ASK_EVERY_SECONDS):
        return
    try:
        count_missing_days.later()
    except JobsUnavailable:
        cache.delete("stats:asked")
