"""What a record may hold, and how other apps read it."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.models import Certificate, StudentRecord, Tutor
from apps.accounts.record_selectors import certificates_of, state_of, tutor_of

pytestmark = pytest.mark.django_db


@pytest.mark.engines
def test_an_e_mail_is_kept_in_one_spelling_and_once(db: None) -> None:
    made = StudentRecord.objects.create(email=" LUIS@Ejemplo.edu.co ", nombre="Luis", programa="x")
    made.refresh_from_db()
    assert made.email == "luis@ejemplo.edu.co"
    assert StudentRecord.objects.get(email="Luis@ejemplo.edu.co ") == made
    with pytest.raises(ValidationError, match="Ya existe"):
        StudentRecord(email="LUIS@ejemplo.edu.co", nombre="Luis", programa="x").full_clean()


@pytest.mark.parametrize("email", ["", "luis", "lúis@ejemplo.edu.co", "а@ejemplo.edu.co"])
def test_an_e_mail_that_is_none_is_refused(db: None, email: str) -> None:
    with pytest.raises(ValidationError):
        StudentRecord(email=email, nombre="Luis", programa="x").full_clean()


@pytest.mark.parametrize("url", ["http://a.example/1", "javascript:alert(1)", "ftp://a.example", "hola"])
def test_a_certificate_links_to_https_alone(url: str) -> None:
    certificate = Certificate(
        student=StudentRecord.objects.create(email="ana@y.co", nombre="Ana", programa="x"),
        tipo="otro",
        programa="x",
        fecha_emision=datetime.date(2026, 1, 1),
        url=url,
    )
    with pytest.raises(ValidationError, match="https"):
        certificate.full_clean()


def test_an_end_before_the_beginning_is_refused() -> None:
    ana = StudentRecord(email="ana@y.co", nombre="Ana", programa="x")
    ana.fecha_inicio, ana.fecha_fin = datetime.date(2025, 2, 3), datetime.date(2025, 2, 2)
    with pytest.raises(ValidationError, match="no puede ser anterior"):
        ana.full_clean()


@pytest.mark.engines
def test_the_bot_asks_by_e_mail(db: None) -> None:
    tutor = Tutor.objects.create(nombre="Rosa", email="rosa@y.co")
    ana = StudentRecord.objects.create(email="ana@y.co", nombre="Ana", programa="x", tutor=tutor)
    paper = Certificate.objects.create(
        student=ana, tipo="otro", programa="x", fecha_emision=datetime.date(2026, 1, 1)
    )
    asked = " Ana@Y.co "
    assert (state_of(asked), tutor_of(asked), certificates_of(asked)) == (ana, tutor, [paper])
    for nobody in ("", "nadie@y.co"):
        assert (state_of(nobody), tutor_of(nobody), certificates_of(nobody)) == (None, None, None)
