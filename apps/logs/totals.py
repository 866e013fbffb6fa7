"""How many turns a filter finds: right for few, and for many counted once a minute and added to."""

import hashlib
import json
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from apps.logs.fields import position_at
from apps.logs.filters import TurnFilter

FEW = 10_000
REMEMBERED_SECONDS = 60
SETTLED = timedelta(seconds=5)
"""Older turns are all there: none of another process is still to be committed."""


def total(wanted: TurnFilter) -> int:
    """Turns that arrived since are counted; those deleted since, for a minute, are too."""
    key = f"turns:{hashlib.sha256(json.dumps(wanted.stored()).encode()).hexdigest()}"
    known: tuple[int, int] | None = cache.get(key)
    if known is not None:
        counted, settled = known
        return counted + wanted.count(settled)
    found = wanted.count()
    if found > FEW:
        settled = position_at(timezone.now() - SETTLED)
        cache.set(key, (found - wanted.count(settled), settled), REMEMBERED_SECONDS)
    return found
