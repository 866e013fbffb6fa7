"""What pages say happens to them, counted by name and day; who it happened to is not kept."""

from datetime import date

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from apps.core.db import run_atomically
from apps.ops.models import EventCount

MAX_NAMES = 200
"""Different names of one day; what comes after is counted together."""
REST = "_other"


def count_event(*, name: str) -> None:
    """One more of this name today; one write for a name that is known."""
    today = timezone.localdate()
    if _add(today, name):
        return
    if EventCount.objects.filter(day=today).count() >= MAX_NAMES:
        name = REST
        if _add(today, name):
            return
    row = EventCount(day=today, name=name, count=1)
    try:
        run_atomically(lambda: row.save(force_insert=True))
    except IntegrityError:  # the first two at once: the other one has made it
        _add(today, name)


def _add(day: date, name: str) -> bool:
    return bool(EventCount.objects.filter(day=day, name=name).update(count=F("count") + 1))
