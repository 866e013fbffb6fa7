"""Staying signed in; and what becomes of tokens when something else changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from apps.accounts.services import passwords, people, sessions
from tests.accounts import signing
from tests.accounts.entering import SLOW_HASHERS, assert_ended, at_once, enter, me, renew, with_token

PATHS = ["/api/auth/refresh", "/auth/refresh", "/api/auth/refresh-token", "/auth/token/refresh/"]
PATHS += ["/api/admin/refresh", "/api/admin2/refresh"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_the_cookie_is_renewed_on_every_face(api: APIClient, student: User, path: str) -> None:
    first = enter(api, student.email).json()
    response = renew(api, path=path)
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert response.cookies["rt"].value == body["refresh_token"] != first["refresh_token"]
    assert response.cookies["rt"]["max-age"] == 7 * 86_400
    assert response["Cache-Control"] == "no-store"
    assert me(api, body["access_token"]).status_code == 200
    assert me(api, first["access_token"]).status_code == 200  # until it expires by itself
    assert renew(api, path=path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/auth/refresh", "/auth/refresh", "/api/admin2/refresh"])
def test_get_renews_the_cookie_and_is_kept_by_no_cache(api: APIClient, student: User, path: str) -> None:
    enter(api, student.email)
    response = api.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response.cookies["rt"].value == response.json()["refresh_token"]


@pytest.mark.django_db
def test_a_token_in_the_body_wins_over_the_cookie(api: APIClient, student: User, soporte: User) -> None:
    enter(api, student.email)
    token = enter(APIClient(), soporte.email).json()["refresh_token"]
    body = renew(api, token).json()
    assert me(api, body["access_token"]).json()["email"] == soporte.email
    assert TokenFamily.objects.get(user=student).revoked_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("body", [{}, {"refresh_token": None}, {"refresh_token": ""}, {"refresh_token": " "}])
def test_without_a_token_in_the_body_the_cookie_counts(
    api: APIClient, student: User, body: dict[str, Any]
) -> None:
    refused = api.post("/api/auth/refresh", body)
    assert (refused.status_code, refused.json()["code"]) == (401, "no_session")
    assert "Revisa tu correo y tu contraseña" in refused.json()["message"]  # the panel shows it after a login
    enter(api, student.email)
    assert api.post("/api/auth/refresh", body).status_code == 200
    assert api.post("/api/auth/refresh").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "guest-ab12", "0" * 32 + ".x", "x" * 9000, "ñ" * 40, "undefined"]
)
@pytest.mark.parametrize("as_cookie", [False, True])
def test_junk_is_401_with_a_human_text(api: APIClient, db: None, token: str, as_cookie: bool) -> None:
    if as_cookie and token.isascii():
        api.cookies["rt"] = token
        assert_ended(api.get("/api/auth/refresh"))
    assert_ended(renew(api, token))


@pytest.mark.django_db
def test_an_access_token_is_no_refresh_token(api: APIClient, student: User) -> None:
    assert_ended(renew(api, enter(api, student.email).json()["access_token"]))


@pytest.mark.django_db
def test_a_bad_bearer_does_not_keep_anybody_from_renewing(api: APIClient, student: User) -> None:
    enter(api, student.email)
    for token in ("guest-ab12", "[object Object]", signing.signed(exp=1)):
        assert api.post("/api/auth/refresh", {}, headers=with_token(token)).status_code == 200


@pytest.mark.engines
@pytest.mark.django_db
def test_an_old_token_used_again_ends_the_family_and_spares_other_devices(
    api: APIClient, student: User
) -> None:
    phone = enter(APIClient(), student.email).json()
    first = enter(api, student.email).json()
    second = renew(api).json()
    assert_ended(renew(APIClient(), first["refresh_token"]))
    assert_ended(renew(api))
    for token in (first["access_token"], second["access_token"]):
        assert me(api, token).status_code == 401
    assert me(api, phone["access_token"]).status_code == 200
    assert renew(APIClient(), phone["refresh_token"]).status_code == 200


@pytest.mark.django_db
def test_an_expired_session_is_over(api: APIClient, student: User) -> None:
    enter(api, student.email)
    TokenFamily.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert_ended(renew(api))


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_stolen_cookie_used_at_the_same_moment_gives_one_answer_and_no_session(student: User) -> None:
    token = enter(APIClient(), student.email).json()["refresh_token"]
    answers = at_once(8, lambda: renew(APIClient(), token))
    won = [answer for answer in answers if answer.status_code == 200]
    assert [len(won), len(answers) - len(won)] == [1, 7]
    assert {a.json()["code"] for a in answers if a not in won} == {"session_ended"}
    assert TokenFamily.objects.get().revoked_at is not None
    assert me(APIClient(), won[0].json()["access_token"]).status_code == 401
    assert_ended(renew(APIClient(), won[0].json()["refresh_token"]))


def demote(user: User) -> None:
    people.change_person(user=user, rol="usuario")


def disable(user: User) -> None:
    people.change_person(user=user, is_active=False)


def delete(user: User) -> None:
    people.delete_person(user=user)


def change_password(user: User) -> None:
    passwords.set_password(user=user, password="Otra-clave-77")


def revoke(user: User) -> None:
    sessions.end_all_sessions(user=user)


@pytest.mark.engines
@pytest.mark.django_db
@pytest.mark.parametrize("change", [disable, delete, change_password, revoke])
def test_access_and_refresh_end_at_once_with(
    api: APIClient, soporte: User, admin: User, change: Callable[[User], None]
) -> None:
    token = enter(api, soporte.email).json()["access_token"]
    assert me(api, token).status_code == 200
    change(soporte)
    for path in ("/api/auth/me", "/api/me", "/api/admin/me"):
        assert me(api, token, path).status_code == 401
    assert_ended(renew(api))


@pytest.mark.engines
@pytest.mark.django_db
def test_a_login_that_a_password_change_overtook_gives_no_session(
    api: APIClient, student: User, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = SLOW_HASHERS
    body = enter(api, student.email).json()
    assert TokenFamily.objects.get().revoked_at is None
    assert me(api, body["access_token"]).status_code == 401
    assert_ended(renew(api))


@pytest.mark.django_db
def test_a_demotion_works_at_once_and_the_next_token_says_so(
    api: APIClient, soporte: User, admin: User
) -> None:
    token = enter(api, soporte.email).json()["access_token"]
    assert me(api, token, "/api/admin/me").status_code == 200
    demote(soporte)
    assert me(api, token, "/api/admin/me").status_code == 403
    assert me(api, token).json()["rol"] == "usuario"
    renewed = renew(api).json()["access_token"]
    assert jwt.decode(renewed, options={"verify_signature": False})["rol"] == "usuario"
