"""Signing out: always 200, and only what came is ended."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import RevokedToken, User
from tests.accounts import signing
from tests.accounts.entering import assert_cookie_cleared, assert_ended, enter, me, renew, with_token
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/api/auth/logout", "/auth/logout/", "/api/admin/logout", "/api/admin2/logout"]
)
def test_logout_ends_the_session_of_the_cookie(api: APIClient, student: User, path: str) -> None:
    first = enter(api, student.email).json()
    token = api.cookies["rt"].value
    response = api.post(path)
    assert (response.status_code, response.json()) == (200, {"ok": True, "message": "Sesión cerrada."})
    assert_cookie_cleared(response)
    assert me(api, first["access_token"]).status_code == 401
    assert_ended(renew(api, token))
    assert api.post(path).status_code == 200


def test_logout_ends_everything_that_came_and_nothing_else(api: APIClient, student: User) -> None:
    """Three sign-ins by cookie, body and Bearer, and one that stays."""
    signed_in = [enter(APIClient(), student.email).json() for _ in range(4)]
    api.cookies["rt"] = signed_in[0]["refresh_token"]
    api.post(
        "/api/auth/logout",
        {"refresh_token": signed_in[1]["refresh_token"]},
        headers=with_token(signed_in[2]["access_token"]),
    )
    statuses = [me(api, body["access_token"]).status_code for body in signed_in]
    assert statuses == [401, 401, 401, 200]
    assert [renew(APIClient(), b["refresh_token"]).status_code for b in signed_in] == [401, 401, 401, 200]


def test_a_logout_that_a_renewal_overtook_ends_the_session_all_the_same(
    api: APIClient, student: User
) -> None:
    old = enter(api, student.email).json()["refresh_token"]
    renewed = renew(api).json()
    APIClient().post("/api/auth/logout", {"refresh_token": old})
    assert me(api, renewed["access_token"]).status_code == 401
    assert_ended(renew(api))


BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b'{"refresh_token": 5}',
    b'{"refresh_token": null}',
    b"a=b",
    b"\xff",
]


@pytest.mark.parametrize(
    "raw", [*BODIES, b'{"refresh_token": "' + b"x" * 2_000_000 + b'"}'], ids=lambda r: r[:20]
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "x" * 300, "multipart/form-data"])
def test_logout_is_200_whatever_is_sent(api: APIClient, db: None, raw: bytes, kind: str) -> None:
    for header in ("", "Bearer guest-ab12", "Bearer [object Object]", f"Bearer {signing.signed(exp=1)}"):
        response = api.generic(
            "POST",
            "/api/auth/logout",
            raw,
            content_type=kind,
            HTTP_AUTHORIZATION=header,
            HTTP_COOKIE="rt=x.y",
        )
        assert response.status_code == 200
        assert_cookie_cleared(response)


def test_logout_leaves_tokens_of_the_platform_to_the_platform(
    api: APIClient, student: User, env: Any
) -> None:
    env(JWT_ALGORITHM="RS256", JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    token = signing.signed(RSA_KEY, "RS256", jti="de-afuera")
    assert api.post("/api/auth/logout", headers=with_token(token)).status_code == 200
    assert not RevokedToken.objects.exists()
    assert me(api, token).status_code == 200
