"""Making a backup, and trying one: put into an empty database and compared, row by row."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from apps.core import VERSION
from apps.core.db import is_mongo
from apps.ops.backup.archive import FILES, ROWS, SECRET, Manifest, Writer, unpack, writing
from apps.ops.backup.databases import LIVE, snapshot, temporary
from apps.ops.backup.errors import BackupError
from apps.ops.backup.rows import columns_of, dump
from apps.ops.backup.schema import Model, applied_in, kept, models_at
from apps.ops.backup.tables import fill

FOLDERS = ("models", "exports", "audio", "logs")
"""Of DATA_DIR. Not the queue of jobs: they would be done twice."""
NAME = "tutorbot-{moment:%Y%m%d-%H%M%S}.tar.gz"
PATTERN = "tutorbot-????????-??????.tar.gz"
Show = Callable[[float, str], None]
"""How much is done, 0 to 1, and of what."""


def default_target() -> Path:
    return Path(settings.ENV.DATA_DIR) / "backups" / NAME.format(moment=timezone.localtime())


def make_backup(*, target: Path, with_secret: bool, show: Show) -> Manifest:
    """Raises BackupError. Others go on writing meanwhile."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
            return _make(target, Path(folder), with_secret, show)
    except OSError as error:
        raise BackupError(f"No se puede escribir la copia en {target.parent}: {error.strerror}.") from None


def _make(target: Path, folder: Path, with_secret: bool, show: Show) -> Manifest:
    applied = applied_in(LIVE)
    if not applied:
        raise BackupError("La base de datos está vacía. Ejecuta «manage.py migrate».")
    manifest = Manifest(
        version=VERSION,
        made_at=timezone.localtime().isoformat(timespec="seconds"),
        kind=kind_here(),
        vendor=connections[LIVE].vendor,
        migrations=applied,
    )
    with writing(target, manifest) as archive:
        with snapshot(folder) as using:
            _add_rows(archive, kept(models_at(applied)), using, folder, show)
        data = Path(settings.ENV.DATA_DIR)
        for name in FOLDERS:
            for path in sorted(p for p in (data / name).rglob("*") if p.is_file() and not p.is_symlink()):
                archive.add_file(f"{FILES}/{path.relative_to(data).as_posix()}", path)
        if with_secret:
            archive.add_text(SECRET, settings.SECRET_KEY)
    return manifest


def _add_rows(archive: Writer, models: list[Model], using: str, folder: Path, show: Show) -> None:
    lines = folder / "rows.jsonl"
    for number, model in enumerate(models):
        label = model._meta.label_lower
        with lines.open("wb") as out:
            count, digest = dump(model, using, out)
        show((number + 1) / len(models), label)
        archive.add_file(f"{ROWS}/{label}.jsonl", lines)
        table = {"columns": columns_of(model), "rows": count, "sha256": digest}
        archive.manifest.tables[label] = table
    lines.unlink()


def kind_here() -> str:
    return "mongo" if is_mongo(LIVE) else "sql"


def verify(archive: Path, *, show: Show) -> Manifest:
    """Puts all rows into a temporary database and reads them again; the live one is not touched.

    Raises BackupError.
    """
    with tempfile.TemporaryDirectory(prefix=".verify-", dir=archive.parent) as name:
        folder = Path(name)
        content = folder / "content"
        manifest = unpack(archive, content)
        with temporary(folder) as using:
            models = fill(manifest, content, using, show)
            _compare(models, manifest, using)
        return manifest


def _compare(models: list[Model], manifest: Manifest, using: str) -> None:
    for model in models:
        table = manifest.tables[model._meta.label_lower]
        count, digest = dump(model, using)
        if count != table["rows"]:
            text = f"{model._meta.label}: la copia tiene {table['rows']} filas y al restaurarla hay {count}."
            raise BackupError(text)
        if manifest.kind == kind_here() and digest != table["sha256"]:
            raise BackupError(f"{model._meta.label}: las filas restauradas no son las que se guardaron.")


def keep_last(folder: Path, count: int) -> list[Path]:
    """Deletes all archives of this folder but the newest; those that are gone."""
    old = sorted(folder.glob(PATTERN))[:-count]
    for path in old:
        path.unlink()
    return old
