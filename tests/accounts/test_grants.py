"""A grant opens one student's own records for a while, and nothing else."""

import time
from collections.abc import Callable

import pytest
from django.core import signing
from rest_framework.test import APIClient

from apps.accounts.callers import Caller
from apps.accounts.grants import caller_by_grant, grant_for
from apps.accounts.models import StudentRecord, Tutor, User
from apps.accounts.services import sessions

pytestmark = pytest.mark.django_db
OWN = (
    ("GET", "/api/estado-estudiante"),
    ("GET", "/api/tutor"),
    ("GET", "/api/certificados"),
    ("GET", "/api/helpdesk/tickets/mine"),
    ("POST", "/api/tutor/mensaje"),
)
ELSEWHERE = ("/api/me", "/api/me/settings", "/api/admin/users", "/api/bot/titles")


def own(user: User) -> Caller:
    return Caller(
        str(user.pk), user.email, user.nombre, user.rol, user, is_email_verified=user.email_verified
    )


@pytest.fixture
def record(student: User) -> StudentRecord:
    tutor = Tutor.objects.create(nombre="Rosa Peña", email="rosa@ejemplo.edu.co")
    return StudentRecord.objects.create(
        email=student.email, nombre="Ana Rojas", programa="Sistemas", tutor=tutor
    )


@pytest.mark.parametrize(("method", "path"), OWN)
def test_it_opens_the_own_records(
    api: APIClient, student: User, record: StudentRecord, method: str, path: str
) -> None:
    headers = {"Authorization": f"Turn {grant_for(own(student))}"}
    send = getattr(api, method.lower())
    assert send(path, {"text": "¿Cuándo nos vemos?"}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ELSEWHERE)
def test_it_opens_nothing_else(api: APIClient, admin: User, path: str) -> None:
    assert api.get(path, headers={"Authorization": f"Turn {grant_for(own(admin))}"}).status_code == 401


def test_it_is_no_bearer_and_no_chat_knows_it(api: APIClient, student: User, record: StudentRecord) -> None:
    bearer = {"Authorization": f"Bearer {grant_for(own(student))}"}
    assert api.get("/api/tutor", headers=bearer).status_code == 401


@pytest.mark.parametrize("spoil", [lambda g: g + "x", lambda g: "", lambda g: "x" * 5000, lambda g: g[:-3]])
def test_a_forged_one_is_refused(
    api: APIClient, student: User, record: StudentRecord, spoil: Callable[[str], str]
) -> None:
    headers = {"Authorization": f"Turn {spoil(grant_for(own(student)))}"}
    answer = api.get("/api/tutor", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_what_was_signed_for_something_else_is_none(student: User) -> None:
    said = {"sub": str(student.pk), "own": True, "iat": time.time()}
    assert not caller_by_grant(signing.dumps(said, salt="other")).is_known


def test_it_lasts_a_quarter_of_an_hour(student: User, monkeypatch: pytest.MonkeyPatch) -> None:
    grant, now = grant_for(own(student)), time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 14 * 60)
    assert caller_by_grant(grant).user == student
    monkeypatch.setattr(signing.time, "time", lambda: now + 15 * 60 + 2)
    assert not caller_by_grant(grant).is_known


def test_it_ends_with_the_account_and_with_its_sessions(student: User) -> None:
    first = grant_for(own(student))
    User.objects.update(is_active=False)
    assert not caller_by_grant(first).is_known
    User.objects.update(is_active=True, tokens_valid_after=sessions.end_of_sessions())
    assert not caller_by_grant(first).is_known
    User.objects.all().delete()
    assert not caller_by_grant(first).is_known


def test_role_and_confirmation_are_read_anew(student: User) -> None:
    grant = grant_for(own(student))
    User.objects.update(email_verified=False, rol="soporte")
    caller = caller_by_grant(grant)
    assert (caller.role, caller.is_email_verified) == ("soporte", False)


def test_a_student_of_the_platform_is_one_without_an_account_too(student: User) -> None:
    outside = Caller("zajuna-7", "luis@ejemplo.edu.co", "Luis", "usuario")
    found = caller_by_grant(grant_for(outside))
    assert (found.sub, found.email, found.role, found.user) == (
        "zajuna-7",
        "luis@ejemplo.edu.co",
        "usuario",
        None,
    )
    unconfirmed = Caller("zajuna-7", "luis@ejemplo.edu.co", is_email_verified=False)
    assert caller_by_grant(grant_for(unconfirmed)).email == ""
    same = Caller("zajuna-8", student.email, role="usuario")
    assert caller_by_grant(grant_for(same)).user == student
    User.objects.update(is_active=False)
    assert not caller_by_grant(grant_for(same)).is_known


def test_the_quota_of_lists_counts_the_student_and_not_the_action_server(
    api: APIClient, student: User, soporte: User
) -> None:
    for _request in range(120):
        api.get("/api/tutor", headers={"Authorization": f"Turn {grant_for(own(student))}"})
    limited = api.get("/api/tutor", headers={"Authorization": f"Turn {grant_for(own(student))}"})
    other = api.get("/api/tutor", headers={"Authorization": f"Turn {grant_for(own(soporte))}"})
    assert (limited.status_code, other.status_code) == (429, 404)
