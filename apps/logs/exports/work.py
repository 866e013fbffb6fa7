"""The job that makes an export: few at once, with progress, and again from the start when its worker died."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.csv_stream import csv_blocks
from apps.core.db import atomic
from apps.core.jobs import job
from apps.logs.exports import registry
from apps.logs.exports.files import folder, open_private, part_of, remove_file
from apps.logs.exports.models import Export
from apps.logs.exports.services import kept_until

log = structlog.get_logger("tutorbot.exports")
MAX_RUNNING = 1
"""Of the worker's two threads one stays free for mails and deliveries."""
MAX_ATTEMPTS = 3
SILENT_SECONDS = 120
BEAT_SECONDS = 1.0
State = Export.State


class Stopped(Exception):
    """It was cancelled, or another worker makes it now."""


@job()
def make_export(key: str) -> None:
    """Does nothing when all places are taken: who frees one starts the next that waits."""
    free_dead_exports()
    export = _claim(key, secrets.token_hex(16))
    if export is None:
        return
    try:
        _make(export)
    except Stopped:
        part_of(export).unlink(missing_ok=True)  # all else is whoever's who makes it now
    except Exception as error:
        _end(export, State.FAILED, error=_("No se pudo escribir el archivo. Inténtalo de nuevo."))
        part_of(export).unlink(missing_ok=True)
        log.error("export_failed", kind=export.kind, error=type(error).__name__, exc_info=error)
    start_next()


def start_next() -> None:
    """The one that waits longest."""
    waiting = Export.objects.filter(state=State.WAITING).order_by("created_at", "id").first()
    if waiting is not None and Export.objects.filter(slot__isnull=False).count() < MAX_RUNNING:
        make_export.later(waiting.pk.hex)


def take_up_exports() -> None:
    """Exports whose worker died, and those that wait while nobody works."""
    free_dead_exports()
    start_next()


def free_dead_exports() -> None:
    silent = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    Export.objects.filter(state=State.RUNNING, heartbeat_at__lt=silent).update(
        state=State.WAITING, slot=None, token=""
    )


def _claim(key: str, token: str) -> Export | None:
    """The export with a slot and our token; None when there is nothing to do, or no slot."""
    rows = Export.objects.filter(pk=key, state__in=Export.OPEN)
    export = rows.first()
    if export is None:
        return None
    if export.attempts >= MAX_ATTEMPTS:
        _end(export, State.FAILED, error=_("Su proceso se detuvo varias veces. Pide menos días."))
        remove_file(export)
        return None
    claim: dict[str, Any] = {
        "state": State.RUNNING,
        "token": token,
        "attempts": export.attempts + 1,
        "rows": 0,
        "heartbeat_at": timezone.now(),
    }
    slots = [export.slot] if export.slot else [f"export-{number}" for number in range(MAX_RUNNING)]
    for slot in slots:
        if Export.objects.filter(slot=slot).exclude(pk=key).exists():
            continue
        with suppress(IntegrityError), atomic():
            if rows.update(**claim, slot=slot):
                export.refresh_from_db()
                return export
    return None


def _make(export: Export) -> None:
    kind = registry.get(export.kind)
    remove_file(export)  # of a worker that died
    if kind.count is not None:
        _save(export, rows_expected=kind.count(export.filters))
    path = part_of(export)
    rows = _counted(export, kind.rows(export.filters))
    with open(path, "w", encoding="utf-8", newline="", opener=open_private) as out:
        for block in csv_blocks(kind.header, rows):
            out.write(block)
    _save(export, rows=export.rows)  # once more: it may have been cancelled
    os.replace(path, folder() / f"{export.pk.hex}.csv")
    size = (folder() / f"{export.pk.hex}.csv").stat().st_size
    until = kept_until(settings.ENV.EXPORT_KEEP_DAYS)
    _end(export, State.DONE, rows=export.rows, file=f"{export.pk.hex}.csv", size=size, expires_at=until)


def _counted(export: Export, rows: Iterable[Any]) -> Iterator[Any]:
    """The rows; once a second it says how many, and hears whether to go on."""
    export.rows, beat = 0, monotonic()
    for row in rows:
        yield row
        export.rows += 1
        if export.rows % 500 == 0 and monotonic() - beat >= BEAT_SECONDS:
            _save(export, rows=export.rows, heartbeat_at=timezone.now())
            beat = monotonic()


def _save(export: Export, **values: Any) -> None:
    """Raises Stopped when the export is not ours any more."""
    ours = Export.objects.filter(pk=export.pk, token=export.token, state=State.RUNNING)
    if not ours.update(**values):
        raise Stopped


def _end(export: Export, state: str, **values: Any) -> None:
    ours = Export.objects.filter(pk=export.pk, token=export.token, state__in=Export.OPEN)
    ours.update(state=state, slot=None, finished_at=timezone.now(), **values)
