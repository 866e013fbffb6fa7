"""One error body for every failure, also where Django would answer with a page."""

import http.client
import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.chat.serializers import ChatInput
from apps.core import middleware

FIELDS = {"detail", "message", "code", "request_id"}


def assert_error(response: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert response["Content-Type"] == "application/json"
    assert response.get("Content-Length", str(len(response.content))) == str(len(response.content))
    assert set(body) - {"errors"} == FIELDS
    assert body["code"] == code
    assert body["detail"] == body["message"] != ""
    assert body["request_id"] == response["X-Request-ID"]
    return body


def test_a_wrong_method_is_405_with_the_allowed_ones(api: APIClient) -> None:
    response = api.get("/chat")
    assert_error(response, 405, "method_not_allowed")
    assert "POST" in response["Allow"]


def test_options_tells_nothing_of_the_inside(api: APIClient) -> None:
    assert_error(api.options("/chat"), 405, "method_not_allowed")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_another_media_type_is_415(api: APIClient, db: None, kind: str) -> None:
    assert_error(
        api.generic("POST", "/chat", b'{"message": "hola"}', content_type=kind), 415, "unsupported_media_type"
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"",
        b"null_",
        b'{"message": "ho\xffla"}',
        b'{"message": "a", "message": "b"}',
        b'{"message": NaN}',
        b"[" * 100_000,
        b'{"message": "\\ud800"}',
        b'{"message": "\\u0000"}',
        b'{"message": "hola", "metadata": {"x": ["\\udfff"]}}',
        b'{"message": "hola", "metadata": {"\\u0000": 1}}',
        b'{"message": "hola", "metadata": {"x": 1e999}}',
        b'{"message": "hola", "metadata": {"x": 99999999999999999999}}',
        b'{"message": "hola", "metadata": {"x": ' + b"[" * 40 + b"]" * 40 + b"}}",
    ],
    ids=[
        "open",
        "empty",
        "word",
        "utf8",
        "duplicate",
        "nan",
        "deep",
        "surrogate",
        "nul",
        "inside",
        "key",
        "infinite",
        "huge",
        "nested",
    ],
)
def test_bad_json_is_422(api: APIClient, db: None, raw: bytes) -> None:
    response = api.generic("POST", "/chat", raw, content_type="application/json")
    assert response.status_code == 422
    assert set(response.json()) - {"errors"} == FIELDS


@pytest.mark.parametrize("path", ["/", "/redoc", "/docs", "/api/docs", "/chat-embed.html", "/health"])
def test_pages_refuse_other_methods_in_the_same_body(api: APIClient, path: str) -> None:
    assert_error(api.post(path, {}), 405, "method_not_allowed")


def test_a_huge_body_is_413(api: APIClient, db: None) -> None:
    raw = b'{"message": "hola", "x": "' + b"a" * 1_100_000 + b'"}'
    assert_error(api.generic("POST", "/chat", raw, content_type="application/json"), 413, "too_large")


@pytest.mark.parametrize("debug", [False, True])
def test_an_unexpected_error_is_500_without_its_text(
    api: APIClient, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    settings.DEBUG = debug
    monkeypatch.setattr(ChatInput, "validate", lambda *a: 1 / 0)
    body = assert_error(api.post("/chat", {"message": "hola"}), 500, "server_error")
    assert "division" not in str(body)


def test_an_error_in_a_middleware_is_500_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware.LanguageMiddleware, "process_request", lambda *a: 1 / 0)
    client = Client(raise_request_exception=False)
    assert_error(client.get("/api/ping"), 500, "server_error")


def test_a_forbidden_host_is_400_in_our_body(api: APIClient) -> None:
    assert_error(api.get("/api/ping", HTTP_HOST="evil.example"), 400, "bad_request")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/api/nada", "/nada", "/auth/nada", "//api//chat"])
def test_a_replaced_body_arrives_whole_over_a_real_socket(live_server: Any, method: str, path: str) -> None:
    """The test client does not look at Content-Length; a client on a kept-alive connection does."""
    connection = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port, timeout=5)
    try:
        connection.request(method, path, body=b"{}" if method == "POST" else None)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    assert response.status == 404
    assert int(response.headers["Content-Length"]) == len(body) > 0


def test_a_browser_gets_a_page_outside_the_api(client: Client) -> None:
    response = client.get("/nada", HTTP_ACCEPT="text/html,*/*;q=0.8")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert "No encontramos" in response.content.decode()


def test_a_program_gets_json_everywhere(client: Client) -> None:
    assert_error(client.get("/nada"), 404, "not_found")


def test_an_error_page_of_the_admin_stays_a_page(client: Client, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("given", ["abcdefgh", "a.b-c_d-1234", "x" * 64])
def test_a_good_request_id_is_kept(api: APIClient, given: str) -> None:
    assert api.get("/api/ping", HTTP_X_REQUEST_ID=given)["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space", "línea-con-ñ", "abcdefgh\n", "abcdefgh\r\nX: y"]
)
def test_a_bad_request_id_is_replaced(api: APIClient, given: str) -> None:
    made = api.get("/api/ping", HTTP_X_REQUEST_ID=given)["X-Request-ID"]
    assert made != given
    assert re.fullmatch(r"[0-9a-f-]{36}", made)


def test_every_answer_carries_the_headers_of_the_frame(api: APIClient, db: None) -> None:
    for path in ("/", "/api/ping", "/api/nada", "/docs", "/chat-embed.html", "/admin/login/"):
        response = api.get(path)
        for name in ("X-Request-ID", "Content-Security-Policy", "Permissions-Policy", "Referrer-Policy"):
            assert response[name], (path, name)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "unsafe-inline" not in re.search(r"script-src [^;]*", response["Content-Security-Policy"])[0]


def test_only_the_admin_can_never_be_framed(api: APIClient, db: None, settings: Any) -> None:
    admin = api.get("/admin/login/")
    assert "frame-ancestors 'none'" in admin["Content-Security-Policy"]
    assert admin["X-Frame-Options"] == "DENY"
    for path in ("/chat-embed.html", "/widget.html", "/api/ping"):
        page = api.get(path)
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
        assert "X-Frame-Options" not in page


def test_only_the_chat_page_may_ask_for_the_microphone(api: APIClient) -> None:
    assert "microphone=(self)" in api.get("/chat-embed.html")["Permissions-Policy"]
    assert "microphone=()" in api.get("/api/ping")["Permissions-Policy"]


def test_api_texts_are_spanish_whatever_the_browser_speaks(api: APIClient) -> None:
    for path in ("/api/nada", "/nada"):
        response = api.get(path, HTTP_ACCEPT_LANGUAGE="en")
        assert response.json()["detail"] == "No encontramos lo que buscas. Revisa la dirección."
