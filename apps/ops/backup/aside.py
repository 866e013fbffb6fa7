"""All or nothing on MongoDB, whose transactions are too small: what is replaced stands aside meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import connections

from apps.ops.backup.errors import BackupError
from apps.ops.backup.schema import Model

ASIDE = "before_restore."
"""What the names of those collections begin with."""
MARK = "restore_under_way"
"""A collection that is there until the new rows are all in: what stands aside is what counts."""

log = structlog.get_logger("tutorbot.backup")


@contextmanager
def filling(models: Sequence[Model], using: str) -> Iterator[None]:
    """For tables that were made a moment ago: when the block fails they are empty again."""
    database = _database(using)
    try:
        yield
    except BaseException:
        for model in models:
            database[model._meta.db_table].delete_many({})
        raise


@contextmanager
def replacing(models: Sequence[Model], using: str) -> Iterator[None]:
    """Empty collections for the block; when it fails, those of before are back. Raises BackupError.

    Those of a restore that was killed, too: the next one begins with what was there before it.
    """
    from pymongo.errors import PyMongoError

    database = _database(using)
    try:
        _put_back(database)
        _set_aside(database, [model._meta.db_table for model in models])
        yield
        database.drop_collection(MARK)
    except BaseException as error:
        _recover(database)
        if isinstance(error, PyMongoError):
            text = f"MongoDB no lo permitió ({type(error).__name__}). Los datos quedaron como estaban."
            raise BackupError(text) from error
        raise
    _drop_aside(database)


def _database(using: str) -> Any:
    connection: Any = connections[using]
    return connection.database


def _recover(database: Any) -> None:
    from pymongo.errors import PyMongoError

    try:
        _put_back(database)
    except PyMongoError as error:
        log.exception("restore_not_undone")
        raise BackupError(
            f"La base de datos quedó a medias y MongoDB no responde ({type(error).__name__}). Lo que había "
            f"está entero en las colecciones «{ASIDE}…». No inicies el servidor: cuando MongoDB responda, "
            "repite «manage.py restore», que empieza por devolverlo a su lugar."
        ) from error


def _set_aside(database: Any, tables: list[str]) -> None:
    """Renaming is done at once however many rows there are; the indexes are made again, on nothing."""
    there = set(database.list_collection_names())
    database.create_collection(MARK)
    for table in tables:
        if table in there:
            indexes = [dict(index) for index in database[table].list_indexes() if index["name"] != "_id_"]
            database[table].rename(ASIDE + table)
            database.create_collection(table)
            if indexes:
                database.command("createIndexes", table, indexes=indexes)


def _put_back(database: Any) -> None:
    """Nothing is aside afterwards: it is where it was, or gone if the new rows were all in."""
    if MARK in database.list_collection_names():
        for name in _those_aside(database):
            database[name].rename(name.removeprefix(ASIDE), dropTarget=True)
        database.drop_collection(MARK)
    _drop_aside(database)


def _drop_aside(database: Any) -> None:
    for name in _those_aside(database):
        database.drop_collection(name)


def _those_aside(database: Any) -> list[str]:
    return [name for name in database.list_collection_names() if name.startswith(ASIDE)]
