"""Putting a backup in place of what is there; what was there is kept beside it where it is a file."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from apps.core.job_queue import worker_name
from apps.logs.search_index import rebuild_index
from apps.ops.backup.archive import FILES, SECRET, Manifest, private, unpack
from apps.ops.backup.databases import LIVE, another, live_with_patience, sqlite_file
from apps.ops.backup.errors import BackupError
from apps.ops.backup.making import FOLDERS, Show, kind_here
from apps.ops.backup.tables import check_state, fill

log = structlog.get_logger("tutorbot.backup")
BEFORE = "before-restore-{moment:%Y%m%d-%H%M%S}"


@contextmanager
def opened(archive: Path) -> Iterator[tuple[Manifest, Path]]:
    """The archive, looked through, and where its content lies. Raises BackupError."""
    data = Path(settings.ENV.DATA_DIR)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        manifest = unpack(archive, Path(folder))
        if connections[LIVE].vendor != "sqlite":
            check_state(manifest, LIVE)
        yield manifest, Path(folder)


def restore(manifest: Manifest, content: Path, *, with_secret: bool, show: Show) -> Path:
    """The folder where the files that were there are kept, if any were.

    Raises BackupError, which says what state everything is in.
    """
    if with_secret and SECRET not in manifest.files:
        raise BackupError("La copia no trae la clave secreta (se hizo sin --with-secret).")
    _refuse_while_served()
    data = Path(settings.ENV.DATA_DIR)
    before = data / BEFORE.format(moment=timezone.localtime())
    try:
        with worker_name(data):
            before.mkdir(mode=0o700)
            _replace_rows(manifest, content, before, show)
            for name in FOLDERS:
                _swap(content / FILES / name, data / name, before)
            if with_secret:
                _swap(content / SECRET, data / SECRET, before)
    except BlockingIOError:
        raise BackupError("El proceso de trabajos está en marcha. Detenlo y repite.") from None
    finally:
        with suppress(OSError):  # it has something in it
            before.rmdir()
    try:
        _finish(manifest)
    except DatabaseError as error:
        log.exception("restore_unfinished")
        raise BackupError(
            f"Las filas y los archivos ya son los de la copia, pero la base de datos no dejó terminar "
            f"({type(error).__name__}). Antes de iniciar el servidor ejecuta «manage.py migrate» y "
            f"«manage.py rebuild_search». Los archivos que había están en {before}."
        ) from None
    return before


def _finish(manifest: Manifest) -> None:
    ContentType.objects.clear_cache()
    cache.clear()
    call_command("migrate", interactive=False, verbosity=0)
    if manifest.kind != kind_here():
        rebuild_index()


def _refuse_while_served() -> None:
    """A server that goes on would write into what is replaced."""
    env = settings.ENV
    host = "127.0.0.1" if env.HOST in {"0.0.0.0", "::"} else env.HOST  # noqa: S104 - compared, not bound
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        if probe.connect_ex((host, env.PORT)) == 0:
            raise BackupError(f"Algo atiende en el puerto {env.PORT}. Detén el servidor web y repite.")


def _replace_rows(manifest: Manifest, content: Path, before: Path, show: Show) -> None:
    try:
        _restore_rows(manifest, content, before, show)
    except DatabaseError as error:
        log.exception("restore_failed")
        reason = f"La base de datos no lo permitió ({type(error).__name__})."
        raise BackupError(f"{reason} Los datos y los archivos quedaron como estaban.") from None


def _restore_rows(manifest: Manifest, content: Path, before: Path, show: Show) -> None:
    connection: Any = connections[LIVE]
    if connection.vendor != "sqlite":
        with live_with_patience() as using:
            fill(manifest, content, using, show)
        return
    live = Path(connection.settings_dict["NAME"])
    new = live.with_name(f".{live.name}.restoring")
    for path in _files_of(new):
        path.unlink(missing_ok=True)
    with private(), another(**sqlite_file(new)) as using:
        fill(manifest, content, using, show)
    connection.close()
    if live.exists():
        shutil.copymode(live, new)
    for path in _files_of(live):
        if path.exists():
            os.replace(path, before / path.name)
    os.replace(new, live)


def _files_of(database: Path) -> list[Path]:
    """SQLite's file and those that belong to it; the file last: with it the others are of use."""
    return [database.with_name(database.name + end) for end in ("-wal", "-shm", "")]


def _swap(new: Path, live: Path, before: Path) -> None:
    if live.exists():
        os.replace(live, before / live.name)
    if new.exists():
        shutil.move(new, live)
