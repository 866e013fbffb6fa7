"""What operators type: an administrator, a token to try things with."""

import os
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.callers import caller_of
from apps.accounts.models import User
from apps.accounts.services.people import change_person, create_admin, random_password
from apps.core.errors import Invalid
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.mark.engines
def test_an_administrator_is_made_with_a_password_shown_once() -> None:
    said = run("create_admin", " Jefa@Ejemplo.edu.co ", "--nombre", "Jefa")
    user = User.objects.get()
    assert (user.email, user.nombre, user.rol) == ("jefa@ejemplo.edu.co", "Jefa", "admin")
    password = said.rsplit(": ", 1)[1].strip()
    assert user.check_password(password)
    assert user.must_change_password


@pytest.mark.parametrize("email", ["jefe@ejemplo.edu.co", "JEFE@EJEMPLO.EDU.CO", "sin-arroba", ""])
def test_a_used_or_bad_e_mail_is_one_clear_line(admin: User, email: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("create_admin", email)
    assert "\n" not in str(caught.value)
    assert User.objects.count() == 1


def test_a_name_that_no_column_holds_is_one_clear_line(student: User) -> None:
    with pytest.raises(CommandError, match="El nombre puede tener hasta 150 caracteres"):
        run("create_admin", "jefa@ejemplo.edu.co", "--nombre", "x" * 200)
    with pytest.raises(Invalid) as caught:
        change_person(user=student, nombre="x" * 151)
    assert [error["field"] for error in caught.value.errors] == ["nombre"]
    change_person(user=student, nombre=f" {'x' * 150} ")
    assert [len(nombre) for nombre in User.objects.values_list("nombre", flat=True)] == [150]


@pytest.mark.parametrize(
    "password",
    ["corta1-A", "sinmayuscula-1", "SINMINUSCULA-1", "SinNumero-x", "SinSimbolo1", "Password1!", "Jefa-1234"],
)
def test_the_password_policy_holds_for_administrators_too(password: str, settings: Any) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [
        {**v, "OPTIONS": {"min_length": 9}} if "MinimumLength" in v["NAME"] else v
        for v in settings.AUTH_PASSWORD_VALIDATORS
    ]
    with pytest.raises(Invalid):
        create_admin(email="jefa@ejemplo.edu.co", nombre="Jefa-1234", password=password)
    assert not User.objects.exists()


def test_random_passwords_satisfy_the_policy_and_differ() -> None:
    from django.contrib.auth.password_validation import validate_password

    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        validate_password(password)
        assert len(password) == 16
        assert (password[0] + password[-1]).isalnum(), "a double click leaves out a symbol at an end"


def test_manage_py_can_be_run_by_its_name(project_root: Any) -> None:
    assert os.access(project_root / "manage.py", os.X_OK)


def test_a_token_to_try_private_answers(student: User, rf: Any) -> None:
    token = run("issue_token", "ANA@ejemplo.edu.co").strip()
    assert caller_of(rf.get("/", HTTP_AUTHORIZATION=f"Bearer {token}")).user == student


def test_no_token_for_nobody_or_the_disabled(student: User) -> None:
    User.objects.update(is_active=False)
    for email in ("nadie@ejemplo.edu.co", student.email):
        with pytest.raises(CommandError, match="No hay una persona activa"):
            run("issue_token", email)


def test_passwords_are_argon2_and_old_bcrypt_ones_still_open_the_door(student: User, client: Any) -> None:
    import bcrypt

    assert student.password.startswith("argon2")
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    User.objects.update(password=f"bcrypt${old}", rol="admin")
    assert client.login(username=student.email, password=PASSWORD)
    student.refresh_from_db()
    assert student.password.startswith("argon2")
