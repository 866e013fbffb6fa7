"""Other databases than the live one: its state at a moment, and one that is there for a while alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connections, transaction

from apps.core.db import is_mongo

ALIAS = "backup"
LIVE = "default"


@contextmanager
def another(**changes: Any) -> Iterator[str]:
    """An alias for a database beside the live one, for as long as the block lasts."""
    connections.databases[ALIAS] = {**connections[LIVE].settings_dict, **changes}
    try:
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.databases[ALIAS]


def sqlite_file(path: Path) -> dict[str, Any]:
    """What makes an SQLite file of a connection's settings, of whatever SQL database they are."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 5}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


def copy_sqlite(source: Path | str, target: Path) -> None:
    """All at once, as it is at this moment; who writes does not wait."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


@contextmanager
def live_with_patience() -> Iterator[str]:
    """The live database; on MongoDB by a client that waits longer than one that answers students."""
    if not is_mongo(LIVE):
        yield LIVE
        return
    with another(OPTIONS=_patient()) as alias:
        yield alias


def _patient() -> dict[str, Any]:
    return {**connections[LIVE].settings_dict["OPTIONS"], "socketTimeoutMS": 600_000}


@contextmanager
def snapshot(folder: Path) -> Iterator[str]:
    """The live database as it is at this moment, while others go on writing; `folder` is for its copy.

    MongoDB alone gives no such view: there the tables are of moments that lie apart.
    """
    connection: Any = connections[LIVE]
    if connection.vendor == "sqlite":
        copy = folder / "copy.sqlite3"
        copy_sqlite(connection.settings_dict["NAME"], copy)
        with another(**sqlite_file(copy)) as alias:
            yield alias
        copy.unlink()
    elif is_mongo(LIVE):
        with live_with_patience() as alias:
            yield alias
    else:
        with transaction.atomic(LIVE):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield LIVE


@contextmanager
def temporary(folder: Path) -> Iterator[str]:
    """An empty database that is gone after the block: an SQLite file, or a MongoDB database of its own."""
    if not is_mongo(LIVE):
        with another(**sqlite_file(folder / "trial.sqlite3")) as alias:
            yield alias
        return
    with another(NAME=f"tutorbot_trial_{uuid4().hex[:12]}", OPTIONS=_patient()) as alias:
        trial: Any = connections[alias]
        try:
            yield alias
        finally:
            trial.connection.drop_database(trial.settings_dict["NAME"])
