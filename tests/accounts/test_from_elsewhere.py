"""Who counts as one client, and what other sites' forms, tabs and old tokens can do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from apps.accounts.services import lockout, sessions
from apps.core.network import bucket
from tests.accounts.signing import caller
from tests.conftest import PASSWORD
from tutorbot.env import Env

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", "0.0.0.0"),
        (None, "0.0.0.0"),
        ("nada", "0.0.0.0"),
    ],
)
def test_an_ipv6_host_is_its_network(address: str | None, one: str) -> None:
    assert bucket(address) == one


def test_changing_ipv6_addresses_does_not_escape_the_lock(api: APIClient, student: User, env: Any) -> None:
    env(RATE_LIMIT_ENABLED=False)
    body = {"email": student.email, "password": "nada"}
    statuses = [
        api.post("/api/auth/login", body, REMOTE_ADDR=f"2001:db8::{number:x}").status_code
        for number in range(1, 8)
    ]
    assert statuses == [401] * 5 + [429] * 2


def test_the_login_of_django_admin_has_the_apis_quota(client: Client, db: None) -> None:
    statuses = [
        client.post("/admin/login/", {"username": f"p{n}@ejemplo.edu.co", "password": "nada"}).status_code
        for n in range(61)
    ]
    assert statuses == [200] * 60 + [429]


def test_of_two_names_the_one_that_signs_in_is_counted(api: APIClient, student: User) -> None:
    statuses = [
        api.post(
            "/api/auth/token",
            {"username": student.email, "email": f"x{n}@ejemplo.edu.co", "password": PASSWORD},
            format="json",
        ).status_code
        for n in range(11)
    ]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("headers", "is_set"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://panel.example"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_a_form_on_somebody_elses_site_neither_sets_nor_clears_the_cookie(
    api: APIClient, student: User, env: Callable[..., Env], headers: dict[str, str], is_set: bool
) -> None:
    env(ALLOWED_ORIGINS=["https://panel.example"])
    login = api.post("/api/auth/login", {"email": student.email, "password": PASSWORD}, headers=headers)
    assert login.status_code == 200
    assert ("rt" in login.cookies) is is_set
    logout = api.post("/api/auth/logout", headers=headers)
    assert ("rt" in logout.cookies) is is_set


def test_who_knows_only_the_familys_id_cannot_end_it(api: APIClient, student: User) -> None:
    signed_in = sessions.open_session(user=student)
    family = TokenFamily.objects.get().pk.hex
    for junk in (f"{family}.x", f"{family}.x.{'0' * 32}", signed_in.refresh_token[:-1] + "x", f"{family}.."):
        assert api.post("/api/auth/refresh", {"refresh_token": junk}).status_code == 401
        assert api.post("/api/auth/logout", {"refresh_token": junk}).status_code == 200
    assert caller(signed_in.access_token).is_known
    assert api.post("/api/auth/refresh", {"refresh_token": signed_in.refresh_token}).status_code == 200


def test_changing_the_password_is_no_way_around_a_required_second_factor(
    api: APIClient, soporte: User, bearer: Any, env: Callable[..., Env]
) -> None:
    headers = bearer(soporte)
    env(STAFF_2FA="required")
    body = {"current_password": PASSWORD, "new_password": "Otra-clave-77"}
    answer = api.post("/api/auth/change-password", body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "otp_enrolment_required")
    assert User.objects.get(pk=soporte.pk).check_password(PASSWORD)


def test_a_success_at_the_same_moment_does_not_lock_anybody(student: User, monkeypatch: Any) -> None:
    """The row vanishes between being found and being counted."""
    from axes.models import AccessAttempt

    found, raced = AccessAttempt.objects.get_or_create, []

    def and_gone(*args: Any, **kwargs: Any) -> Any:
        row = found(*args, **kwargs)
        if not raced:
            raced.append(row)
            AccessAttempt.objects.all().delete()
        return row

    monkeypatch.setattr(AccessAttempt.objects, "get_or_create", and_gone)
    lockout.reserve_attempt(email=student.email, address="10.0.0.7")
    assert raced
    assert AccessAttempt.objects.get().failures_since_start == 1
