"""Password to tokens, on every face; and who one is then."""

from typing import Any

import jwt
import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from apps.accounts.models import TokenFamily, User
from tests.accounts import signing
from tests.accounts.entering import WRONG, enter, enter_by_form, me, use_legacy_hash, with_token
from tests.conftest import PASSWORD
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM

pytestmark = pytest.mark.django_db
FACES = ["/api/auth/login", "/auth/login", "/auth/login/", "/api/api/auth/login"]
FACES += ["/api/auth/token", "/api/auth/oauth2/token", "/auth/oauth2/token"]
STAFF_FACES = ["/api/admin/login", "/api/admin2/login", "/api/admin2/admin/login", "/api/admin/admin/login"]
JUNK = ["Bearer guest-ab12cd34", "Bearer [object Object]", "Bearer ", "undefined", "Basic eDp5"]


def person(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "_id": str(user.pk),
        "user_id": str(user.pk),
        "nombre": user.nombre,
        "email": user.email,
        "rol": user.rol,
        "role": user.rol,
        "must_change_password": user.must_change_password,
    }


def test_a_right_password_gives_tokens_a_cookie_and_the_person(api: APIClient, student: User) -> None:
    response = enter(api, student.email, HTTP_USER_AGENT="Firefox", REMOTE_ADDR="203.0.113.5")
    body = response.json()
    assert response.status_code == 200
    assert body == {
        "access_token": body["access_token"],
        "refresh_token": body["refresh_token"],
        "token_type": "bearer",
        "expires_in": 3600,
        "user": person(student),
    }
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["email"], claims["rol"]) == (str(student.pk), student.email, "usuario")
    family = TokenFamily.objects.get()
    assert (family.user, family.ip, family.user_agent) == (student, "203.0.113.5", "Firefox")
    student.refresh_from_db()
    assert (timezone.now() - student.last_login).total_seconds() < 60  # type: ignore[operator]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("debug", [False, True])
