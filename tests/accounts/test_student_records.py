"""A student reads the own state, tutor and certificates, and never anybody else's."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import Certificate, StudentRecord, Tutor, User
from tests.accounts.signing import AUDIENCE, ISSUER, signed
from tests.keys import RSA_KEY, RSA_PUBLIC_PEM

pytestmark = pytest.mark.django_db
PATHS = ("/api/estado-estudiante", "/api/tutor", "/api/certificados")
Headers = Callable[[User], dict[str, str]]


def record(email: str, nombre: str = "Ana Rojas", **fields: Any) -> StudentRecord:
    return StudentRecord.objects.create(email=email, nombre=nombre, programa="Sistemas", **fields)


@pytest.fixture
def tutor(db: None) -> Tutor:
    return Tutor.objects.create(
        nombre="Rosa Peña", email="rosa@ejemplo.edu.co", telefono="601 555 0101", horario="Lunes 8 a 10"
    )


@pytest.fixture
def ana(tutor: Tutor) -> StudentRecord:
    """The record of the fixture `student`, and somebody else's beside it."""
    other = record("beto@ejemplo.edu.co", "Beto Díaz", estado="aplazado", tutor=tutor)
    Certificate.objects.create(
        student=other, tipo="titulo", programa="Cocina", fecha_emision=datetime.date(2026, 1, 1)
    )
    ana = record(
        "ana@ejemplo.edu.co",
        estado="en_formacion",
        documento="1012345678",
        ficha="2758123",
        modalidad="Presencial",
        jornada="Mañana",
        fecha_inicio=datetime.date(2025, 2, 3),
        tutor=tutor,
    )
    for year, kind, name in ((2024, "complementaria", ""), (2026, "notas", "Notas del primer año")):
        Certificate.objects.create(
            student=ana,
            tipo=kind,
            programa="Excel básico",
            nombre=name,
            fecha_emision=datetime.date(year, 5, 1),
            url="https://certificados.ejemplo.edu.co/1",
        )
    return ana


