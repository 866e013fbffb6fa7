"""Forgotten, reset and changed passwords, by the API."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from apps.accounts.services.passwords import reset_token, reset_tokens
from tests.accounts import signing
from tests.accounts.entering import WRONG, assert_ended, at_once, enter, me, renew, with_token
from tests.conftest import PASSWORD
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM

NEW = "Nueva-llave-91"
RESET_PATHS = ["/api/auth/reset-password", "/auth/reset-password/", "/api/admin/reset-password"]
RESET_PATHS += ["/api/admin2/reset-password"]
CHANGE_PATHS = ["/api/auth/change-password", "/api/admin/change-password", "/api/admin2/change-password"]
FORGOT_PATHS = ["/api/auth/forgot-password", "/auth/forgot-password", "/api/admin2/forgot-password"]


def forget(api: APIClient, email: str, path: str = "/api/auth/forgot-password") -> Any:
    return api.post(path, {"email": email})


def reset(api: APIClient, token: str, password: str = NEW, path: str = "/api/auth/reset-password") -> Any:
    return api.post(path, {"token": token, "new_password": password})


def change(api: APIClient, token: str, current: str = PASSWORD, new: str = NEW, **kw: Any) -> Any:
    path = kw.pop("path", "/api/auth/change-password")
    body = {"current_password": current, "new_password": new}
    return api.post(path, {**body, **kw}, headers=with_token(token))


def aged(user: User, seconds: int) -> str:
    """A reset link of that age."""
    made_at = reset_tokens._num_seconds(reset_tokens._now()) - seconds
    token = reset_tokens._make_token_with_timestamp(user, made_at, django_settings.SECRET_KEY)
    return f"{reset_token(user).partition('.')[0]}.{token}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORGOT_PATHS)
def test_forgot_password_tells_nobody_who_has_an_account(
    api: APIClient, student: User, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any, path: str
) -> None:
    disabled = User.objects.create_user("fuera@ejemplo.edu.co", PASSWORD, is_active=False)
    seen = set()
    for email in (" ANA@ejemplo.edu.co", "nadie@ejemplo.edu.co", disabled.email, "sin-arroba", "ñandú@x.co"):
        with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as queries:
            response = forget(api, email, path)
            count = len(queries)  # before the job, which the worker does
        seen.add((response.status_code, response.content, count))
    assert len(seen) == 1
    assert next(iter(seen))[0] == 200
    assert [mail.to for mail in mailoutbox] == [[student.email]]


@pytest.mark.django_db
def test_five_mails_an_hour_to_one_mailbox_and_five_a_minute_from_one_address(api: APIClient) -> None:
    def ask(email: str, n: int) -> int:
        body = {"email": email}
        response = api.post("/api/auth/forgot-password", body, REMOTE_ADDR=f"203.0.113.{n}")
        return int(response.status_code)

    assert [ask("ana@ejemplo.edu.co", n) for n in range(6)] == [200] * 5 + [429]
    assert [ask(f"p{n}@ejemplo.edu.co", 99) for n in range(6)] == [200] * 5 + [429]


@pytest.mark.engines
@pytest.mark.django_db
@pytest.mark.parametrize("path", RESET_PATHS)
def test_a_link_sets_a_password_once_and_ends_all_sessions(api: APIClient, student: User, path: str) -> None:
    User.objects.update(email_verified=False)
    signed_in = enter(api, student.email).json()
    student.refresh_from_db()
    link = reset_token(student)
    response = reset(api, link, path=path)
    assert (response.status_code, response.json()["ok"]) == (200, True)
    assert me(api, signed_in["access_token"]).status_code == 401
    assert_ended(renew(api, signed_in["refresh_token"]))
    assert enter(api, student.email).status_code == 401
    assert enter(api, student.email, NEW).status_code == 200
    assert User.objects.get().email_verified is True
    again = reset(api, link, "Otra-llave-92", path=path)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "bad_link")
    assert enter(api, student.email, NEW).status_code == 200


@pytest.mark.django_db
def test_a_link_is_good_for_an_hour(api: APIClient, student: User) -> None:
    assert reset(api, aged(student, 3610)).json()["errors"][0]["code"] == "bad_link"
    assert reset(api, aged(student, 3590)).status_code == 200


@pytest.mark.django_db
def test_a_link_is_void_after_a_login_a_new_password_and_for_the_disabled(
    api: APIClient, student: User
) -> None:
    before_login = reset_token(student)
    enter(api, student.email)
    assert reset(api, before_login).status_code == 422
    student.refresh_from_db()
    before_disabling = reset_token(student)
    User.objects.update(is_active=False)
    assert reset(api, before_disabling).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "x.y", "MQ.abc-def", ".", "ñ.ñ", "x" * 513, "%00", "MQ." + "z" * 400])
def test_a_junk_link_is_422(api: APIClient, student: User, token: str) -> None:
    response = reset(api, token)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "token"


@pytest.mark.django_db
def test_somebody_elses_link_changes_only_them(api: APIClient, student: User, soporte: User) -> None:
    mine, theirs = reset_token(student), reset_token(soporte)
    mixed = f"{theirs.partition('.')[0]}.{mine.partition('.')[2]}"
    assert reset(api, mixed).status_code == 422
    assert enter(api, soporte.email).status_code == 200


@pytest.mark.django_db
def test_a_weak_password_leaves_the_link_good(api: APIClient, student: User) -> None:
    link = reset_token(student)
    response = reset(api, link, "corta")
    assert response.status_code == 422
    assert {e["field"] for e in response.json()["errors"]} == {"new_password"}
    assert reset(api, link).status_code == 200


@pytest.mark.django_db
def test_a_reset_lifts_the_lock(api: APIClient, student: User) -> None:
    for _ in range(5):
        enter(api, student.email, WRONG)
    assert enter(api, student.email).status_code == 429
    reset(api, reset_token(student))
    assert enter(api, student.email, NEW).status_code == 200


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_one_link_used_at_the_same_moment_sets_one_password(student: User) -> None:
    link, passwords = reset_token(student), iter([f"Nueva-llave-{n}" for n in range(10, 14)])
    answers = at_once(4, lambda: reset(APIClient(), link, next(passwords)).status_code)
    assert sorted(answers) == [200, 422, 422, 422]


@pytest.mark.django_db
@pytest.mark.parametrize("path", CHANGE_PATHS)
def test_a_changed_password_ends_other_sessions_and_keeps_this_one(
    api: APIClient, student: User, path: str
) -> None:
    User.objects.update(must_change_password=True)
    phone = enter(APIClient(), student.email).json()
    old = enter(api, student.email).json()
    response = change(api, old["access_token"], path=path, rol="admin", is_superuser=True, id="x")
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {*old, "ok", "message"}
    assert (body["ok"], body["user"]["must_change_password"], body["user"]["rol"]) == (True, False, "usuario")
    assert response.cookies["rt"].value == body["refresh_token"]
    assert response["Cache-Control"] == "no-store"
    for ended in (phone, old):
        assert me(api, ended["access_token"]).status_code == 401
        assert_ended(renew(APIClient(), ended["refresh_token"]))
    assert me(api, body["access_token"], "/api/me/settings").status_code == 200
    assert renew(APIClient(), body["refresh_token"]).status_code == 200
    assert enter(api, student.email, NEW).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        (WRONG, NEW, "current_password", "wrong_password"),
        (PASSWORD, PASSWORD, "new_password", "same_password"),
        (PASSWORD, "corta", "new_password", "password_too_short"),
    ],
)
def test_a_refused_change_changes_nothing(
    api: APIClient, student: User, current: str, new: str, field: str, code: str
) -> None:
    token = enter(api, student.email).json()["access_token"]
    response = change(api, token, current, new)
    assert response.status_code == 422
    assert (response.json()["errors"][0]["field"], response.json()["errors"][0]["code"]) == (field, code)
    assert me(api, token).status_code == 200
    assert TokenFamily.objects.count() == 1


@pytest.mark.django_db
def test_guessing_the_current_password_is_locked_like_a_login(api: APIClient, student: User) -> None:
    token = enter(api, student.email).json()["access_token"]
    answers = [change(api, token, WRONG).status_code for _ in range(5)]
    assert answers == [422] * 5
    assert change(api, token).json()["code"] == "locked_out"
    assert enter(api, student.email).status_code == 429


@pytest.mark.django_db
def test_who_has_no_password_here_is_told_so(api: APIClient, env: Any, db: None) -> None:
    env(JWT_ALGORITHM="RS256", JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    response = change(api, signing.signed(RSA_KEY, "RS256"))
    assert (response.status_code, response.json()["code"]) == (403, "no_password_here")
    assert change(api, "guest-ab12").status_code == 401


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_the_same_moment_one_is_made(student: User) -> None:
    token = enter(APIClient(), student.email).json()["access_token"]
    names = iter(["Nueva-llave-10", "Nueva-llave-11"])
    answers = at_once(2, lambda: change(APIClient(), token, new=next(names)).status_code)
    assert answers.count(200) == 1
    assert set(answers) <= {200, 401, 409, 422}
