"""Registering: who gets an account, with which role, and what no body can ask for."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from tests.accounts.entering import at_once, enter, me
from tests.conftest import PASSWORD

FORM = {"nombre": "Eva Luna", "email": " Eva@Ejemplo.edu.co ", "password": PASSWORD}
PANEL_FORM = {"name": "Eva Luna", "email": "eva@ejemplo.edu.co", "password": PASSWORD, "accept_terms": True}
PRIVILEGES = {
    "rol": "admin",
    "role": "admin",
    "is_superuser": True,
    "is_staff": True,
    "id": "00000000-0000-0000-0000-000000000000",
    "_id": "00000000-0000-0000-0000-000000000000",
    "pk": 1,
    "email_verified": True,
    "is_active": False,
    "must_change_password": True,
    "tokens_valid_after": "2000-01-01T00:00:00Z",
}
PANEL_PATHS = ["/api/admin/register", "/api/admin2/register", "/api/admin/admin/register"]


def register(api: APIClient, path: str = "/api/auth/register", form: Any = FORM, **changes: Any) -> Any:
    return api.post(path, {**form, **changes})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/auth/register", "/auth/register", "/auth/register/"])
def test_a_student_registers_and_is_signed_in(api: APIClient, path: str) -> None:
    response = register(api, path)
    body = response.json()
    user = User.objects.get()
    assert response.status_code == 201
    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in", "user"}
    assert (body["user"]["id"], body["user"]["rol"], body["user"]["nombre"]) == (
        str(user.pk),
        "usuario",
        "Eva Luna",
    )
    assert (user.email, user.rol, user.email_verified) == ("eva@ejemplo.edu.co", "usuario", False)
    assert user.password.startswith("argon2$")
    assert response.cookies["rt"].value == body["refresh_token"]
    assert response["Cache-Control"] == "no-store"
    assert me(api, body["access_token"]).json()["email"] == user.email
    assert enter(api, "eva@ejemplo.edu.co").status_code == 200


@pytest.mark.django_db
def test_the_mailbox_is_asked_to_confirm(
    api: APIClient, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        register(api)
    assert [mail.to for mail in mailoutbox] == [["eva@ejemplo.edu.co"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "form"), [("/api/auth/register", FORM), ("/api/admin/register", PANEL_FORM)]
)
def test_a_body_cannot_ask_for_more_than_a_students_account(
    api: APIClient, admin: User, path: str, form: dict[str, Any]
) -> None:
    assert register(api, path, form, **PRIVILEGES, key="cualquiera").status_code == 201
    user = User.objects.exclude(pk=admin.pk).get()
    assert (user.rol, user.is_active, user.is_staff, user.is_superuser) == ("usuario", True, False, False)
    assert (user.email_verified, user.must_change_password) == (False, False)
    assert str(user.pk) != PRIVILEGES["id"]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ana@ejemplo.edu.co", "ANA@EJEMPLO.EDU.CO", "  Ana@ejemplo.edu.co\t"])
@pytest.mark.parametrize(
    ("path", "form"), [("/api/auth/register", FORM), ("/api/admin/register", PANEL_FORM)]
)
def test_a_taken_e_mail_is_409(
    api: APIClient, student: User, path: str, form: dict[str, Any], email: str
) -> None:
    response = register(api, path, form, email=email)
    assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert response.json()["message"] == "Ya existe una persona con ese correo."
    assert User.objects.count() == 1
    assert not TokenFamily.objects.exists()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_the_same_e_mail_twice_at_the_same_moment_is_one_account() -> None:
    answers = at_once(4, lambda: register(APIClient(raise_request_exception=False)).status_code)
    assert sorted(answers) == [201, 409, 409, 409]
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/auth/register", "/api/admin/register", "/api/admin2/register"])
def test_closed_registration_says_so(api: APIClient, env: Any, path: str) -> None:
    env(ALLOW_REGISTRATION=False)
    response = register(api, path, {**FORM, **PANEL_FORM})
    assert (response.status_code, response.json()["code"]) == (403, "registration_closed")
    assert "cerrado" in response.json()["detail"]
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "corta-1A"[:7]}, "password"),
        ({"password": "Password1!"}, "password"),
        ({"password": "Aa1-" + "x" * 200}, "password"),
        ({"email": "sin-arroba"}, "email"),
        ({"email": "\u0430na@ejemplo.edu.co"}, "email"),
        ({"email": "ana@ejemplo.edu.co\nBcc: x@y.co"}, "email"),
        ({"nombre": "", "name": None}, "nombre"),
        ({"nombre": "x" * 151}, "nombre"),
    ],
)
@pytest.mark.parametrize("path", ["/api/auth/register", "/api/admin/register"])
def test_what_is_wrong_is_named(api: APIClient, path: str, changes: dict[str, Any], field: str) -> None:
    response = register(api, path, **changes)
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {field}
    assert not User.objects.exists()


@pytest.mark.django_db
def test_five_registrations_a_minute_per_address(api: APIClient) -> None:
    answers = [register(api, email=f"p{n}@ejemplo.edu.co").status_code for n in range(6)]
    assert answers == [201] * 5 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PANEL_PATHS)
def test_the_panels_page_makes_a_students_account(api: APIClient, path: str) -> None:
    response = register(api, path, PANEL_FORM)
    user = User.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "ok": True,
        "id": str(user.pk),
        "_id": str(user.pk),
        "message": "Cuenta creada. Ya puedes iniciar sesión.",
        "nombre": "Eva Luna",
        "email": "eva@ejemplo.edu.co",
        "rol": "usuario",
    }
    assert (user.rol, user.email_verified) == ("usuario", False)
    assert "rt" not in response.cookies


@pytest.mark.django_db
def test_the_key_makes_an_administrator(api: APIClient, env: Any, admin: User) -> None:
    env(ADMIN_REGISTER_KEY="llave-larga-ñ", ALLOW_REGISTRATION=False)
    for key in ("", "llave-larga", "LLAVE-LARGA-Ñ", "llave-larga-ñ ", None):
        assert register(api, "/api/admin/register", PANEL_FORM, key=key).status_code == 403
    env(RATE_LIMIT_ENABLED=False)
    response = register(api, "/api/admin/register", PANEL_FORM, key="llave-larga-ñ")
    assert (response.status_code, response.json()["rol"]) == (201, "admin")
    assert enter(api, "eva@ejemplo.edu.co", path="/api/admin/login").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", None, "null"])
def test_without_a_key_in_the_environment_no_key_is_right(api: APIClient, key: str | None) -> None:
    assert register(api, "/api/admin/register", PANEL_FORM, key=key).json()["rol"] == "usuario"


@pytest.mark.engines
@pytest.mark.django_db
def test_the_first_administrator_registers_where_that_is_open_and_the_second_does_not(
    api: APIClient, env: Any
) -> None:
    env(ADMIN_REGISTRATION_OPEN=True)
    first = register(api, "/api/admin/register", PANEL_FORM)
    second = register(api, "/api/admin/register", PANEL_FORM, email="otra@ejemplo.edu.co")
    assert [a.json()["rol"] for a in (first, second)] == ["admin", "usuario"]


@pytest.mark.django_db
def test_a_disabled_administrator_is_one_all_the_same(api: APIClient, env: Any, admin: User) -> None:
    env(ADMIN_REGISTRATION_OPEN=True)
    User.objects.update(is_active=False)
    assert register(api, "/api/admin/register", PANEL_FORM).json()["rol"] == "usuario"


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_of_two_first_administrators_at_the_same_moment_one_is_made(env: Any) -> None:
    env(ADMIN_REGISTRATION_OPEN=True, RATE_LIMIT_ENABLED=False)
    emails = iter([f"p{n}@ejemplo.edu.co" for n in range(6)])

    def one(email: str) -> Any:
        api = APIClient(raise_request_exception=False)
        return register(api, "/api/admin/register", PANEL_FORM, email=email)

    answers = at_once(6, lambda: one(next(emails)))
    assert {a.status_code for a in answers} <= {201, 409}
    made = [a.json()["rol"] for a in answers if a.status_code == 201]
    assert made.count("admin") == User.objects.filter(rol="admin").count() == 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"first_admin_taken"}
