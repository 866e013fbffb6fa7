"""The lock after failed logins on every face, and that answers and work tell nothing about accounts."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from tests.accounts.entering import (
    COUNTED_HASHERS,
    WRONG,
    CountedArgon2,
    at_once,
    enter,
    enter_by_form,
    use_legacy_hash,
)
from tests.conftest import PASSWORD

HERE, ELSEWHERE = "203.0.113.5", "198.51.100.7"


@pytest.fixture
def hashed(settings: Any) -> list[str]:
    """The kinds of hashes computed so far."""
    settings.PASSWORD_HASHERS = COUNTED_HASHERS
    CountedArgon2.calls.clear()
    return CountedArgon2.calls


@pytest.mark.engines
@pytest.mark.django_db
def test_five_wrong_passwords_lock_every_face_for_this_address_alone(api: APIClient, admin: User) -> None:
    doors = [
        lambda password, ip: enter(api, "JEFE@ejemplo.edu.co", password, REMOTE_ADDR=ip),
        lambda password, ip: enter(api, admin.email, password, path="/auth/login/", REMOTE_ADDR=ip),
        lambda password, ip: enter_by_form(api, f" {admin.email} ", password, REMOTE_ADDR=ip),
        lambda password, ip: enter(api, admin.email, password, path="/api/auth/oauth2/token", REMOTE_ADDR=ip),
        lambda password, ip: enter(api, admin.email, password, path="/api/admin2/login", REMOTE_ADDR=ip),
    ]
    assert [door(WRONG, HERE).status_code for door in doors] == [401] * 5
    for door in doors:
        locked = door(PASSWORD, HERE)
        assert (locked.status_code, locked.json()["code"]) == (429, "locked_out")
        assert 840 < int(locked["Retry-After"]) <= 901
    assert not TokenFamily.objects.exists()
    assert doors[0](PASSWORD, ELSEWHERE).status_code == 200


@pytest.mark.django_db
def test_django_admin_and_the_api_count_together(api: APIClient, admin: User) -> None:
    page = Client(REMOTE_ADDR=HERE)
    for _ in range(3):
        page.post("/admin/login/", {"username": admin.email, "password": WRONG})
    assert [enter(api, admin.email, WRONG, REMOTE_ADDR=HERE).status_code for _ in range(2)] == [401] * 2
    page.post("/admin/login/", {"username": admin.email, "password": PASSWORD})
    assert "_auth_user_id" not in page.session
    assert enter(api, admin.email, REMOTE_ADDR=HERE).status_code == 429


@pytest.mark.django_db
def test_an_unknown_e_mail_is_locked_like_a_known_one(api: APIClient, student: User) -> None:
    known = [enter(api, student.email, WRONG) for _ in range(6)]
    unknown = [enter(api, "nadie@ejemplo.edu.co", WRONG) for _ in range(6)]
    assert [a.status_code for a in known] == [a.status_code for a in unknown] == [401] * 5 + [429]
    assert [a.json()["detail"] for a in known] == [a.json()["detail"] for a in unknown]


@pytest.mark.engines
@pytest.mark.django_db
def test_the_lock_ends_after_its_minutes(api: APIClient, student: User) -> None:
    for _ in range(5):
        enter(api, student.email, WRONG)
    for minutes, status in ((14, 429), (15, 200)):
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=minutes))
        assert enter(api, student.email).status_code == status


@pytest.mark.django_db
def test_a_lock_is_not_prolonged_by_knocking(api: APIClient, student: User) -> None:
    for _ in range(5):
        enter(api, student.email, WRONG)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))
    waits = [int(enter(api, student.email)["Retry-After"]) for _ in range(3)]
    assert all(280 < wait <= 301 for wait in waits)


@pytest.mark.django_db
def test_a_success_forgets_what_failed(api: APIClient, env: Any, student: User) -> None:
    env(RATE_LIMIT_ENABLED=False)
    for _ in range(3):
        assert [enter(api, student.email, WRONG).status_code for _ in range(4)] == [401] * 4
        assert enter(api, student.email).status_code == 200
    assert not AccessAttempt.objects.exists()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_twenty_attempts_at_once_get_five_looks_at_the_password(
    env: Any, student: User, hashed: list[str]
) -> None:
    env(RATE_LIMIT_ENABLED=False)
    answers = at_once(20, lambda: enter(APIClient(), student.email, WRONG).status_code)
    assert set(answers) == {401, 429}
    assert answers.count(401) == len(hashed) == 5


@pytest.mark.django_db
def test_ten_logins_a_minute_per_e_mail_and_address(api: APIClient, student: User, soporte: User) -> None:
    assert [enter(api, student.email).status_code for _ in range(11)] == [200] * 10 + [429]
    assert enter(api, student.email, path="/api/auth/token").json()["code"] == "too_many_requests"
    assert enter(api, soporte.email).status_code == 200
    assert enter(api, student.email, REMOTE_ADDR=ELSEWHERE).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("others_have_old_hashes", [False, True])
def test_every_refusal_looks_the_same_and_costs_the_same(
    api: APIClient,
    student: User,
    soporte: User,
    hashed: list[str],
    others_have_old_hashes: bool,
) -> None:
    """Unknown, wrong, disabled with the right password; with and without hashes of the old system around."""
    old = User.objects.create_user("vieja@ejemplo.edu.co", None)
    disabled = User.objects.create_user("fuera@ejemplo.edu.co", PASSWORD, is_active=False)
    nobody = User.objects.create_user("sin-clave@ejemplo.edu.co", None)
    tried = [("nadie@ejemplo.edu.co", PASSWORD), (student.email, WRONG), (disabled.email, PASSWORD)]
    tried += [(nobody.email, PASSWORD), ("ana\u0430@ejemplo.edu.co", PASSWORD)]
    if others_have_old_hashes:
        use_legacy_hash(old)
        use_legacy_hash(soporte)
        User.objects.filter(pk=old.pk).update(is_active=False)
        tried += [(soporte.email, WRONG), (old.email, PASSWORD)]
    enter(api, "primera@ejemplo.edu.co")  # whether old hashes remain is asked once in a while
    seen, work = set(), []
    for email, password in tried:
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            response = enter(api, email, password)
        body = {k: v for k, v in response.json().items() if k != "request_id"}
        seen.add((response.status_code, str(body), "rt" in response.cookies, len(queries)))
        work.append(Counter(hashed))
    assert len(seen) == 1
    expected = {"argon2": 1, "bcrypt": 1} if others_have_old_hashes else {"argon2": 1}
    assert work == [expected] * len(tried)
