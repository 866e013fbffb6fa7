"""POST /chat and its faces: what students send, what comes back, what is written down."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.callers import Caller
from apps.accounts.grants import caller_by_grant, grant_for
from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db
PATHS = ["/chat", "/api/chat", "/api/chat/rasa/rest/webhook", "/chat/rasa/rest/webhook", "/api/chat-proxy"]
Headers = Callable[[User], dict[str, str]]


def texts(response: Any) -> str:
    return " ".join(m.get("text", "") for m in response.json())


@pytest.mark.engines
@pytest.mark.parametrize("path", PATHS)
def test_a_student_gets_an_answer_in_spanish_and_the_turn_is_written(
    api: APIClient, bot: EmbeddedEngine, path: str
) -> None:
    response = api.post(
        path,
        {"sender": "web-1234abcd", "message": " hola ", "metadata": {"url": "https://lms.example/c/1"}},
        HTTP_X_REQUEST_ID="req-12345678",
        HTTP_USER_AGENT="Prueba/1",
        REMOTE_ADDR="203.0.113.5",
    )
    assert response.status_code == 200
    assert all(m["recipient_id"] == "web-1234abcd" for m in response.json())
    assert "Hola" in texts(response)
    turn = ChatTurn.objects.get()
    assert (turn.request_id, turn.sender_id, turn.user_message) == ("req-12345678", "web-1234abcd", "hola")
    assert turn.bot_response == [m["text"] for m in response.json() if "text" in m]
    assert (turn.intent, turn.engine, turn.error, turn.is_fallback) == ("saludo", "embedded", None, False)
    assert 0.3 < turn.confidence <= 1
    assert turn.model_version == bot.status().model_version
    assert (turn.ip, turn.user_agent, turn.origen) == ("203.0.113.5", "Prueba/1", "widget")
    assert turn.metadata == {"url": "https://lms.example/c/1", "auth": {"hasToken": False, "claims": {}}}
    assert turn.user is None
    assert turn.day is not None


def test_the_literal_curl_line_works(api: APIClient, bot: EmbeddedEngine) -> None:
    """curl -d says that it sends a form."""
    response = api.generic(
        "POST", "/chat", b'{"message":"hola"}', content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 200
    assert response.json()[0]["recipient_id"] == "anonimo"


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        ({}, "anonimo"),
        ({"sender": None}, "anonimo"),
        ({"sender_id": "b"}, "b"),
        ({"sender": "a", "sender_id": "b"}, "a"),
        ({"sender": "x" * 128}, "x" * 128),
        ({"mode": "cualquiera", "unknown": [1]}, "anonimo"),
        ({"metadata": None}, "anonimo"),
    ],
)
def test_aliases_and_defaults(api: APIClient, bot: EmbeddedEngine, body: dict[str, Any], sender: str) -> None:
    response = api.post("/chat", {"message": "hola", **body})
    assert response.status_code == 200
    assert response.json()[0]["recipient_id"] == sender


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": None}, "message"),
        ({"message": ""}, "message"),
        ({"message": " \n\t "}, "message"),
        ({"message": "a" * 4001}, "message"),
        ({"message": 5}, "message"),
        ({"message": True}, "message"),
        ({"message": ["hola"]}, "message"),
        ({"message": {"text": "hola"}}, "message"),
        ({"message": "hola", "sender": ""}, "sender"),
        ({"message": "hola", "sender": "x" * 129}, "sender"),
        ({"message": "hola", "sender": 7}, "sender"),
        ({"message": "hola", "sender_id": {}}, "sender_id"),
        ({"message": "hola", "metadata": []}, "metadata"),
        ({"message": "hola", "metadata": "x"}, "metadata"),
        ({"message": "hola", "metadata": {"x": "ñ" * 8192}}, "metadata"),
    ],
)
def test_bad_input_is_422_and_names_the_field(api: APIClient, body: dict[str, Any], field: str) -> None:
    response = api.post("/chat", body)
    assert response.status_code == 422
    assert [e["field"] for e in response.json()["errors"]] == [field]
    assert response.json()["detail"].startswith(field)
    assert not ChatTurn.objects.exists()


@pytest.mark.parametrize("body", [[], "hola", 5, None])
def test_something_other_than_an_object_is_422(api: APIClient, body: Any) -> None:
    response = api.generic("POST", "/chat", json.dumps(body), content_type="application/json")
    assert response.status_code == 422
    assert response.json()["detail"] == 'Envía un objeto JSON, por ejemplo {"message": "hola"}.'


def test_4000_characters_are_heard(api: APIClient, bot: EmbeddedEngine) -> None:
    assert api.post("/chat", {"message": "  " + "a" * 4000 + "  "}).status_code == 200


def test_the_proxy_prefers_text_to_message(api: APIClient, bot: EmbeddedEngine) -> None:
    api.post("/api/chat-proxy", {"text": "menú", "message": "hola"})
    assert ChatTurn.objects.get().user_message == "menú"
    assert api.post("/api/chat-proxy", {}).status_code == 422


@pytest.mark.parametrize("path", PATHS)
def test_nobody_can_forge_metadata_auth(
    api: APIClient, on_rasa: Callable[..., Any], student: User, bearer: Headers, path: str
) -> None:
    stub = on_rasa()
    claims = {"sub": "1", "rol": "admin"}
    forged = {"auth": {"hasToken": True, "claims": claims}, "page": "x", "grant": grant_for(Caller("1"))}
    api.post(path, {"message": "hola", "metadata": forged}, HTTP_AUTHORIZATION="Bearer [object Object]")
    api.post(path, {"message": "hola", "metadata": forged}, headers=bearer(student))
    anonymous, known = [r.json["metadata"] for r in stub.seen if r.path.endswith("webhook")]
    assert anonymous == {"auth": {"hasToken": False, "claims": {}}, "page": "x"}
    claims = {"sub": str(student.pk), "email": student.email, "rol": "usuario", "nombre": "Ana Rojas"}
    assert caller_by_grant(known.pop("grant")).user == student
    assert known == {"auth": {"hasToken": True, "claims": claims}, "page": "x"}


def test_a_known_student_is_written_down_without_token_and_with_few_claims(
    api: APIClient, bot: EmbeddedEngine, student: User, bearer: Headers
) -> None:
    metadata = {"access_token": "abc", "deep": [{"Authorization": "Bearer x", "ok": 1}]}
    api.post("/chat", {"message": "hola", "metadata": metadata}, headers=bearer(student))
    turn = ChatTurn.objects.get()
    assert (turn.user, turn.origen) == (student, "autenticado")
    assert turn.metadata == {
        "access_token": "***",
        "deep": [{"Authorization": "***", "ok": 1}],
        "auth": {"hasToken": True, "claims": {"sub": str(student.pk), "rol": "usuario"}},
    }


def test_the_page_is_told_by_the_referer_unless_the_client_did(
    api: APIClient, on_rasa: Callable[..., Any]
) -> None:
    stub = on_rasa()
    api.post("/chat", {"message": "hola"}, HTTP_REFERER="https://lms.example/a")
    api.post("/chat", {"message": "hola", "metadata": {"url": "mine"}}, HTTP_REFERER="https://lms.example/a")
    urls = [r.json["metadata"]["url"] for r in stub.seen if r.path.endswith("webhook")]
    assert urls == ["https://lms.example/a", "mine"]


@pytest.mark.parametrize("path", [*PATHS, "/chat/demo"])
def test_when_a_token_is_required_every_chat_path_asks_for_it(
    api: APIClient, bot: EmbeddedEngine, env: Any, student: User, bearer: Headers, path: str
) -> None:
    env(CHAT_REQUIRE_AUTH=True)
    refused = api.post(path, {"message": "hola"}, HTTP_AUTHORIZATION="Bearer guest-ab12cd34")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    assert api.post(path, {"message": "hola"}, headers=bearer(student)).status_code == 200


def test_the_demo_answers_without_engine_and_without_log(api: APIClient, env: Any) -> None:
    env(RASA_URL="http://127.0.0.1:1")
    response = api.post("/chat/demo", {"sender": "s", "message": "hola"})
    assert response.status_code == 200
    assert "hola" in response.json()[0]["text"]
    assert not ChatTurn.objects.exists()


def test_debug_shows_headers_only_under_debug(api: APIClient, settings: Any) -> None:
    assert api.get("/chat/debug").status_code == 404
    settings.DEBUG = True
    body = api.get(
        "/chat/debug", HTTP_AUTHORIZATION="Bearer secret-token", HTTP_REFERER="https://a.example/"
    ).json()
    assert body["headers_sample"]["authorization"] == "present"
    assert body["headers_sample"]["referer"] == "https://a.example/"
    assert "secret-token" not in str(body)


# --- intent payloads


@pytest.mark.parametrize("payload", ["/menu", '/menu{"x": "y"}', "/menu{}"])
def test_an_intent_payload_is_understood_for_sure(api: APIClient, bot: EmbeddedEngine, payload: str) -> None:
    assert api.post("/chat", {"message": payload}).status_code == 200
    turn = ChatTurn.objects.get()
    assert (turn.intent, turn.confidence) == ("menu", 1.0)


@pytest.mark.parametrize("payload", ["/menu{broken json}", "/no_existe", "/", "//", "/menu{[}"])
def test_a_payload_that_means_nothing_is_answered_as_not_understood(
    api: APIClient, bot: EmbeddedEngine, payload: str
) -> None:
    response = api.post("/chat", {"message": payload})
    assert response.status_code == 200
    assert response.json()[0]["text"]
    assert ChatTurn.objects.get().is_fallback


def test_those_who_give_no_sender_are_strangers_to_each_other_on_rasa_too(
    api: APIClient, on_rasa: Callable[..., Any]
) -> None:
    stub = on_rasa()
    for _ in range(2):
        answer = api.post("/chat", {"message": "hola"})
        assert answer.json()[0]["recipient_id"] == "anonimo"
    heard = {name for name in stub.heard if name.startswith("anonimo-")}
    assert len(heard) == 2
    assert "anonimo" not in stub.heard
    assert set(ChatTurn.objects.values_list("sender_id", flat=True)) == {"anonimo"}
