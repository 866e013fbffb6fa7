"""Which days' figures no longer say what their rows say: written with a late change, read by apps/stats."""

import uuid
from datetime import date, datetime, timedelta

from django.utils import timezone

from apps.logs.models import ChangedDay

SETTLED_AFTER = timedelta(minutes=5)
"""A turn that is older may be counted already, and its day closed."""
TOLD_AFTER = timedelta(minutes=4)
"""Earlier than that, for clocks of several machines that differ."""


def note_turn(*, day: date, timestamp: datetime) -> None:
    """After a turn's row was written or changed. Costs nothing while the turn is new."""
    if timezone.now() - timestamp >= TOLD_AFTER:
        mark(day)


def note_day(day: date) -> None:
    """After something else of a day (an opinion, a case) was written. Costs nothing while the day is open."""
    if day < timezone.localdate(timezone.now() - TOLD_AFTER):
        mark(day)


def mark(day: date) -> None:
    """This day is counted anew when its figures are read next, or in the night."""
    ChangedDay.objects.update_or_create(pk=day.isoformat(), defaults={"token": uuid.uuid4().hex})
