"""Health, in the words that probes and the panel read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.chat.engines.embedded import EmbeddedEngine

pytestmark = pytest.mark.django_db


def test_the_root_says_that_the_api_runs(api: APIClient) -> None:
    assert api.get("/").json() == {"message": "✅ API del Chatbot Tutor Virtual en funcionamiento"}


def test_liveness_is_exactly_this_and_touches_nothing(api: APIClient, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert api.get("/health").json() == {"ok": True}
        assert api.get("/health", HTTP_HOST="10.0.0.7:8000").json() == {"ok": True}
    assert api.get("/health")["Content-Security-Policy"]
    assert api.post("/health").status_code == 405


@pytest.mark.parametrize("path", ["/api/health/live", "/api/health/status", "/api/health/health"])
def test_live(api: APIClient, path: str) -> None:
    assert api.get(path).json() == {"ok": True, "status": "ok", "service": "tutorbot", "version": "0.1.0"}


@pytest.mark.parametrize("path", ["/ping", "/api/ping"])
def test_ping(api: APIClient, path: str) -> None:
    assert api.get(path).json() == {"ok": True, "pong": True}


@pytest.mark.engines
def test_with_the_embedded_engine_everything_is_well(api: APIClient, bot: EmbeddedEngine) -> None:
    assert api.get("/api/health").json() == {
        "ok": True,
        "backend_ok": True,
        "rasa_ok": True,
        "engine": "embedded",
        "status": "ok",
        "classifier": "linear",
    }
    assert api.get("/chat/health").json() == {
        "ok": True,
        "engine": "embedded",
        "engine_ok": True,
        "classifier": "linear",
    }
    hook = api.get("/api/chat/rasa/rest/webhook/health").json()
    assert hook == {
        "status": "ok",
        "engine": "embedded",
        "rasa_version": None,
        "model_version": bot.status().model_version,
    }
    assert api.get("/api/chat-proxy/health").status_code == 200
    ready = api.get("/api/health/ready")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": "ok", "cache": "ok", "engine": "ok", "migrations": "ok"}


def test_with_rasa_its_version_is_told(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa()
    hook = api.get("/chat/rasa/rest/webhook/health").json()
    assert (hook["status"], hook["engine"], hook["rasa_version"]) == ("ok", "rasa", "3.6.21")


def test_with_rasa_dead_the_rest_stands(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa(RASA_URL="http://127.0.0.1:1")
    health = api.get("/api/health")
    assert health.status_code == 200
    assert health.json() == {
        "ok": False,
        "backend_ok": True,
        "rasa_ok": False,
        "engine": "rasa",
        "status": "degraded",
        "error": "engine_unavailable",
    }
    assert api.get("/chat/health").json() == {"ok": True, "engine": "rasa", "engine_ok": False}
    assert api.get("/chat/rasa/rest/webhook/health").json()["status"] == "down"
    assert api.get("/api/chat-proxy/health").status_code == 503
    ready = api.get("/api/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")


def test_a_junk_bearer_disturbs_no_health_path(api: APIClient, bot: EmbeddedEngine) -> None:
    for path in ("/health", "/api/health", "/chat/health", "/api/health/ready", "/ping"):
        assert api.get(path, HTTP_AUTHORIZATION="Bearer [object Object]").status_code == 200


def test_a_database_that_is_gone_is_503(
    api: APIClient, bot: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ConnectionError

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    ready = api.get("/api/health/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] == "down"


def test_pending_migrations_are_503(api: APIClient, bot: EmbeddedEngine) -> None:
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.recorder import MigrationRecorder

    ((app, newest),) = MigrationExecutor(connection).loader.graph.leaf_nodes("logs")
    MigrationRecorder(connection).record_unapplied(app, newest)
    try:
        ready = api.get("/api/health/ready")
    finally:
        MigrationRecorder(connection).record_applied(app, newest)
    assert (ready.status_code, ready.json()["checks"]["migrations"]) == (503, "pending")


def test_a_dead_cache_degrades(api: APIClient, bot: EmbeddedEngine, settings: Any) -> None:
    dead = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "default": dead}
    ready = api.get("/api/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["checks"]["cache"] == "down"
