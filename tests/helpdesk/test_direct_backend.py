"""Actions in this process are told what the API would tell them, by the same words."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Certificate, StudentRecord, User
from apps.accounts.services import records
from apps.helpdesk.bot import DirectBackend, caller_of
from apps.helpdesk.models import SavedProgress, Survey, Ticket
from rasa.actions.backend import (
    BackendUnavailable,
    CertificateView,
    NewTicket,
    Progress,
    Refused,
    StateView,
    TicketView,
    TutorView,
)
from rasa.actions.types import Tracker
from tests.helpdesk.conftest import caller

pytestmark = pytest.mark.django_db
BACKEND = DirectBackend()
NEW = NewTicket(
    key="web-1:start",
    name="Ana Rojas",
    email="ana@ejemplo.edu.co",
    subject="No puedo entrar",
    message="La página queda en blanco.",
    kind="pqrs",
    document="1012345678",
    contact="correo",
    phone="300 123 4567",
    reason="pantalla_blanca",
)


@pytest.fixture
def known(student: User) -> Tracker:
    return Tracker(sender="web-1", claims=caller(student).claims())


UNKNOWN = Tracker(sender="web-1")


def test_a_ticket_is_opened_once_and_is_the_students(known: Tracker, student: User) -> None:
    number = BACKEND.create_ticket(known, NEW)
    assert BACKEND.create_ticket(known, NEW) == number
    ticket = Ticket.objects.get(number=number)
    assert (ticket.user, ticket.email_verified, ticket.source, ticket.kind) == (student, True, "bot", "pqrs")
    assert (ticket.cedula, ticket.prefer_contacto, ticket.phone, ticket.motivo_soporte) == (
        "1012345678",
        "correo",
        "300 123 4567",
        "pantalla_blanca",
    )
    today = timezone.localdate().isoformat()
    assert BACKEND.own_tickets(known) == [TicketView(number, "open", "No puedo entrar", today)]


def test_the_same_key_by_the_action_server_is_the_same_ticket(
    api: APIClient, service: dict[str, str], known: Tracker
) -> None:
    number = BACKEND.create_ticket(known, NEW)
    body = {"name": "A B", "email": NEW.email, "subject": "Otro", "message": "Otra cosa"}
    answer = api.post("/api/helpdesk/tickets", body, headers={**service, "Idempotency-Key": NEW.key})
    assert answer.json()["number"] == number


def test_what_is_wrong_is_refused_by_field() -> None:
    with pytest.raises(Refused) as refused:
        BACKEND.create_ticket(UNKNOWN, NewTicket("k", "A", "ana @x", "Asunto", "Mensaje"))
    assert (refused.value.code, set(refused.value.fields)) == ("invalid", {"name", "email"})


def test_the_own_records(known: Tracker, record: StudentRecord) -> None:
    Certificate.objects.create(
        student=record,
        tipo="notas",
        programa="Excel",
        fecha_emision=date(2026, 5, 1),
        url="https://c.example/1",
    )
    assert BACKEND.student_state(known) == StateView("en_formacion", "En formación", "Sistemas", "2758123")
    assert BACKEND.tutor(known) == TutorView("Rosa Peña", "rosa@ejemplo.edu.co", "601 555 0101", "")
    title, kind = "Certificado de notas: Excel", "Certificado de notas"
    assert BACKEND.certificates(known) == [
        CertificateView(title, kind, "Excel", "2026-05-01", "https://c.example/1")
    ]
    assert BACKEND.mail_tutor(known, "¿Nos vemos el jueves?") == "Rosa Peña"


OWN: dict[str, tuple[str, str, Callable[[Tracker], Any]]] = {
    "state": ("get", "/api/estado-estudiante", BACKEND.student_state),
    "tutor": ("get", "/api/tutor", BACKEND.tutor),
    "certificates": ("get", "/api/certificados", BACKEND.certificates),
    "tickets": ("get", "/api/helpdesk/tickets/mine", BACKEND.own_tickets),
    "mail": ("post", "/api/tutor/mensaje", lambda t: BACKEND.mail_tutor(t, "¿Nos vemos el jueves?")),
    "short mail": ("post", "/api/tutor/mensaje", lambda t: BACKEND.mail_tutor(t, "hola")),
}


def _nothing(record: StudentRecord) -> None:
    """As it is."""


def _no_tutor(record: StudentRecord) -> None:
    StudentRecord.objects.update(tutor=None)


def _no_record(record: StudentRecord) -> None:
    record.delete()


def _unconfirmed(record: StudentRecord) -> None:
    User.objects.update(email_verified=False)


def _temporary_password(record: StudentRecord) -> None:
    User.objects.update(must_change_password=True)


@pytest.mark.parametrize("what", OWN)
@pytest.mark.parametrize("spoil", [_nothing, _no_tutor, _no_record, _unconfirmed, _temporary_password])
def test_a_refusal_has_the_code_of_the_api(
    api: APIClient,
    student: User,
    record: StudentRecord,
    bearer: Callable[[User], dict[str, str]],
    what: str,
    spoil: Callable[[StudentRecord], None],
) -> None:
    spoil(record)
    student.refresh_from_db()
    method, path, ask = OWN[what]
    text = "hola" if what == "short mail" else "¿Nos vemos el jueves?"
    answer = getattr(api, method)(path, {"text": text}, headers=bearer(student))
    assert said_by(ask, Tracker(sender="web-1", claims=caller(student).claims())) == (
        None if answer.status_code == 200 else answer.json()["code"]
    )


def said_by(ask: Callable[[Tracker], Any], tracker: Tracker) -> str | None:
    try:
        ask(tracker)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("what", OWN)
def test_nobody_known_has_no_records(what: str) -> None:
    assert said_by(OWN[what][2], UNKNOWN) == "not_authenticated"


def test_a_student_reads_nothing_of_another_one(known: Tracker, record: StudentRecord) -> None:
    BACKEND.create_ticket(known, NEW)
    other = Tracker(sender="web-1", claims={"sub": "zajuna-7", "email": "luis@ejemplo.edu.co"})
    assert BACKEND.own_tickets(other) == []
    assert said_by(BACKEND.student_state, other) == "no_record"


def test_claims_without_an_e_mail_open_no_record(record: StudentRecord, student: User) -> None:
    claims = {"sub": str(student.pk), "nombre": "Ana"}
    assert said_by(BACKEND.tutor, Tracker(sender="web-1", claims=claims)) == "email_not_verified"
    assert caller_of(Tracker(sender="web-1", claims=claims)).user == student


def test_an_account_is_found_by_the_claims_and_a_disabled_one_is_not(student: User, soporte: User) -> None:
    def user(**claims: str) -> User | None:
        return caller_of(Tracker(sender="web-1", claims=claims)).user

    assert user(sub="zajuna-7", email=student.email) == student
    assert user(sub="zajuna-7", email=soporte.email) is None
    assert user(sub=str(soporte.pk), email="otra@ejemplo.edu.co") is None
    User.objects.update(is_active=False)
    assert user(sub=str(student.pk), email=student.email) is None


def test_a_form_and_a_survey_are_kept(known: Tracker) -> None:
    progress = Progress("soporte_form", {"soporte_mensaje": "hola", "n": None})
    BACKEND.save_progress(known, progress)
    assert BACKEND.load_progress(Tracker(sender="other", claims=known.claims)) == progress
    assert BACKEND.load_progress(UNKNOWN) is None
    BACKEND.discard_progress(known)
    assert not SavedProgress.objects.exists()
    BACKEND.save_survey(known, "k", 4, "")
    assert Survey.objects.get().level == 4
    with pytest.raises(Refused, match="invalid"):
        BACKEND.save_survey(known, "k", 9, "")


def test_reset_mails_are_limited_by_mailbox(student: User) -> None:
    for _ in range(5):
        BACKEND.request_password_reset(UNKNOWN, student.email)
    with pytest.raises(Refused, match="limited"):
        BACKEND.request_password_reset(UNKNOWN, student.email)


def test_a_database_that_fails_is_no_refusal(known: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(records, "own_state", fail)
    with pytest.raises(BackendUnavailable):
        BACKEND.student_state(known)


def test_titles_are_there(bot: Any) -> None:
    assert BACKEND.intent_titles()["menu_academico"]["es"]
