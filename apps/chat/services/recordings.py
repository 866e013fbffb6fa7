"""Voice messages on disk: kept only where AUDIO_STORE says so, under random names, and not for long."""

import secrets
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.engines.pointer import whole_or_nothing
from apps.chat.models import Recording
from apps.chat.sounds import Sound
from apps.core.text import storable

log = structlog.get_logger("tutorbot.voice")
BATCH = 500
LEAST_FREE = 1 << 30


def folder() -> Path:
    """Read by staff's views alone; no address leads into it."""
    return Path(settings.ENV.DATA_DIR) / "audio"


def path_of(recording: Recording) -> Path:
    return folder() / recording.file


def keep(sound: Sound, *, sender: str, session_id: str, lang: str, user: User | None) -> Recording | None:
    """None without AUDIO_STORE, and where the disk does not take it: the message counts, not its copy.

    Anybody may send recordings: the last gigabyte is left to the database.
    """
    if not settings.ENV.AUDIO_STORE:
        return None
    name = f"{secrets.token_hex(16)}.{sound.suffix}"
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(folder()).free < LEAST_FREE:
            log.error("recording_not_kept", error="disk_almost_full")
            return None
        with whole_or_nothing(folder() / name) as file:
            sound.file.seek(0)
            for chunk in sound.file.chunks():
                file.write(chunk)
    except OSError as error:
        log.error("recording_not_kept", error=type(error).__name__)
        return None
    return Recording.objects.create(
        sender_id=storable(sender),
        session_id=storable(session_id),
        user=user,
        file=name,
        mime=sound.mime,
        size_bytes=sound.size,
        duration_ms=sound.duration_ms,
        lang=lang,
    )


def delete_recordings(rows: QuerySet[Recording]) -> int:
    """The files first: a row without a file is found again, a file without a row is heard of no more."""
    count = 0
    while chosen := list(rows.order_by("pk")[:BATCH]):
        for one in chosen:
            path_of(one).unlink(missing_ok=True)
        Recording.objects.filter(pk__in=[one.pk for one in chosen]).delete()
        count += len(chosen)
    return count


def purge_recordings() -> dict[str, Any]:
    """What is older than AUDIO_TTL_DAYS, and files of that age that no row names."""
    age = timedelta(days=settings.ENV.AUDIO_TTL_DAYS)
    rows = delete_recordings(Recording.objects.filter(created_at__lt=timezone.now() - age))
    limit, strays = time.time() - age.total_seconds(), 0
    for path in folder().glob("*") if folder().is_dir() else ():
        if path.stat().st_mtime < limit and not Recording.objects.filter(file=path.name).exists():
            path.unlink(missing_ok=True)
            strays += 1
    return {"recordings": rows, "strays": strays}
