"""Somebody registers with another person's e-mail: what that must not do to them, nor for the squatter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import StudentRecord, User
from apps.accounts.services.confirmation import confirmation_token
from apps.logs.models import ChatTurn
from tests.accounts import signing
from tests.conftest import PASSWORD
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM
from tutorbot.env import Env

pytestmark = pytest.mark.django_db
VICTIM = "luis@ejemplo.edu.co"
SQUATTERS_PASSWORD = "De-otra-persona-9"


@pytest.fixture
def platform(env: Callable[..., Env]) -> dict[str, str]:
    """The victim's headers, by a token of the platform."""
    env(JWT_ALGORITHM="RS256", JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    StudentRecord.objects.create(email=VICTIM, nombre="Luis", programa="Sistemas")
    return {"Authorization": f"Bearer {signing.signed(RSA_KEY, 'RS256', email=VICTIM)}"}


@pytest.fixture
def squatter(api: APIClient) -> dict[str, str]:
    body = {"nombre": "Ernesto", "email": VICTIM, "password": SQUATTERS_PASSWORD}
    token = api.post("/api/auth/register", body).json()["access_token"]
    api.cookies.clear()
    return {"Authorization": f"Bearer {token}"}


def test_a_squatted_e_mail_ends_no_token_of_the_platform(
    api: APIClient, platform: dict[str, str], squatter: dict[str, str]
) -> None:
    body = {"current_password": SQUATTERS_PASSWORD, "new_password": "Todavia-otra-10"}
    assert api.post("/api/auth/change-password", body, headers=squatter).status_code == 200
    assert api.get("/api/estado-estudiante", headers=platform).status_code == 200
    User.objects.update(is_active=False)
    assert api.get("/api/estado-estudiante", headers=platform).status_code == 200


def test_the_turns_of_the_victim_are_not_the_squatters(
    api: APIClient, bot: Any, platform: dict[str, str], squatter: dict[str, str]
) -> None:
    assert api.post("/api/chat", {"message": "hola"}, headers=platform).status_code == 200
    assert ChatTurn.objects.get().user is None


def test_a_temporary_password_of_an_account_here_holds_up_no_student_of_the_platform(
    api: APIClient, admin: User, bearer: Any, platform: dict[str, str]
) -> None:
    made = api.post(
        "/api/admin/users", {"nombre": "Luis", "email": VICTIM, "rol": "usuario"}, headers=bearer(admin)
    )
    assert made.json()["temporary_password"]
    assert api.get("/api/me/settings", headers=platform).status_code == 200


def test_nobody_with_an_unconfirmed_e_mail_becomes_staff(
    api: APIClient, admin: User, bearer: Any, squatter: dict[str, str]
) -> None:
    user = User.objects.get(email=VICTIM)
    answer = api.put(f"/api/admin/users/{user.pk}", {"rol": "admin"}, headers=bearer(admin))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "email_not_verified")
    assert api.get("/api/admin/users", headers=squatter).status_code == 403
    User.objects.filter(pk=user.pk).update(email_verified=True)
    assert (
        api.put(f"/api/admin/users/{user.pk}", {"rol": "soporte"}, headers=bearer(admin)).status_code == 200
    )


def test_the_owner_of_the_mailbox_cannot_open_their_data_to_the_squatter_by_a_click(
    client: Client, api: APIClient, platform: dict[str, str], squatter: dict[str, str]
) -> None:
    token = confirmation_token(User.objects.get(email=VICTIM))
    for password in ("", PASSWORD):
        page = client.post("/confirm-email", {"token": token, "password": password})
        assert page.status_code == 200
        assert not User.objects.get(email=VICTIM).email_verified
    assert api.get("/api/estado-estudiante", headers=squatter).status_code == 403
    client.post("/confirm-email", {"token": token, "password": SQUATTERS_PASSWORD})
    assert User.objects.get(email=VICTIM).email_verified
