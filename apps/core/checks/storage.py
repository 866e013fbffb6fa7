"""Database, Redis, data folder."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from apps.core.checks.rules import Environment, Finding, environment_check


@environment_check
def storage(env: Environment) -> Iterator[Finding]:
    if env.DATABASE_URL and env.MONGO_URI:
        yield "E050", "DATABASE_URL y MONGO_URI a la vez: manda MONGO_URI.", "Deja solo una."
    if env.DATABASE_URL.startswith("postgres") and not env.MONGO_URI and find_spec("psycopg") is None:
        hint = "Instala requirements/postgres.txt."
        yield "E051", "DATABASE_URL es de PostgreSQL y falta su cliente.", hint
    if env.REDIS_URL and not env.REDIS_URL.startswith(("redis://", "rediss://")):
        yield "E052", "REDIS_URL no se entiende.", "Por ejemplo redis://servidor:6379/0."
    if not _is_writable(env.DATA_DIR):
        hint = "Cambia sus permisos, o indica otra carpeta en DATA_DIR."
        yield "E053", f"No se puede escribir en DATA_DIR ({env.DATA_DIR}).", hint
    if env.APP_ENV == "prod" and not (env.DATABASE_URL or env.MONGO_URI) and env.WEB_CONCURRENCY > 4:
        hint = "Define DATABASE_URL (PostgreSQL) o MONGO_URI: SQLite escribe de a uno."
        yield "W050", f"SQLite con {env.WEB_CONCURRENCY} procesos.", hint


def _is_writable(folder: Path) -> bool:
    """Whether the folder, or the nearest parent that exists, takes files."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
