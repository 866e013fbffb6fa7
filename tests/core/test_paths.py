from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core.paths import canonical_path, is_api_path


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/api/chat", "/api/chat"),
        ("/api/chat/", "/api/chat"),
        ("/api/api/chat", "/api/chat"),
        ("/api/api/api/chat/", "/api/chat"),
        ("/chat", "/api/chat"),
        ("/chat/", "/api/chat"),
        ("/chat/rasa/rest/webhook", "/api/chat/rasa/rest/webhook"),
        ("/auth/login/", "/api/auth/login"),
        ("/api", "/api"),
        ("/api/", "/api"),
        ("/api/api", "/api"),
        ("/api/admin2/me", "/api/admin/me"),
        ("/api/admin2/admin/users/5/role/", "/api/admin/users/5/role"),
        ("/api/admin/admin/users", "/api/admin/users"),
        ("/api/api/admin2//admin/users", "/api/admin/users"),
        ("/api/admin2", "/api/admin"),
        ("/api/admin/administracion", "/api/admin/administracion"),
        ("/api/admin20/me", "/api/admin20/me"),
        ("/api/auth/admin2/x", "/api/auth/admin2/x"),
        ("/admin/users/export", "/api/admin/users/export"),
        ("/admin/users/export/", "/admin/users/export/"),
        ("/admin/intents", "/api/admin/intents"),
        ("/admin/intents/", "/admin/intents/"),
        ("/admin/intents/export", "/api/admin/intents/export"),
        ("/admin/intents/upload", "/api/admin/intents/upload"),
        ("/admin/intents/recargar", "/api/admin/intents/recargar"),
        ("/admin/intents/intent", "/admin/intents/intent"),
        ("/admin/users", "/admin/users"),
        ("/admin/admin/users/export", "/admin/admin/users/export"),
        ("/apiary/", "/apiary/"),
        ("/chat-embed.html", "/chat-embed.html"),
        ("/chatter/", "/chatter/"),
        ("/admin/", "/admin/"),
        ("/", "/"),
    ],
)
def test_every_way_of_writing_a_path_has_one_address(written: str, served: str) -> None:
    assert canonical_path(written) == served


def test_only_whole_words_are_api_families() -> None:
    assert is_api_path("/api/x")
    assert is_api_path("/chat")
    assert not is_api_path("/chat-embed.html")
    assert not is_api_path("/apix")
    assert is_api_path("/admin/users/export")
    assert not is_api_path("/admin/users/export/")


@pytest.mark.parametrize("path", ["/api/ping", "/api/ping/", "/api/api/ping", "/api/api/ping/"])
def test_a_trailing_slash_or_a_doubled_prefix_gives_the_same_answer(api: APIClient, path: str) -> None:
    response = api.get(path)
    assert (response.status_code, response.json()) == (200, {"ok": True, "pong": True})


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nada", "/chat/nada", "/auth/nada", "/api/api/nada/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("debug", [False, True])
def test_unknown_api_paths_are_json_404_and_never_redirects(
    api: APIClient, settings: object, path: str, method: str, debug: bool
) -> None:
    settings.DEBUG = debug  # type: ignore[attr-defined]
    response = getattr(api, method)(path, HTTP_ACCEPT="text/html")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert response["Content-Length"] == str(len(response.content))
    assert response.json()["code"] == "not_found"


def test_an_exact_alias_is_the_api_with_its_errors_and_headers(api: APIClient, db: None) -> None:
    response = api.get("/admin/users/export", HTTP_ACCEPT="text/html")
    assert (response.status_code, response["Content-Type"]) == (401, "application/json")
    assert response["WWW-Authenticate"] == "Bearer"
    assert "frame-ancestors 'none'" not in response["Content-Security-Policy"]
    assert not response.cookies


def test_with_a_slash_it_stays_django_admins(api: APIClient, db: None) -> None:
    response = api.get("/admin/users/export/", HTTP_ACCEPT="text/html")
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("family", ["admin", "admin2", "admin2/admin", "admin/admin"])
def test_the_panels_families_are_one(api: APIClient, admin: User, bearer: Any, family: str) -> None:
    response = api.get(f"/api/{family}/me/", headers=bearer(admin))
    assert (response.status_code, response.json()["rol"]) == (200, "admin")
    assert api.get(f"/api/{family}/nada").json()["code"] == "not_found"
