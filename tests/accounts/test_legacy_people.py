"""People of the old system: in any spelling, and no password in clear."""

from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache

from apps.accounts.models import User
from apps.accounts.services.login import LEGACY_COST_KEY
from tests.accounts.legacy import HASH, MADE, counts, person, take
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.engines
@pytest.mark.parametrize("kind", ["$2b$", "$2a$", "$2y$"])
def test_somebody_signs_in_with_the_old_password_and_gets_a_new_hash(api: Any, kind: str) -> None:
    cache.set(LEGACY_COST_KEY, 0)
    take([person(password=kind + HASH[4:])])
    assert cache.get(LEGACY_COST_KEY) is None
    assert User.objects.get().password.startswith(f"bcrypt${kind}")
    answer = api.post("/api/auth/login", {"email": "P1@ejemplo.edu.co", "password": PASSWORD})
    assert answer.status_code == 200
    assert User.objects.get().password.startswith("argon2")
    assert api.post("/api/auth/login", {"email": "p1@ejemplo.edu.co", "password": "x"}).status_code == 401


@pytest.mark.parametrize(
    "document",
    [
        person(created_at=MADE, updated_at=MADE, last_login=MADE),
        person(
            nombre=...,
            name="P1",
            password=...,
            hashed_password=HASH.encode(),
            rol=...,
            role="USER",
            createdAt="2024-03-01T07:30:00-05:00",
            updatedAt="2024-03-01 12:30:00",
            lastLogin=1709296200,
            is_active=True,
        ),
        person(
            nombre=...,
            fullName=" P1 ",
            password="",
            passwordHash=HASH,
            rol=...,
            roles=["estudiante"],
            created_at=datetime(2024, 3, 1, 12, 30),
            updated_at=1709296200000,
            last_login="2024-03-01T12:30:00Z",
            activo="sí",
        ),
        person(
            email=..., correo=" P1@Ejemplo.edu.co", created=MADE, updated=MADE, ultimo_acceso=MADE, disabled=0
        ),
    ],
)
def test_every_spelling_of_a_person_is_the_same_person(document: dict[str, Any]) -> None:
    report = take([document])
    assert (counts(report)[0], report.notes) == ((1, 0, 0), [])
    user = User.objects.get()
    assert (user.email, user.nombre, user.rol, user.is_active) == ("p1@ejemplo.edu.co", "P1", "usuario", True)
    assert user.password == f"bcrypt${HASH}"
    assert (user.created_at, user.updated_at, user.last_login) == (MADE, MADE, MADE)
    assert not user.email_verified


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"email": ...}, "correo"),
        ({"email": 7}, "email no es texto"),
        ({"email": "sin-arroba"}, "correo"),
        ({"email": "аna@ejemplo.edu.co"}, "sin tildes"),
        ({"nombre": ["a"]}, "nombre no es texto"),
        ({"nombre": "x" * 151}, "150"),
        ({"password": ...}, "no tiene contraseña"),
        ({"password": "Secreta-en-claro-1"}, "no está como bcrypt"),
        ({"password": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"}, "no está como bcrypt"),
        ({"password": HASH + "x"}, "no está como bcrypt"),
        ({"password": HASH.replace("$04$", "$31$")}, "no está como bcrypt"),
        ({"password": {"$ne": None}}, "no está como bcrypt"),
        ({"rol": "superadmin"}, "--superadmins-as-admins"),
        ({"is_active": "quizás"}, "no se entiende si está activa"),
        ({"disabled": []}, "no se entiende si está activa"),
    ],
)
def test_what_cannot_be_taken_is_told_and_stops_nobody(changes: dict[str, Any], reason: str) -> None:
    report = take([person(1, **changes), person(2)])
    assert counts(report)[0] == (1, 0, 1)
    assert User.objects.get().email == "p2@ejemplo.edu.co"
    ((which, text),) = report.notes
    assert which.startswith("users 1")
    assert reason in text
    assert "Secreta" not in which + text


@pytest.mark.parametrize(
    ("rol", "becomes", "is_noted"),
    [
        ("admin", "admin", False),
        ("Soporte ", "soporte", False),
        ("invitado", "usuario", True),
        ("tutor", "usuario", True),
        ("rector", "usuario", True),
        (None, "usuario", True),
        (["admin", "usuario"], "usuario", True),
        (0, "usuario", True),
    ],
)
def test_roles_that_are_not_ours_become_usuario_and_are_told(rol: Any, becomes: str, is_noted: bool) -> None:
    report = take([person(rol=rol)])
    assert User.objects.get().rol == becomes
    assert [text for _, text in report.notes if "queda como usuario" in text] == [n for _, n in report.notes]
    assert bool(report.notes) == is_noted


def test_superadmins_become_admins_by_a_flag_alone() -> None:
    assert counts(take([person(rol="superadmin")]))[0] == (0, 0, 1)
    assert counts(take([person(rol="superadmin")], allow_superadmins=True))[0] == (1, 0, 0)
    assert User.objects.get().rol == "admin"


@pytest.mark.parametrize(
    "closed",
    [{"disabled": True}, {"is_active": False}, {"activo": 0}, {"estado": "Inactivo"}, {"blocked": "true"}],
)
def test_a_closed_account_stays_closed(api: Any, closed: dict[str, Any]) -> None:
    take([person(**closed)])
    assert not User.objects.get().is_active
    assert (
        api.post("/api/auth/login", {"email": "p1@ejemplo.edu.co", "password": PASSWORD}).status_code == 401
    )


@pytest.mark.parametrize(
    "date", ["ayer", "0001-01-01T00:00:00+05:00", 10**30, float("nan"), True, {}, "9999-12-31"]
)
def test_an_unreadable_date_is_left_out_and_told(date: Any) -> None:
    report = take([person(created_at=date, last_login=date)])
    assert counts(report)[0] == (1, 0, 0)
    assert len(report.notes) == 2
    assert User.objects.get().last_login is None


def test_who_confirmed_their_e_mail() -> None:
    take([person(1), person(2, email_verified=True), person(3, rol="soporte"), person(4, isVerified="x")])
    verified = User.objects.filter(email_verified=True).values_list("email", flat=True)
    assert sorted(verified) == ["p2@ejemplo.edu.co", "p3@ejemplo.edu.co"]
    take([person(5)], emails_verified=True)
    assert User.objects.get(email="p5@ejemplo.edu.co").email_verified


def test_the_same_e_mail_in_other_letters_is_one_person() -> None:
    report = take([person(1), person(2, email="P1@EJEMPLO.edu.co", nombre="Otra")])
    assert counts(report)[0] == (1, 0, 1)
    assert "repetido" in report.notes[0][1]
    assert User.objects.get().nombre == "P1"
