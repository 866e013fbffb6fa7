"""Tables at a state of the migrations: as models of that time, made anew, emptied."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connections, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Applied = Mapping[str, Sequence[str]]
"""Names of applied migrations by app."""
Model = type[models.Model]
OTHERS = ("admin", "auth", "contenttypes", "axes", "otp_totp", "otp_static")
"""Apps of others, whose migrations on MongoDB are ours and not theirs (tutorbot/databases.py)."""
NOT_KEPT = frozenset({"sessions.session"})
"""Sessions of pages: nobody is signed in again by an old backup."""


def applied_in(using: str) -> dict[str, list[str]]:
    """What is applied in this database, of the migrations that this version has."""
    loader = MigrationLoader(connections[using])
    found: dict[str, list[str]] = {}
    for app, name in sorted(loader.applied_migrations):
        if (app, name) in loader.graph.nodes:
            found.setdefault(app, []).append(name)
    return found


def unknown_here(applied: Applied) -> list[str]:
    """Migrations that this version does not have."""
    known = MigrationLoader(None).disk_migrations
    return [f"{app}.{name}" for app, names in applied.items() for name in names if (app, name) not in known]


def for_this_kind(applied: Applied) -> dict[str, list[str]]:
    """The same state of our own apps; those of others stand on this database's newest."""
    newest: dict[str, list[str]] = {}
    for app, name in sorted(MigrationLoader(None).graph.nodes):
        newest.setdefault(app, []).append(name)
    return {app: newest[app] if app in OTHERS else list(applied.get(app, ())) for app in newest}


def models_at(applied: Applied) -> list[Model]:
    """Every model with a table, those of many-to-many relations too, by label."""
    loader = MigrationLoader(None)
    nodes = [(app, name) for app, names in applied.items() for name in names]
    found = loader.project_state(nodes).apps.get_models(include_auto_created=True)
    return sorted(
        (m for m in found if m._meta.managed and not m._meta.proxy), key=lambda m: m._meta.label_lower
    )


def kept(all_models: Iterable[Model]) -> list[Model]:
    return [model for model in all_models if model._meta.label_lower not in NOT_KEPT]


def create_tables(all_models: Sequence[Model], applied: Applied, using: str) -> None:
    """In an empty database, which then counts as migrated that far."""
    with connections[using].schema_editor() as editor:
        for model in all_models:
            if not model._meta.auto_created:
                editor.create_model(model)
    recorder = MigrationRecorder(connections[using])
    recorder.ensure_schema()
    for app, names in applied.items():
        for name in names:
            recorder.record_applied(app, name)


def is_empty(using: str) -> bool:
    """No table of ours; another program's may be there."""
    return not MigrationRecorder(connections[using]).applied_migrations()


def empty_tables(all_models: Sequence[Model], using: str) -> None:
    """All rows gone; inside a transaction. Not for MongoDB."""
    connection: Any = connections[using]
    tables = [model._meta.db_table for model in all_models]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)


def reset_sequences(all_models: Sequence[Model], using: str) -> None:
    """The next automatic key is one that nobody has."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(all_models)):
            cursor.execute(statement)
