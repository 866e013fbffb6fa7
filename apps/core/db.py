"""The only code that differs per database engine at run time (design/database.md, point 5)."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import connections, models, transaction
from django.utils import timezone


def is_mongo(using: str = "default") -> bool:
    return connections[using].vendor == "mongodb"


def atomic(using: str = "default") -> AbstractContextManager[Any]:
    """A real transaction on every engine; Django's own atomic() is a no-op on MongoDB."""
    if is_mongo(using):
        from django_mongodb_backend.transaction import atomic as mongo_atomic

        return mongo_atomic(using)
    return transaction.atomic(using)


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
