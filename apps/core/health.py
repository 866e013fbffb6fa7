"""Whether what this process stands on works: database, migrations, cache. Words, never exception texts."""

import os

import structlog
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

log = structlog.get_logger("tutorbot.health")
OK, DOWN, PENDING, READ_ONLY = "ok", "down", "pending", "read_only"


def database_word() -> str:
    """`ok`, `read_only` (SQLite's file or a PostgreSQL standby) or `down`."""
    try:
        connection.ensure_connection()
        return READ_ONLY if _is_read_only() else OK
    except Exception as error:  # every driver raises its own
        log.warning("database_down", error=type(error).__name__)
        return DOWN


def _is_read_only() -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            return bool(cursor.fetchone()[0] == "on")
    if connection.vendor == "mongodb":
        connection.database.command("ping")  # type: ignore[attr-defined]
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only")
        is_query_only = bool(cursor.fetchone()[0])
        cursor.execute("PRAGMA database_list")
        file = str(cursor.fetchone()[2])
    return is_query_only or (bool(file) and not os.access(file, os.W_OK))


def migrations_word() -> str:
    """`ok` when no migration waits to be applied."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:
        log.warning("migrations_unknown", error=type(error).__name__)
        return DOWN
    return PENDING if plan else OK


def cache_word() -> str:
    """`ok` when a value that was written can be read."""
    try:
        cache.set("health", "1", 5)
        return OK if cache.get("health") == "1" else DOWN
    except Exception as error:
        log.warning("cache_down", error=type(error).__name__)
        return DOWN