@pytest.fixture
def platform(outside: Callable[..., None]) -> Callable[..., dict[str, str]]:
    """Headers of a student of the learning platform, without an account here."""
    outside(JWT_PUBLIC_KEY=RSA_PUBLIC_PEM)

    def headers(**claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {signed(RSA_KEY, 'RS256', iss=ISSUER, aud=AUDIENCE, **claims)}"}

    return headers


def test_a_student_reads_the_own_state(
    api: APIClient, ana: StudentRecord, student: User, bearer: Headers
) -> None:
    answer = api.get("/api/estado-estudiante", headers=bearer(student))
    assert answer.status_code == 200
    body = answer.json()
    assert datetime.datetime.fromisoformat(body.pop("actualizado")).utcoffset() is not None
    assert body == {
        "estado": "En formación",
        "codigo": "en_formacion",
        "nombre": "Ana Rojas",
        "programa": "Sistemas",
        "ficha": "2758123",
        "modalidad": "Presencial",
        "jornada": "Mañana",
        "fecha_inicio": "2025-02-03",
        "fecha_fin": None,
    }


def test_a_student_reads_who_the_tutor_is(
    api: APIClient, ana: StudentRecord, student: User, bearer: Headers
) -> None:
    assert api.get("/api/tutor", headers=bearer(student)).json() == {
        "nombre": "Rosa Peña",
        "contacto": "rosa@ejemplo.edu.co · 601 555 0101",
        "email": "rosa@ejemplo.edu.co",
        "telefono": "601 555 0101",
        "horario": "Lunes 8 a 10",
    }


@pytest.mark.engines
def test_a_student_reads_the_own_certificates_newest_first(
    api: APIClient, ana: StudentRecord, student: User, bearer: Headers
) -> None:
    ids = [str(c.pk) for c in ana.certificates.order_by("-fecha_emision")]
    url = "https://certificados.ejemplo.edu.co/1"
    assert api.get("/api/certificados", headers=bearer(student)).json() == {
        "certificados": [
            {
                "id": ids[0],
                "tipo": "Certificado de notas",
                "programa": "Excel básico",
                "nombre": "Notas del primer año",
                "fecha_emision": "2026-05-01",
                "url": url,
            },
            {
                "id": ids[1],
                "tipo": "Formación complementaria",
                "programa": "Excel básico",
                "nombre": "Formación complementaria: Excel básico",
                "fecha_emision": "2024-05-01",
                "url": url,
            },
        ]
    }


@pytest.mark.parametrize("path", PATHS)
def test_without_a_record_the_answer_says_so(
    api: APIClient, student: User, bearer: Headers, path: str
) -> None:
    answer = api.get(path, headers=bearer(student))
    assert (answer.status_code, answer.json()["code"]) == (404, "no_record")
    assert "centro de formación" in answer.json()["detail"]


def test_a_record_without_tutor_and_certificates(api: APIClient, student: User, bearer: Headers) -> None:
    record(student.email)
    assert api.get("/api/estado-estudiante", headers=bearer(student)).json()["estado"] == "Matriculado"
    nobody = api.get("/api/tutor", headers=bearer(student))
    assert (nobody.status_code, nobody.json()["code"]) == (404, "no_tutor")
    assert api.get("/api/certificados", headers=bearer(student)).json() == {"certificados": []}


@pytest.mark.parametrize("path", PATHS)
def test_an_e_mail_that_nobody_confirmed_opens_nothing(
    api: APIClient, ana: StudentRecord, student: User, bearer: Headers, path: str
) -> None:
    User.objects.update(email_verified=False)
    answer = api.get(path, headers=bearer(student))
    assert (answer.status_code, answer.json()["code"]) == (403, "email_not_verified")
    assert "Olvidé mi contraseña" in answer.json()["detail"]


@pytest.mark.parametrize("path", PATHS)
def test_who_registers_with_somebodys_e_mail_reads_nothing(
    api: APIClient, ana: StudentRecord, env: Callable[..., Any], path: str
) -> None:
    """As services/people.create_person(is_email_verified=False) leaves such an account."""
    from apps.accounts.services.people import create_person
    from apps.accounts.services.tokens import issue_access_token

    thief = create_person(email="ANA@ejemplo.edu.co", password="Clave-segura-42", is_email_verified=False)
    headers = {"Authorization": f"Bearer {issue_access_token(user=thief.user)}"}
    assert api.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_a_student_of_the_platform_reads_by_the_e_mail_of_the_token(
    api: APIClient, ana: StudentRecord, platform: Callable[..., dict[str, str]], path: str
) -> None:
    assert api.get(path, headers=platform(email=" ANA@Ejemplo.edu.co")).status_code == 200
    assert api.get(path, headers=platform(email="otra@ejemplo.edu.co")).status_code == 404


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": 0},
        {"email": ""},
        {"email": None},
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_the_platform_must_vouch_for_the_e_mail(
    api: APIClient,
    ana: StudentRecord,
    platform: Callable[..., dict[str, str]],
    path: str,
    claims: dict[str, Any],
) -> None:
    answer = api.get(path, headers=platform(**claims))
    assert (answer.status_code, answer.json()["code"]) == (403, "email_not_verified")


@pytest.mark.parametrize(
    "look_alike",
    [
        "аna@ejemplo.edu.co",  # a Cyrillic a
        "ana@ejemplo.edu.co.evil.example",
        "ana@ejemplo.edu.c",
        "aña@ejemplo.edu.co",
        "ana%@ejemplo.edu.co",
        "ana@ejemplo.edu.co\u200b",
    ],
)
def test_a_look_alike_e_mail_is_somebody_else(
    api: APIClient, ana: StudentRecord, platform: Callable[..., dict[str, str]], look_alike: str
) -> None:
    for path in PATHS:
        assert api.get(path, headers=platform(email=look_alike)).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_staff_read_no_students_data_here(
    api: APIClient, ana: StudentRecord, admin: User, bearer: Headers, path: str
) -> None:
    assert api.get(path, headers=bearer(admin)).status_code == 404
    assert api.get(path, {"email": ana.email}, headers=bearer(admin)).status_code == 404
    assert api.get(path).status_code == 401


@pytest.mark.parametrize(("path", "queries"), list(zip(PATHS, (1, 1, 2), strict=True)))
def test_few_queries_however_many_certificates(
    api: APIClient, ana: StudentRecord, student: User, bearer: Headers, path: str, queries: int
) -> None:
    Certificate.objects.bulk_create(
        Certificate(student=ana, tipo="otro", programa=str(n), fecha_emision=datetime.date(2026, 1, 1))
        for n in range(30)
    )
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert api.get(path, headers=bearer(student)).status_code == 200
    asked = [q["sql"] for q in seen if "accounts_user" not in q["sql"]]
    assert len(asked) == queries