def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites(
    api: APIClient, student: User, settings: Any, env: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    env(REFRESH_COOKIE_NAME="sesion", REFRESH_TOKEN_EXPIRE_DAYS=2)
    response = enter(api, student.email)
    cookie = response.cookies["sesion"]
    assert cookie.value == response.json()["refresh_token"]
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is not debug
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Lax", "/", 2 * 86_400)


@pytest.mark.parametrize("path", FACES)
def test_every_face_gives_the_same_answer(api: APIClient, student: User, path: str) -> None:
    response = enter(api, student.email, path=path)
    assert response.status_code == 200
    assert response.json()["user"] == person(student)
    assert response.cookies["rt"].value == response.json()["refresh_token"]


@pytest.mark.parametrize("path", FACES + STAFF_FACES)
def test_every_face_refuses_alike(api: APIClient, student: User, path: str) -> None:
    for email, password in ((student.email, WRONG), ("nadie@ejemplo.edu.co", PASSWORD)):
        response = enter(api, email, password, path=path)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert response.json()["code"] == "invalid_credentials"
        assert response.json()["detail"] == "El correo o la contraseña no son correctos."
        assert "rt" not in response.cookies
    assert not TokenFamily.objects.exists()


def test_an_oauth2_client_sends_a_form(api: APIClient, student: User) -> None:
    form = {"grant_type": "password", "username": student.email, "password": PASSWORD, "scope": ""}
    assert api.post("/api/auth/token", form, format="multipart").status_code == 200
    encoded = "grant_type=password&username=ana%40ejemplo.edu.co&password=Clave-segura-42&client_id="
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    response = api.generic("POST", "/api/auth/oauth2/token", encoded.encode(), content_type=kind)
    assert response.status_code == 200
    assert response.json()["token_type"] == "bearer"
    assert enter_by_form(api, student.email, WRONG).status_code == 401


def test_swaggers_authorize_button_is_told_where_tokens_are() -> None:
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    assert document["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "password": {
            "type": "oauth2",
            "flows": {"password": {"tokenUrl": "/api/auth/token", "scopes": {}}},
        },
        "turn": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Turn <metadata.grant>`: el servidor de acciones, por el estudiante de un turno.",
        },
    }
    paths = document["paths"]
    assert paths["/api/auth/me"]["get"]["security"] == [{"bearer": []}, {"password": []}]
    assert "Alias: `/auth/login`." in paths["/api/auth/login"]["post"]["description"]
    assert "Alias: `/api/admin2/login`." in paths["/api/admin/login"]["post"]["description"]


@pytest.mark.parametrize("header", JUNK)
def test_a_junk_bearer_changes_nothing(api: APIClient, student: User, header: str) -> None:
    assert enter(api, student.email, HTTP_AUTHORIZATION=header).status_code == 200


@pytest.mark.parametrize("path", STAFF_FACES)
def test_staff_enter_at_the_panels_door(api: APIClient, admin: User, soporte: User, path: str) -> None:
    for user in (admin, soporte):
        assert enter(api, user.email, path=path).json()["user"] == person(user)


def test_a_student_is_turned_away_there_after_the_right_password_alone(api: APIClient, student: User) -> None:
    response = enter(api, student.email, path="/api/admin/login")
    assert (response.status_code, response.json()["code"]) == (403, "staff_only")
    assert "access_token" not in response.json()
    assert "rt" not in response.cookies
    assert not TokenFamily.objects.exists()
    wrong = enter(api, student.email, WRONG, path="/api/admin/login")
    unknown = enter(api, "nadie@ejemplo.edu.co", WRONG, path="/api/admin/login")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize("prefix", ["$2b$", "$2y$", "$2a$"])
def test_a_password_of_the_old_system_opens_the_door_and_becomes_argon2(
    api: APIClient, student: User, prefix: str
) -> None:
    use_legacy_hash(student, prefix=prefix)
    assert enter(api, student.email, WRONG).status_code == 401
    assert User.objects.get().password.startswith(f"bcrypt${prefix}")
    assert enter(api, student.email).status_code == 200
    assert User.objects.get().password.startswith("argon2$")
    assert enter(api, student.email).status_code == 200


@pytest.mark.parametrize("stored", ["bcrypt$", "bcrypt$$2b$12$corta", "plano:clave", "", "!", "clave"])
def test_a_spoiled_hash_is_nobodys_password(api: APIClient, student: User, stored: str) -> None:
    User.objects.update(password=stored)
    for password in (PASSWORD, "clave", stored or "-"):
        assert enter(api, student.email, password).status_code == 401


def test_a_temporary_password_opens_what_is_needed_to_change_it(api: APIClient, student: User) -> None:
    User.objects.update(must_change_password=True)
    body = enter(api, student.email).json()
    assert body["user"]["must_change_password"] is True
    assert me(api, body["access_token"]).json()["must_change_password"] is True
    refused = me(api, body["access_token"], "/api/me/settings")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")


@pytest.mark.parametrize("path", ["/api/auth/me", "/auth/me", "/auth/me/", "/api/me"])
def test_me_tells_who_one_is(api: APIClient, student: User, bearer: Any, path: str) -> None:
    response = api.get(path, headers=bearer(student))
    assert response.status_code == 200
    assert response.json() == person(student)
    assert response["Cache-Control"] == "no-store"


def test_me_of_somebody_from_the_platform_is_what_the_token_says(api: APIClient, env: Any, db: None) -> None:
    env(JWT_ALGORITHM="RS256", JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)
    token = signing.signed(RSA_KEY, "RS256", nombre="Ana", rol="admin")
    for path in ("/api/auth/me", "/api/me"):
        assert me(api, token, path).json() == {
            "id": "aprendiz-7",
            "_id": "aprendiz-7",
            "user_id": "aprendiz-7",
            "nombre": "Ana",
            "email": "ana@ejemplo.edu.co",
            "rol": "usuario",
            "role": "usuario",
        }
    assert me(api, token, "/api/admin/me").status_code == 403


@pytest.mark.parametrize("header", [*JUNK, None])
def test_me_is_401_for_nobody(api: APIClient, db: None, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for path in ("/api/auth/me", "/api/me", "/api/admin/me"):
        response = api.get(path, headers=headers)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("path", ["/api/admin/me", "/api/admin2/me"])
def test_the_panels_me_is_for_staff(
    api: APIClient, student: User, soporte: User, admin: User, bearer: Any, path: str
) -> None:
    answers = [api.get(path, headers=bearer(user)) for user in (student, soporte, admin)]
    assert [answer.status_code for answer in answers] == [403, 200, 200]
    assert answers[1].json() == person(soporte)


def test_the_token_from_the_body_is_a_bearer(api: APIClient, student: User) -> None:
    token = enter(api, student.email).json()["access_token"]
    assert api.get("/api/me", headers=with_token(token)).json()["email"] == student.email
