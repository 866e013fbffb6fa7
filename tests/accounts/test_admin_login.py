"""Entering Django admin: password, code, and what must be seen to before anything else."""

from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import enrolment
from tests.accounts.second_factor import (
    Enter,
    app_code,
    enrolled,
    forget_used_codes,
    is_inside,
    text,
    wrong_code,
)
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "El correo o la contraseña no son correctos."


@pytest.mark.parametrize("email", ["jefe@ejemplo.edu.co", " JEFE@Ejemplo.edu.co "])
def test_staff_enter_with_the_e_mail_in_any_spelling(
    client: Client, admin: User, enter: Enter, email: str
) -> None:
    page = enter(email)
    assert (page.status_code, page["Location"]) == (302, "/admin/")
    assert is_inside(client)


def test_the_page_is_in_spanish_and_never_cached(client: Client, env: Any) -> None:
    page = client.get("/admin/login/")
    for words in (
        "Correo",
        "Contraseña",
        "Código de verificación, si lo activaste",
        "códigos de recuperación",
        "Entrar",
    ):
        assert words in text(page)
    assert "no-store" in page["Cache-Control"]
    env(STAFF_2FA="off")
    assert "Código de verificación" not in text(client.get("/admin/login/"))


def test_a_wrong_password_an_unknown_and_a_disabled_person_hear_the_same(
    client: Client, admin: User, soporte: User, enter: Enter
) -> None:
    User.objects.filter(pk=soporte.pk).update(is_active=False)
    pages = [enter(admin.email, "Otra-clave-42"), enter("nadie@ejemplo.edu.co"), enter(soporte.email)]
    for page in pages:
        assert page.status_code == 200
        assert WRONG in text(page)
        assert PASSWORD not in text(page)
    assert not is_inside(client)


def test_a_student_hears_why_and_never_enters(client: Client, student: User, enter: Enter) -> None:
    assert "Tu cuenta no entra a la administración." in text(enter(student.email))
    assert WRONG in text(enter(student.email, "Otra-clave-42"))
    assert not is_inside(client)


def test_the_lock_is_a_429_that_says_how_long(client: Client, admin: User, enter: Enter) -> None:
    for _ in range(5):
        assert enter(admin.email, "Otra-clave-42").status_code == 200
    page = enter(admin.email)
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 900
    assert "Demasiados intentos. Espera 15 min" in text(page)
    assert not is_inside(client)


@pytest.mark.parametrize(
    ("next_", "where"),
    [
        ("/admin/logs/chatturn/?q=1", "/admin/logs/chatturn/?q=1"),
        ("https://malo.ejemplo.com/", None),
        ("//malo.ejemplo.com", None),
        ("javascript:alert(1)", None),
    ],
)
def test_only_our_own_pages_follow_the_login(
    admin: User, enter: Enter, next_: str, where: str | None
) -> None:
    location = enter(admin.email, next=next_)["Location"]
    assert location == where if where else "malo" not in location and "javascript" not in location


def test_the_form_keeps_csrf(admin: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/admin/login/", {"username": admin.email, "password": PASSWORD}).status_code == 403


def test_the_session_is_a_new_one_after_login(client: Client, admin: User, enter: Enter) -> None:
    client.session["before"] = "x"
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    enter(admin.email)
    assert client.cookies["sessionid"].value != session.session_key


def test_a_person_with_a_second_factor_gives_a_code(client: Client, admin: User, enter: Enter) -> None:
    enrolled(admin)
    assert "Escribe el código de tu aplicación" in text(enter(admin.email))
    assert "El código no es correcto" in text(enter(admin.email, otp=wrong_code(admin)))
    assert not is_inside(client)
    forget_used_codes()
    assert enter(admin.email, otp=app_code(admin)).status_code == 302
    assert is_inside(client)


def test_a_recovery_code_enters_once(client: Client, admin: User, enter: Enter) -> None:
    code = enrolled(admin)[3]
    assert enter(admin.email, otp=code).status_code == 302
    assert is_inside(client)
    client.logout()
    assert enter(admin.email, otp=code).status_code == 200
    assert not is_inside(client)


def test_a_session_opened_without_a_code_is_no_use_to_who_has_one(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert is_inside(client)
    draft = enrolment.begin(user=admin)
    TOTPDevice.objects.filter(pk=draft.device.pk).update(confirmed=True)
    page = client.get("/admin/accounts/user/")
    assert page["Location"].startswith("/admin/login/?next=")
    assert "Tu sesión es de jefe@ejemplo.edu.co" in text(client.get("/admin/login/"))
    for path in ("/admin/second-factor/", "/admin/second-factor/disable/", "/admin/password_change/"):
        assert client.get(path)["Location"].startswith("/admin/login/?next=")


def test_a_marked_session_is_its_owners_alone(client: Client, admin: User, soporte: User) -> None:
    enrolled(admin)
    enrolled(soporte)
    client.force_login(admin)
    session = client.session
    session["otp_device_id"] = TOTPDevice.objects.get(user=soporte).persistent_id
    session.save()
    assert not is_inside(client)
