"""Actions are told the same in this process and over HTTP, case by case."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches

from apps.accounts.callers import Caller
from apps.accounts.grants import grant_for
from apps.accounts.models import Certificate, StudentRecord, User
from apps.helpdesk.bot import DirectBackend
from apps.helpdesk.models import SavedProgress, Survey, Ticket, TicketComment, TutorMessage
from rasa.actions.backend import Backend, NewTicket, Progress, Refused
from rasa.actions.environment import Environment
from rasa.actions.http_backend import HttpBackend
from rasa.actions.types import Tracker
from tests.helpdesk.conftest import TOKEN, caller

pytestmark = pytest.mark.django_db(transaction=True)
NEW = NewTicket(
    "k1", "Ana Rojas", "ana@ejemplo.edu.co", "No puedo entrar", "Queda en blanco.", "humano", "123", "chat"
)
WRONG = NewTicket("k2", "A", "ana @x", "", "m" * 5001)
Ask = Callable[[Backend, Tracker], Any]


def several_mails(backend: Backend, tracker: Tracker) -> list[str]:
    return [backend.mail_tutor(tracker, f"¿Nos vemos el {day} de junio?") for day in range(1, 6)]


def kept(backend: Backend, tracker: Tracker) -> list[Any]:
    backend.save_progress(tracker, Progress("soporte_form", {"soporte_mensaje": "ñ", "n": None}))
    saved = backend.load_progress(tracker)
    backend.discard_progress(tracker)
    return [saved, backend.load_progress(tracker)]


def surveyed(backend: Backend, tracker: Tracker) -> Any:
    backend.save_survey(tracker, "s", 2, "lento")
    return Survey.objects.values_list("key", "level", "comment", "conversation_id", "user").get()


def ticketed(backend: Backend, tracker: Tracker) -> Any:
    backend.create_ticket(tracker, NEW)
    backend.create_ticket(tracker, NEW)
    row = Ticket.objects.get()
    for actor, text, is_public in (
        ("staff", "Prueba.", True),
        ("staff", "Es de la red.", False),
        ("requester", "No.", True),
    ):
        TicketComment.objects.create(ticket=row, actor=actor, text=text, is_public=is_public)
    said = (row.kind, row.cedula, row.prefer_contacto, row.tipo_soporte, row.source, row.conversation_id)
    return (
        *said,
        row.user,
        row.email_verified,
        [(one.subject, one.answer) for one in _own(backend, tracker)],
    )


def _own(backend: Backend, tracker: Tracker) -> list[Any]:
    return backend.own_tickets(tracker) if tracker.claims else []


CASES: dict[str, Ask] = {
    "state": lambda b, t: b.student_state(t),
    "tutor": lambda b, t: b.tutor(t),
    "certificates": lambda b, t: b.certificates(t),
    "tickets": lambda b, t: b.own_tickets(t),
    "ticket": ticketed,
    "wrong ticket": lambda b, t: b.create_ticket(t, WRONG),
    "mail": lambda b, t: b.mail_tutor(t, "¿Nos vemos el jueves?"),
    "short mail": lambda b, t: b.mail_tutor(t, "hola"),
    "many mails": several_mails,
    "reset": lambda b, t: b.request_password_reset(t, "ana@ejemplo.edu.co"),
    "many resets": lambda b, t: [b.request_password_reset(t, "ana@ejemplo.edu.co") for _ in range(6)],
    "reset of nothing": lambda b, t: b.request_password_reset(t, ""),
    "survey": surveyed,
    "wrong survey": lambda b, t: b.save_survey(t, "s", 9, ""),
    "progress": kept,
    "large progress": lambda b, t: b.save_progress(t, Progress("f", {"x": "y" * 17_000})),
    "titles": lambda b, t: b.intent_titles(),
}
PEOPLE = ("known", "unknown", "of the platform", "without a sender", "without a tutor", "unconfirmed")


def tracker_of(who: str, student: User) -> Tracker:
    if who == "unknown":
        return Tracker(sender="web-1")
    person = (
        Caller("zajuna-7", "luis@ejemplo.edu.co", "Luis") if who == "of the platform" else caller(student)
    )
    sender = "anonimo" if who == "without a sender" else "web-1"
    return Tracker(sender=sender, claims=person.claims(), grant=grant_for(person))


@pytest.fixture
def backends(live_server: Any, service: dict[str, str]) -> tuple[Backend, Backend]:
    tickets = f"{live_server.url}/api/helpdesk/tickets"
    environment = Environment(live_server.url, tickets, TOKEN, timeout=20.0)
    return DirectBackend(), HttpBackend(environment)


@pytest.mark.parametrize("who", PEOPLE)
def test_both_say_the_same(
    backends: tuple[Backend, Backend], bot: Any, student: User, record: StudentRecord, who: str
) -> None:
    Certificate.objects.create(
        student=record,
        tipo="notas",
        programa="Excel",
        fecha_emision=date(2026, 5, 1),
        url="https://c.example/1",
    )
    if who == "without a tutor":
        StudentRecord.objects.update(tutor=None)
    if who == "unconfirmed":
        User.objects.update(email_verified=False)
        student.refresh_from_db()
    tracker = tracker_of(who, student)
    told = {name: [said(ask, backend, tracker) for backend in backends] for name, ask in CASES.items()}
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1]} == {}
    assert not any(isinstance(one, Exception) for pair in told.values() for one in pair)


def said(ask: Ask, backend: Backend, tracker: Tracker) -> Any:
    """What it gave, or how it was refused; each begins with nothing kept and no quota used."""
    caches["limits"].clear()
    for model in (Ticket, Survey, SavedProgress, TutorMessage):
        model.objects.all().delete()
    try:
        return ask(backend, tracker)
    except Refused as refused:
        return ("refused", refused.code, sorted(set(refused.fields)))
