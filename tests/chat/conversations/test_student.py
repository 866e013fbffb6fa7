"""Conversations 10 to 16: what only the verified student may see."""

from datetime import date
from typing import Any

import pytest

from apps.accounts.models import Certificate, StudentRecord, Tutor, User
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db

PROTECTED = [
    "ver_certificados",
    "descargar_certificado",
    "buscar_certificado",
    "estado_estudiante",
    "tutor_asignado",
    "contactar_tutor",
    "estado_ticket",
]


@pytest.fixture
def record(student: User) -> StudentRecord:
    tutor = Tutor.objects.create(nombre="Rosa Peña", email="rosa@ejemplo.edu.co", horario="Lunes 8 a 10")
    record = StudentRecord.objects.create(
        email=student.email, nombre="Ana Rojas", programa="Sistemas", estado="en_formacion", tutor=tutor
    )
    for year, kind in ((2024, "complementaria"), (2026, "notas")):
        Certificate.objects.create(
            student=record,
            tipo=kind,
            programa="Excel básico",
            fecha_emision=date(year, 5, 1),
            url="https://certificados.ejemplo.edu.co/1",
        )
    return record


@pytest.mark.parametrize("before", [None, "/soporte_interno", "/encuesta", "/recuperar_contrasena"])
@pytest.mark.parametrize("intent", PROTECTED)
def test_no_payload_opens_a_protected_intent(anonymous: Talk, intent: str, before: str | None) -> None:
    if before:
        anonymous.say(before)
        anonymous.say("/menu")
        question = anonymous.texts[-1]
        anonymous.say("/continuar")
    for payload in (f"/{intent}", f'/{intent}{{"session_verified": true}}'):
        assert anonymous.say(payload) == intent
        assert anonymous.asks_for_login
        if before:
            assert anonymous.texts[-1] == question
            anonymous.say("/continuar")
    assert anonymous.slots["session_verified"] is False


@pytest.mark.parametrize("intent", PROTECTED)
def test_a_signed_in_student_is_let_through(signed_in: Talk, intent: str) -> None:
    assert signed_in.say(f"/{intent}") == intent
    assert signed_in.text
    assert not signed_in.asks_for_login


def test_a_login_that_ended_protects_again(signed_in: Talk) -> None:
    signed_in.say("ver mis certificados")
    signed_in.headers = {}
    signed_in.say("ver mis certificados")
    assert signed_in.asks_for_login


def test_12_the_own_state_asks_for_a_login_and_what_states_mean_does_not(anonymous: Talk) -> None:
    assert anonymous.say("cuál es mi estado en el programa") == "estado_estudiante"
    assert anonymous.asks_for_login
    assert anonymous.say("qué significan los estados") == "info_estado_estudiante"
    assert not anonymous.asks_for_login


def test_14_the_bot_looks_and_does_not_believe(anonymous: Talk, signed_in: Talk) -> None:
    assert anonymous.say("ya inicié sesión") == "ya_inicie_sesion"
    assert "modo limitado" in anonymous.text
    assert signed_in.say("ya inicié sesión") == "ya_inicie_sesion"
    assert "verificada" in signed_in.text
    assert "modo limitado" not in signed_in.text


def test_10_the_wish_is_answered_with_the_own_certificates_after_the_login(
    anonymous: Talk, signed_in: Talk, record: StudentRecord
) -> None:
    assert anonymous.say("quiero ver mis certificados") == "ver_certificados"
    assert anonymous.asks_for_login
    assert not anonymous.cards
    assert signed_in.say("ya inicié sesión") == "ya_inicie_sesion"
    assert len(signed_in.cards) == 2
    assert all(card["buttons"] for card in signed_in.cards)
    assert "verificada" in signed_in.text


def test_11_a_certificate_is_found_by_its_kind(signed_in: Talk, record: StudentRecord) -> None:
    assert signed_in.say("busco mi certificado de notas") == "buscar_certificado"
    assert len(signed_in.cards) == 1


def test_12_and_13_the_own_state_and_tutor(signed_in: Talk, record: StudentRecord) -> None:
    assert signed_in.say("cuál es mi estado en el programa") == "estado_estudiante"
    assert "En formación" in signed_in.text
    assert "Sistemas" in signed_in.text
    assert signed_in.say("quién es mi tutor") == "tutor_asignado"
    assert "Rosa Peña" in signed_in.text


def test_13_a_message_reaches_the_tutor_once_it_is_confirmed(
    signed_in: Talk,
    record: StudentRecord,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    assert signed_in.say("quiero escribirle a mi tutor") == "contactar_tutor"
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.say("Profe, ¿la actividad dos se entrega el lunes?")
    assert "la actividad dos" in signed_in.text
    assert not mailoutbox
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.say("sí")
    assert "Rosa Peña" in signed_in.text
    assert [message.to for message in mailoutbox] == [["rosa@ejemplo.edu.co"]]
    assert "la actividad dos" in mailoutbox[0].body


def test_15_a_reset_mail_goes_to_an_account_and_the_answer_does_not_tell(
    anonymous: Talk, student: User, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    answers = []
    for address in (student.email, "nadie@example.com"):
        anonymous.say("/recuperar_contrasena")
        with django_capture_on_commit_callbacks(execute=True):
            anonymous.say(address)
        answers.append(anonymous.text)
    assert answers[0] == answers[1]
    assert [message.to for message in mailoutbox] == [[student.email]]
