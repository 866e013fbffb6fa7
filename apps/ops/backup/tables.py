"""An archive's rows put into a database that has none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from apps.core.db import atomic, is_mongo
from apps.ops.backup.archive import ROWS, Manifest
from apps.ops.backup.aside import filling, replacing
from apps.ops.backup.databases import LIVE
from apps.ops.backup.errors import BackupError
from apps.ops.backup.rows import NewKeys, load
from apps.ops.backup.schema import (
    OTHERS,
    Applied,
    Model,
    applied_in,
    create_tables,
    empty_tables,
    for_this_kind,
    is_empty,
    kept,
    models_at,
    reset_sequences,
    unknown_here,
)

Show = Callable[[float, str], None]


def fill(manifest: Manifest, folder: Path, using: str, show: Show) -> list[Model]:
    """Into an empty database, or instead of what is in one of the same state; the models of its tables.

    Raises BackupError. All or nothing: when it fails, the rows that were there are there.
    """
    check_state(manifest, using)
    applied = state_here(manifest)
    models = models_at(applied)
    for model in kept(models):
        if model._meta.label_lower not in manifest.tables:
            raise BackupError(f"La copia no tiene la tabla {model._meta.label_lower}.")
    was_empty = is_empty(using)
    if was_empty:
        create_tables(models, applied, using)
    with _all_or_nothing(models, using, was_empty):
        _load(manifest, kept(models), folder, using, show)
    return kept(models)


@contextmanager
def _all_or_nothing(models: list[Model], using: str, was_empty: bool) -> Iterator[None]:
    if is_mongo(using):
        with (filling if was_empty else replacing)(models, using):
            yield
        return
    with atomic(using):
        if not was_empty:
            empty_tables(models, using)
        yield


def check_state(manifest: Manifest, using: str) -> None:
    """Raises BackupError when the archive cannot go into this database."""
    if unknown := unknown_here(_ours(manifest.migrations)):
        text = "La copia es de una versión más nueva ({version}; {first}). Instala esa versión y repite."
        raise BackupError(text.format(version=manifest.version, first=unknown[0]))
    if not is_empty(using) and _ours(applied_in(using)) != _ours(manifest.migrations):
        raise BackupError(
            "La copia es de otra versión de la base de datos. Restáurala en una base vacía: créala, indícala "
            "en DATABASE_URL o MONGO_URI, y repite."
        )


def state_here(manifest: Manifest) -> Applied:
    """The archive's migrations; from the other kind of database those that stand for them here."""
    kind = "mongo" if is_mongo(LIVE) else "sql"
    return manifest.migrations if manifest.kind == kind else for_this_kind(manifest.migrations)


def _ours(applied: Applied) -> dict[str, list[str]]:
    return {app: sorted(names) for app, names in applied.items() if app not in OTHERS}


def _load(manifest: Manifest, models: list[Model], folder: Path, using: str, show: Show) -> None:
    is_mine = manifest.kind == ("mongo" if is_mongo(using) else "sql")
    keys = NewKeys(None if is_mine else _object_id if is_mongo(using) else int)
    done, total = 0, max(1, manifest.row_count)
    for model in models:
        label = model._meta.label_lower

        def tell(count: int, label: str = label) -> None:
            nonlocal done
            done += count
            show(done / total, label)

        with (folder / ROWS / f"{label}.jsonl").open("rb") as lines:
            load(model, lines, manifest.tables[label]["columns"], using, keys, tell)
    if not is_mongo(using):
        connections[using].check_constraints()
        reset_sequences(models, using)


def _object_id(number: int) -> Any:
    from bson import ObjectId

    return ObjectId()
