"""People, clients and a bot for every test; no internet, by force."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import caches
from django.db.models.signals import post_migrate
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services.tokens import issue_access_token
from tutorbot.env import Env

pytest_plugins = ["tests.bot"]
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 1024  # the kind matters, not the cost
hypothesis_settings.register_profile("quick", max_examples=20, deadline=None)
hypothesis_settings.register_profile("thorough", max_examples=500, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
PASSWORD = "Clave-segura-42"


def pytest_runtest_setup() -> None:
    """Loopback and Unix sockets alone."""
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _quick_flush() -> None:
    """Rows of permissions are not made again after each test that empties tables: roles need none.

    On MongoDB what is empty already is not emptied: the backend asks twice of each of 80 collections.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    if not os.environ.get("MONGO_URI"):
        return
    from django_mongodb_backend.operations import DatabaseOperations

    def flush(self: Any, tables: list[str]) -> None:
        for table in tables:
            rows = self.connection.database[table]
            if not table.startswith("system.") and rows.find_one({}, {"_id": 1}) is not None:
                rows.delete_many({})

    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def _fresh_counters() -> Iterator[None]:
    """Every test begins with unused quotas."""
    yield
    caches["limits"].clear()
    caches["default"].clear()


@pytest.fixture(autouse=True)
def _spanish() -> Iterator[None]:
    """A request leaves its language active in the thread; no test inherits another one's."""
    with translation.override("es"):
        yield


@pytest.fixture
def env(settings: object) -> Callable[..., Env]:
    """Changes environment settings for one test: env(CHAT_REQUIRE_AUTH=True)."""

    def change(**values: object) -> Env:
        changed = settings.ENV.model_copy(update=values)  # type: ignore[attr-defined]
        settings.ENV = changed  # type: ignore[attr-defined]
        return changed

    return change


@pytest.fixture
def api() -> APIClient:
    """A client as programs are: no CSRF token, and a 500 is an answer."""
    return APIClient(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def student(db: None) -> User:
    return User.objects.create_user("ana@ejemplo.edu.co", PASSWORD, nombre="Ana Rojas")


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("jefe@ejemplo.edu.co", PASSWORD, nombre="Luz Jiménez")


@pytest.fixture
def soporte(db: None) -> User:
    return User.objects.create_user("mesa@ejemplo.edu.co", PASSWORD, nombre="Iván Mora", rol="soporte")


@pytest.fixture
def bearer() -> Callable[[User], dict[str, str]]:
    """Headers of a signed-in person: api.post(..., headers=bearer(student))."""
    return lambda user: {"Authorization": f"Bearer {issue_access_token(user=user)}"}


@pytest.fixture(scope="session")
def project_root() -> Path:
    return Path(__file__).parents[1]
