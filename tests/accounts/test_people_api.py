"""People by API: making, reading, changing and deleting one; body and database."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User, UserSettings
from apps.accounts.services import sessions
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
USERS = "/api/admin/users"
NEW = {"nombre": "Eva Ruiz", "email": "Eva@Ejemplo.edu.co ", "password": PASSWORD, "rol": "soporte"}
Bearer = Callable[[User], dict[str, str]]


def path(user: User, verb: str = "") -> str:
    return f"{USERS}/{user.pk}{verb}"


@pytest.mark.engines
@pytest.mark.parametrize("address", [USERS, "/api/admin/create-user"])
def test_a_person_is_made_with_the_given_password(staff: APIClient, address: str) -> None:
    response = staff.post(
        address, NEW | {"is_superuser": True, "id": "1", "is_active": False, "active": False}
    )
    assert response.status_code == 201
    body = response.json()
    made = User.objects.get(email="eva@ejemplo.edu.co")
    assert body["id"] == body["_id"] == str(made.pk)
    assert (body["nombre"], body["email"], body["rol"]) == ("Eva Ruiz", "eva@ejemplo.edu.co", "soporte")
    assert "password" not in body
    assert "temporary_password" not in body
    assert made.check_password(PASSWORD)
    assert made.is_active
    assert not made.must_change_password


def test_without_a_password_a_temporary_one_is_shown_once(staff: APIClient) -> None:
    response = staff.post(USERS, {"nombre": "Eva", "email": "eva@ejemplo.edu.co", "password": None})
    made = User.objects.get(email="eva@ejemplo.edu.co")
    assert made.check_password(response.json()["temporary_password"])
    assert made.must_change_password
    assert made.rol == "usuario"
    assert response["Cache-Control"] == "no-store"
    assert "temporary_password" not in staff.get(path(made)).json()


def test_the_panels_invitado_becomes_usuario(staff: APIClient, soporte: User) -> None:
    assert staff.post(USERS, NEW | {"rol": "invitado"}).json()["rol"] == "usuario"
    assert staff.put(path(soporte), {"rol": "invitado"}).json()["rol"] == "usuario"


@pytest.mark.parametrize("email", ["ana@ejemplo.edu.co", " ANA@Ejemplo.edu.co"])
def test_a_taken_e_mail_is_409(staff: APIClient, student: User, email: str) -> None:
    response = staff.post(USERS, NEW | {"email": email})
    assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "sin-arroba"}, "email"),
        ({"email": "аna@ejemplo.edu.co"}, "email"),
        ({"email": 5}, "email"),
        ({"email": "a" * 300 + "@b.co"}, "email"),
        ({"nombre": " "}, "nombre"),
        ({"nombre": None}, "nombre"),
        ({"nombre": ["a"]}, "nombre"),
        ({"nombre": "a" * 151}, "nombre"),
        ({"rol": "superadmin"}, "rol"),
        ({"rol": ["admin"]}, "rol"),
        ({"rol": None}, "rol"),
        ({"password": ""}, "password"),
        ({"password": "corta"}, "password"),
        ({"password": "Eva@Ejemplo.edu.co1"}, "password"),
        ({"password": 12345678}, "password"),
        ({"password": "Aa1-" * 5000}, "password"),
    ],
)
def test_bad_input_is_422_at_its_field(staff: APIClient, change: dict[str, Any], field: str) -> None:
    response = staff.post(USERS, NEW | change)
    assert response.status_code == 422
    assert {error["field"] for error in response.json()["errors"]} == {field}
    assert User.objects.count() == 1


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "{", "5"])
def test_a_body_that_is_no_object_is_422(staff: APIClient, student: User, body: str) -> None:
    for send, address in (
        (staff.post, USERS),
        (staff.put, path(student)),
        (staff.patch, path(student, "/role")),
    ):
        assert send(address, body, content_type="application/json").status_code == 422


@pytest.mark.engines
@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_is_sent_changes_and_the_rest_stays(staff: APIClient, student: User, method: str) -> None:
    change = {"nombre": "Ana María", "email": "ANA.maria@ejemplo.edu.co", "is_active": False, "id": "x"}
    response = getattr(staff, method)(path(student), change)
    assert response.status_code == 200
    assert response.json()["email"] == "ana.maria@ejemplo.edu.co"
    before = student.updated_at
    student.refresh_from_db()
    assert (student.nombre, student.email, student.rol) == (
        "Ana María",
        "ana.maria@ejemplo.edu.co",
        "usuario",
    )
    assert student.is_active
    assert student.check_password(PASSWORD)
    assert student.updated_at > before
    assert staff.get(path(student)).json()["nombre"] == "Ana María"


@pytest.mark.parametrize("nombre", ["", "  "])
def test_a_person_without_a_name_is_changed_as_the_panel_sends_it(
    staff: APIClient, student: User, nombre: str
) -> None:
    response = staff.put(path(student), {"nombre": nombre, "email": student.email, "rol": "soporte"})
    assert (response.status_code, response.json()["nombre"]) == (200, "")
    student.refresh_from_db()
    assert (student.nombre, student.rol) == ("", "soporte")


def test_a_change_is_made_whole_or_not_at_all(staff: APIClient, student: User, admin: User) -> None:
    assert staff.put(path(student), {"nombre": "Otra", "password": "corta"}).status_code == 422
    assert staff.put(path(student), {"nombre": "Otra", "email": admin.email}).status_code == 409
    assert staff.put(path(admin), {"nombre": "Otra", "rol": "usuario"}).status_code == 409
    assert not User.objects.filter(nombre="Otra").exists()


def test_a_password_that_an_admin_sets_must_be_changed_and_ends_the_sessions(
    staff: APIClient, student: User, bearer: Bearer
) -> None:
    old = bearer(student)
    assert staff.put(path(student), {"password": "Nueva-clave-77"}).status_code == 200
    student.refresh_from_db()
    assert student.check_password("Nueva-clave-77")
    assert student.must_change_password
    assert APIClient().get("/api/admin/users", headers=old).status_code == 401


def test_an_admin_changes_the_own_password_and_role(staff: APIClient, admin: User, bearer: Bearer) -> None:
    User.objects.create_superuser("otra@ejemplo.edu.co", PASSWORD)
    assert staff.put(path(admin), {"password": "Nueva-clave-77"}).status_code == 200
    admin.refresh_from_db()
    assert not admin.must_change_password
    assert staff.get(USERS).status_code == 401
    staff.credentials(HTTP_AUTHORIZATION=bearer(admin)["Authorization"])
    assert staff.patch(path(admin, "/role"), {"rol": "soporte"}).json() == {"ok": True}
    assert staff.get(path(admin)).status_code == 403  # at once, with the same token
    assert staff.get(USERS).status_code == 200


@pytest.mark.parametrize(
    "person_id", ["1", "undefined", "65f0c0ffee65f0c0ffee65f0", "0" * 32, "a b", "..", "%00"]
)
@pytest.mark.parametrize(
    ("method", "verb"),
    [("get", ""), ("put", ""), ("delete", ""), ("patch", "/role"), ("post", "/revoke"), ("post", "/unlock")],
)
def test_an_unknown_or_unreadable_id_is_404(staff: APIClient, person_id: str, method: str, verb: str) -> None:
    response = getattr(staff, method)(f"{USERS}/{person_id}{verb}", {"rol": "usuario"})
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.engines
def test_a_deleted_person_leaves_nothing_and_is_nobody(
    staff: APIClient, student: User, bearer: Bearer
) -> None:
    headers = bearer(student)
    sessions.open_session(user=student)
    UserSettings.objects.create(subject=str(student.pk))
    response = staff.delete(path(student))
    assert (response.status_code, response.json()) == (200, {"message": "Persona eliminada."})
    assert not User.objects.filter(email=student.email).exists()
    assert not UserSettings.objects.exists()
    assert APIClient().get(USERS, headers=headers).status_code == 401
    assert staff.delete(path(student)).status_code == 404
