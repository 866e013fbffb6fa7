"""The only code that differs per database engine at run time (design/database.md, point 5)."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import Conflict

T = TypeVar("T")
ATTEMPTS = 5


def is_mongo(using: str = "default") -> bool:
    return connections[using].vendor == "mongodb"


def atomic(using: str = "default") -> AbstractContextManager[Any]:
    """A real transaction on every engine; Django's own atomic() is a no-op on MongoDB."""
    return _mongo_atomic(using) if is_mongo(using) else transaction.atomic(using)


@contextmanager
def _mongo_atomic(using: str) -> Iterator[None]:
    """Inside Django's own block too, where admin's forms are: the backend would refuse to commit there."""
    from django_mongodb_backend.transaction import atomic as mongo_atomic

    connection = connections[using]
    is_in_djangos = connection.in_atomic_block
    try:
        with mongo_atomic(using):
            yield
            connection.in_atomic_block = False
    finally:
        connection.in_atomic_block = is_in_djangos


def run_atomically(work: Callable[[], T], using: str = "default") -> T:
    """What `work` gives, in a transaction; on MongoDB again when another one wrote the same rows first.

    There nobody waits for a lock: the second of two is refused. Raises Conflict when it goes on being so.
    """
    is_inner = bool(getattr(connections[using], "in_atomic_block_mongo", False))
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with atomic(using):
                return work()
        except DatabaseError as error:
            if not _is_write_conflict(error):
                raise
            if is_inner or attempt == ATTEMPTS:
                break
        time.sleep(random.uniform(0.02, 0.08) * attempt)
    raise Conflict(_("Alguien cambió lo mismo a la vez. Inténtalo de nuevo."), code="busy")


def _is_write_conflict(error: DatabaseError) -> bool:
    has_label = getattr(error.__cause__, "has_error_label", None)  # pymongo's errors alone have labels
    return has_label is not None and has_label("TransientTransactionError")


def next_number(counter: type[models.Model], key: str, field: str = "last", using: str = "default") -> int:
    """One more than the last number of this counter, which nobody else gets; the row is made at need.

    On SQL call it inside the transaction that uses the number: another one waits, and what is rolled back
    gives its number back. On MongoDB, where nobody waits, a number is taken at once and for good.
    """
    if is_mongo(using):
        from pymongo import ReturnDocument
        from pymongo.errors import DuplicateKeyError

        rows = connections[using].get_collection(counter._meta.db_table)  # type: ignore[attr-defined]
        add = partial(
            rows.find_one_and_update,
            {"_id": key},
            {"$inc": {field: 1}},
            return_document=ReturnDocument.AFTER,
        )
        row = add()
        if row is None:  # made first and counted then: two upserts at once may each think to be the first
            with suppress(DuplicateKeyError):
                rows.insert_one({"_id": key, field: 0})
            row = add()
        return int(row[field])
    rows = counter._default_manager.using(using).filter(pk=key)
    if not rows.update(**{field: models.F(field) + 1}):
        counter._default_manager.using(using).get_or_create(pk=key)
        rows.update(**{field: models.F(field) + 1})
    return int(rows.values_list(field, flat=True).get())


def delete_rows(rows: models.QuerySet[Any]) -> int:
    """QuerySet.delete() that may be filtered over joins; the number of rows deleted with their dependants."""
    if is_mongo(rows.db):
        keys = list(rows.order_by().values_list("pk", flat=True))
        rows = rows.model._base_manager.using(rows.db).filter(pk__in=keys)
    return rows.delete()[0]


def lock_rows(rows: models.QuerySet[Any]) -> list[Any]:
    """The rows, held until the transaction ends: a second one waits for them (SQL) or fails (MongoDB).

    SQLite's transactions are IMMEDIATE, one writer at a time; MongoDB has no row locks, but refuses two
    transactions that write the same document, so `updated_at` is written.
    """
    if is_mongo(rows.db):
        rows.order_by().update(updated_at=timezone.now())
        return list(rows.order_by("pk"))
    return list(rows.select_for_update().order_by("pk"))


def let_go_of_connection(using: str = "default") -> None:
    """Closes this thread's connection while it waits for something; the next query opens one.

    Not inside a transaction, and not on MongoDB, whose client is a pool that lends nothing out in between.
    """
    connection = connections[using]
    if not is_mongo(using) and not connection.in_atomic_block:
        connection.close()
