"""What is done to one person by API: role, status, password, sessions, locks."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import lockout, sessions

pytestmark = pytest.mark.django_db
USERS = "/api/admin/users"
Bearer = Callable[[User], dict[str, str]]
Lock = Callable[[str], None]


def path(user: User, verb: str = "") -> str:
    return f"{USERS}/{user.pk}{verb}"


@pytest.mark.engines
def test_a_disabled_person_is_nobody_until_enabled_and_old_tokens_stay_void(
    staff: APIClient, soporte: User, bearer: Bearer
) -> None:
    old = bearer(soporte)
    assert staff.patch(path(soporte, "/status"), {"active": False}).json() == {"ok": True}
    assert APIClient().get(USERS, headers=old).status_code == 401
    assert staff.patch(path(soporte, "/status"), {"active": True}).json() == {"ok": True}
    assert APIClient().get(USERS, headers=old).status_code == 401
    soporte.refresh_from_db()
    assert APIClient().get(USERS, headers=bearer(soporte)).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"active": None}, {"active": "quizás"}, {"active": []}, {"active": "no"}, {"active": 0}]
)
def test_a_status_that_is_none_is_422(staff: APIClient, student: User, body: dict[str, Any]) -> None:
    assert staff.patch(path(student, "/status"), body).status_code == 422
    assert User.objects.get(pk=student.pk).is_active


@pytest.mark.engines
def test_a_reset_gives_a_random_password_that_must_be_changed(
    staff: APIClient, student: User, bearer: Bearer, lock: Lock
) -> None:
    old = bearer(student)
    lock(student.email)
    response = staff.post(path(student, "/reset-password"))
    body = response.json()
    assert response["Cache-Control"] == "no-store"
    assert set(body) == {"ok", "temporary_password"}
    student.refresh_from_db()
    assert student.check_password(body["temporary_password"])
    assert student.must_change_password
    assert APIClient().get(USERS, headers=old).status_code == 401
    assert not lockout.locked_until([student.email])


def test_a_reset_takes_a_given_password_too(staff: APIClient, student: User) -> None:
    response = staff.post(path(student, "/reset-password"), {"new_password": "Nueva-clave-77"})
    assert response.json() == {"ok": True}
    student.refresh_from_db()
    assert student.check_password("Nueva-clave-77")
    assert student.must_change_password
    weak = staff.post(path(student, "/reset-password"), {"new_password": "corta"})
    assert weak.status_code == 422
    assert {error["field"] for error in weak.json()["errors"]} == {"new_password"}
    student.refresh_from_db()
    assert student.check_password("Nueva-clave-77")


@pytest.mark.engines
def test_revoking_ends_access_and_refresh_tokens_at_once(
    staff: APIClient, soporte: User, bearer: Bearer
) -> None:
    pair = sessions.open_session(user=soporte)
    headers = {"Authorization": f"Bearer {pair.access_token}"}
    assert APIClient().get(USERS, headers=headers).status_code == 200
    assert staff.post(path(soporte, "/revoke")).json()["ok"] is True
    assert APIClient().get(USERS, headers=headers).status_code == 401
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=pair.refresh_token)
    assert soporte.token_families.get().revoked_at is not None


def test_unlocking_lets_the_person_try_again(staff: APIClient, student: User, lock: Lock) -> None:
    lock(student.email)
    assert staff.get(path(student)).json()["locked_until"] is not None
    assert staff.post(path(student, "/unlock")).json() == {"ok": True, "unlocked": 1}
    assert staff.get(path(student)).json()["locked_until"] is None
    assert staff.post(path(student, "/unlock")).json() == {"ok": True, "unlocked": 0}
