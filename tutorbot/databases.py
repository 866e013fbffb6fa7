"""From the environment to everything in settings that differs per database engine (design: database.md)."""

from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tutorbot.env import Env
from tutorbot.env_types import ConfigurationError

POSTGRES_FORM = "postgres://usuario:clave@servidor/base"
MONGO_APPS = {
    "tutorbot.admin_app.StaffAdminConfig": "tutorbot.mongo_apps.MongoAdminConfig",
    "django.contrib.auth": "tutorbot.mongo_apps.MongoAuthConfig",
    "django.contrib.contenttypes": "tutorbot.mongo_apps.MongoContentTypesConfig",
    "axes": "tutorbot.mongo_apps.MongoAxesConfig",
    "django_otp.plugins.otp_totp": "tutorbot.mongo_apps.MongoTotpConfig",
    "django_otp.plugins.otp_static": "tutorbot.mongo_apps.MongoStaticCodesConfig",
}
"""Other people's apps with automatic keys: on MongoDB they need ObjectId keys and their own migrations."""
NO_TABLES = {"auditlog": None}
"""Its one table is apps.logs' AuditEntry."""
MONGO_LABELS = ("admin", "auth", "contenttypes", "axes", "otp_totp", "otp_static")


def configure(env: Env, installed_apps: list[str]) -> dict[str, Any]:
    """DATABASES, INSTALLED_APPS, MIGRATION_MODULES... for MongoDB, PostgreSQL or SQLite, in that order.

    Clients wait 15 s (contract http.md, rule 1.12): no database may hold a turn longer than a few seconds.
    """
    if env.MONGO_URI:
        return _mongo(env, installed_apps)
    default = _postgres(env.DATABASE_URL) if env.DATABASE_URL else _sqlite(env.DATA_DIR / "tutorbot.sqlite3")
    return {
        "DATABASES": {"default": default},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": installed_apps,
        "MIGRATION_MODULES": NO_TABLES,
        "DATABASE_ROUTERS": [],
    }


def _sqlite(path: Path) -> dict[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(path.with_suffix(".test"))},  # a file: threads have connections of their own
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": pragmas},
    }


def _refuse(name: str, wanted: str) -> NoReturn:
    raise ConfigurationError(f"La configuración tiene errores:\n  - {name}: debe ser {wanted}")


def _split(name: str, url: str, schemes: set[str], wanted: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in schemes and (parts.scheme.startswith("mongodb") or (parts.port or 1) > 0)
    except ValueError:
        is_good = False
    return parts if is_good else _refuse(name, wanted)


def _postgres(url: str) -> dict[str, Any]:
    parts = _split("DATABASE_URL", url, {"postgres", "postgresql", "sqlite"}, POSTGRES_FORM)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if not parts.path.strip("/"):
        _refuse("DATABASE_URL", POSTGRES_FORM)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "3", **dict(parse_qsl(parts.query))},
    }


def _mongo(env: Env, installed_apps: list[str]) -> dict[str, Any]:
    parts = _split("MONGO_URI", env.MONGO_URI, {"mongodb", "mongodb+srv"}, "mongodb://servidor/base")
    patience = {"serverSelectionTimeoutMS": 3000, "connectTimeoutMS": 3000, "socketTimeoutMS": 10_000}
    options = {key: ms for key, ms in patience.items() if key not in parts.query}
    name = env.MONGO_DB_NAME or unquote(parts.path.strip("/")) or "tutorbot"
    return {
        "DATABASES": {
            "default": {
                "ENGINE": "django_mongodb_backend",
                "HOST": env.MONGO_URI,
                "NAME": name,
                "OPTIONS": options,
            }
        },
        "DEFAULT_AUTO_FIELD": "django_mongodb_backend.fields.ObjectIdAutoField",
        "INSTALLED_APPS": [MONGO_APPS.get(app, app) for app in installed_apps],
        "MIGRATION_MODULES": {
            **NO_TABLES,
            **{label: f"tutorbot.mongo_migrations.{label}" for label in MONGO_LABELS},
        },
        "DATABASE_ROUTERS": ["django_mongodb_backend.routers.MongoRouter"],
    }
