"""The way to the platform's sign-on, and the tricks that must not lead elsewhere."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

PANEL = "https://panel.example"
PATHS = ["/api/auth/zajuna/login", "/auth/zajuna/login", "/auth/zajuna/login/"]


@pytest.fixture
def platform(env: Any) -> None:
    env(
        ZAJUNA_SSO_URL="https://zajuna.example/sso?tenant=sena&x=a%26b#top",
        ALLOWED_ORIGINS=[PANEL, "http://localhost:5173", "*", "null", "panel.example"],
    )


def go(api: APIClient, uri: Any, path: str = PATHS[0]) -> Any:
    return api.get(path, {"redirect_uri": uri})


@pytest.mark.parametrize("path", PATHS)
def test_the_browser_is_sent_to_the_platform_and_told_where_to_return(
    api: APIClient, platform: None, path: str
) -> None:
    uri = f"{PANEL}/auth/callback?next=/a b".replace(" ", "%20") + "&x=1&redirect_uri=https://evil.example"
    response = go(api, uri, path)
    assert response.status_code == 302
    target = urlsplit(response["Location"])
    assert (target.scheme, target.netloc, target.path) == ("https", "zajuna.example", "/sso")
    assert parse_qs(target.query) == {"tenant": ["sena"], "x": ["a&b"], "redirect_uri": [uri]}
    assert target.fragment == "top"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "uri", [PANEL, f"{PANEL}/", f"{PANEL}?x=1", f"{PANEL}/#/cb", "http://localhost:5173/auth/callback"]
)
def test_any_place_of_an_allowed_origin_is_good(api: APIClient, platform: None, uri: str) -> None:
    assert go(api, uri).status_code == 302


TRICKS = [
    "",
    " ",
    "/auth/callback",
    "//panel.example/cb",
    "//evil.example",
    "///panel.example",
    "https:panel.example",
    "https:/panel.example/cb",
    "https:///panel.example/cb",
    "https://evil.example/cb",
    "https://panel.example.evil.example/",
    "https://panel.example@evil.example/",
    "https://panel.example:443@evil.example/",
    "https://user:pass@panel.example/",
    "https://@panel.example/",
    "https://panel.example\\@evil.example",
    "https://panel.example\\.evil.example/",
    "https://panel.example/\\evil",
    "https:\\\\panel.example",
    "https://panel.example./cb",
    "https://panel.example:443/cb",
    "https://panel.example:8443/cb",
    "https://panel.example:/cb",
    "https://panel.examplé/cb",
    "https://ｐanel.example/cb",
    "https://panel。example/cb",
    "https://evil.example/https://panel.example",
    "https://evil.example?https://panel.example/",
    "https://evil.example#https://panel.example/",
    "http://panel.example/cb",
    "HTTPS://PANEL.EXAMPLE/cb",
    "ftp://panel.example/cb",
    "javascript:alert(1)//https://panel.example/",
    "javascript://panel.example/%0aalert(1)",
    "data:text/html,x",
    " https://panel.example/cb",
    "https://panel.example/cb ",
    "https://panel.example/a b",
    "https://panel.example/\r\nSet-Cookie: a=b",
    "https://panel.example\t/cb",
    "https://panel.example\x00/cb",
    "\thttps://panel.example/cb",
    "\x01https://panel.example/",
    "https://localhost:5173.evil.example/",
    "http://localhost:51730/",
    "http://localhost/",
    "*",
    "null",
    "*/cb",
    "null/cb",
    "panel.example/cb",
    "https://panel.example/" + "x" * 2048,
]


@pytest.mark.parametrize("uri", TRICKS)
def test_everything_else_is_422_and_leads_nowhere(api: APIClient, platform: None, uri: str) -> None:
    response = go(api, uri)
    assert response.status_code == 422
    assert "Location" not in response
    assert response.json()["errors"][0]["field"] == "redirect_uri"


def test_of_two_addresses_the_one_that_was_judged_is_passed_on(api: APIClient, platform: None) -> None:
    query = f"?redirect_uri=https://evil.example&redirect_uri={PANEL}/cb"
    response = api.get(PATHS[0] + query)
    assert parse_qs(urlsplit(response["Location"]).query)["redirect_uri"] == [f"{PANEL}/cb"]
    assert (
        api.get(PATHS[0] + f"?redirect_uri={PANEL}/cb&redirect_uri=https://evil.example").status_code == 422
    )


def test_the_address_is_required(api: APIClient, platform: None) -> None:
    response = api.get(PATHS[0])
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "origin_not_allowed")


def test_without_a_platform_there_is_nothing_here(api: APIClient, env: Any) -> None:
    env(ALLOWED_ORIGINS=[PANEL])
    assert api.get(PATHS[0]).status_code == 404
    response = go(api, f"{PANEL}/cb")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "correo y tu contraseña" in response.json()["detail"]
