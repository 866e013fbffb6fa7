"""Turns that fail: told shortly, logged always."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.chat.engines.embedded import EmbeddedEngine
from apps.logs import services as logs
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mode", "status", "word"),
    [
        ("html", 502, "engine_protocol"),
        ("dict", 502, "engine_protocol"),
        ("items", 502, "engine_protocol"),
        ("emptybody", 502, "engine_protocol"),
        ("half", 502, "engine_protocol"),
        ("500", 502, "engine_unavailable"),
        ("closed", 502, "engine_unavailable"),
        ("hang", 504, "engine_timeout"),
    ],
)
def test_a_bad_answer_of_rasa_is_told_shortly_and_logged(
    api: APIClient, on_rasa: Callable[..., Any], mode: str, status: int, word: str
) -> None:
    on_rasa()
    message = f"stub:{mode}"
    response = api.post("/chat", {"sender": "s", "message": message}, HTTP_X_REQUEST_ID="req-12345678")
    assert response.status_code == status
    body = response.json()
    assert set(body) == {"detail", "message", "code", "request_id"}
    assert "127.0.0.1" not in body["detail"]
    turn = ChatTurn.objects.get()
    assert turn.error == word
    assert (turn.request_id, turn.user_message, turn.bot_response) == ("req-12345678", message, [])


def test_rasa_refused_is_502_and_logged(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa(RASA_URL="http://127.0.0.1:1")
    assert api.post("/chat", {"message": "hola"}).status_code == 502
    assert ChatTurn.objects.get().error == "engine_unavailable"


def test_an_empty_answer_becomes_the_fallback_text_and_is_logged_as_failed(
    api: APIClient, on_rasa: Callable[..., Any], env: Any
) -> None:
    on_rasa(CHAT_FALLBACK_TEXT="Intenta otra vez.")
    response = api.post("/chat", {"sender": "s", "message": "stub:emptylist"})
    assert (response.status_code, response.json()) == (
        200,
        [{"recipient_id": "s", "text": "Intenta otra vez."}],
    )
    turn = ChatTurn.objects.get()
    assert (turn.error, turn.bot_response) == ("empty_answer", ["Intenta otra vez."])


def test_the_request_id_travels_to_rasa(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    stub = on_rasa()
    api.post("/chat", {"message": "hola"}, HTTP_X_REQUEST_ID="req-12345678")
    assert stub.seen[0].headers["x-request-id"] == "req-12345678"


def test_odd_characters_of_rasa_reach_student_and_database(
    api: APIClient, on_rasa: Callable[..., Any]
) -> None:
    on_rasa()
    response = api.post("/chat", {"message": "stub:odd"})
    assert response.status_code == 200
    assert ChatTurn.objects.get().bot_response == [response.json()[0]["text"]]


def test_no_model_is_502(api: APIClient, settings: Any, env: Any, tmp_path: Any) -> None:
    from apps.chat import engine as engines

    env(DATA_DIR=tmp_path)
    engines.embedded_engine.cache_clear()
    try:
        assert api.post("/chat", {"message": "hola"}).status_code == 502
    finally:
        engines.embedded_engine.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_a_read_only_database_costs_the_log_and_not_the_answer(
    api: APIClient, bot: EmbeddedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the switch is SQLite's")
    lost = logs.lost_turns.count
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        response = api.post("/chat", {"message": "hola"})
        ready = api.get("/api/health/ready")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
    assert response.status_code == 200
    assert "Hola" in " ".join(m.get("text", "") for m in response.json())
    assert logs.lost_turns.count == lost + 1
    assert "turn_not_recorded" in caplog.text
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] == "read_only"
    assert ready.json()["lost_turns"] == lost + 1
