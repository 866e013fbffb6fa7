"""What retention leaves of the past, and what is kept of a day before its turns go."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.logs.changes import mark
from apps.logs.models import ChatTurn
from apps.logs.purging import purged_until
from apps.logs.turn_deletion import with_turns

TURNS = "turns"


def purged_before() -> date | None:
    """Of earlier days turns were deleted for their age: their figures stay. None: nothing was deleted."""
    limit = purged_until(TURNS)
    return timezone.localdate(limit) + timedelta(days=1) if limit else None


def follow_deletions() -> None:
    """Turns go only after this app has seen to their days."""
    with_turns(before_turns_go)


def before_turns_go(keys: Sequence[Any], is_erasure: bool) -> dict[str, int]:
    """In the deletion's transaction. Erased at a person's wish: their days are counted again, without them.

    Gone for their age: their days are counted now if they were not, and say no more who wrote.
    """
    from apps.stats.services import keep_for_good

    days = set(ChatTurn.objects.filter(pk__in=list(keys)).order_by().values_list("day", flat=True))
    for day in sorted(days):
        if is_erasure:
            mark(day)
        else:
            keep_for_good(day)
    return {}
