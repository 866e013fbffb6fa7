import pytest
from rest_framework.test import APIClient

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
