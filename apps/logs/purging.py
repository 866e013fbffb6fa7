"""Retention: what is too old goes, and a row says what went."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from apps.core import acting, retention
from apps.core.retention import Counts, Kind
from apps.logs.keeping import PurgeRun, State
from apps.logs.search_index import forget_deleted_words

log = structlog.get_logger("tutorbot.retention")
BATCH = 500
REST = 0.5
"""Of the time that a batch took: on SQLite, where one writes at a time, students' turns get in between."""
MAX_REST_SECONDS = 0.1
Tell = Callable[[str, Counts, int], None]


def silent(kind: str, counts: Counts, total: int) -> None:
    pass


def limit_of(kind: Kind, now: datetime | None = None) -> datetime | None:
    """What is older goes; None when it is kept for ever."""
    days = kind.days()
    return (now or timezone.now()) - timedelta(days=days) if days else None


def purge_all(
    *,
    kinds: Iterable[Kind] | None = None,
    before: datetime | None = None,
    batch: int = BATCH,
    dry_run: bool = False,
    tell: Tell = silent,
) -> list[PurgeRun]:
    """Each kind up to its own age, or all up to `before`; what is kept for ever only with `before`."""
    runs = []
    for kind in kinds if kinds is not None else retention.kinds():
        limit = before or limit_of(kind)
        if limit is not None:
            runs.append(purge(kind, before=limit, batch=batch, dry_run=dry_run, tell=tell))
    return runs


def purge(
    kind: Kind, *, before: datetime, batch: int = BATCH, dry_run: bool = False, tell: Tell = silent
) -> PurgeRun:
    """A row for the run stays, however it ends; what a run left over is for the next one."""
    run = PurgeRun.objects.create(
        kind=kind.name, before=before, is_dry=dry_run, via=acting.current().via[:80]
    )
    if dry_run:
        return _end(run, {kind.name: kind.count(before)})
    total, done = kind.count(before), Counter[str]()
    try:
        started = time.monotonic()
        for counts in kind.batches(before, batch):
            done.update(counts)
            _keep(run, counts=dict(done))
            tell(kind.name, dict(done), total)
            time.sleep(min((time.monotonic() - started) * REST, MAX_REST_SECONDS))
            started = time.monotonic()
        if done["turns"]:
            forget_deleted_words()
    except BaseException:
        _keep(run, state=State.FAILED, counts=dict(done), ended_at=timezone.now())
        raise
    return _end(run, dict(done))


def purged_until(kind: str) -> datetime | None:
    """Everything of this kind that is older is gone, or may be: nothing may be counted anew there."""
    rows = PurgeRun.objects.filter(kind=kind, is_dry=False).order_by("-before")
    return rows.values_list("before", flat=True).first()


def _end(run: PurgeRun, counts: Counts) -> PurgeRun:
    _keep(run, state=State.DONE, counts=counts, ended_at=timezone.now())
    if not run.is_dry:
        log.info("purged", kind=run.kind, before=run.before.isoformat(), **counts)
    return run


def _keep(run: PurgeRun, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))
