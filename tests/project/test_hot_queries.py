"""What is asked often finds its rows by an index, on each database, as the real code asks it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import sessions
from apps.accounts.services.purge import purge_over
from apps.chat.engines.embedded import EmbeddedEngine
from apps.helpdesk.services.deliveries import sweep_deliveries
from apps.helpdesk.services.waiting import look_after_waiting
from apps.intents.services.review.collecting import collect_reviews
from apps.logs.exports.services import expire_exports
from apps.logs.models import ChatTurn
from apps.logs.purging import purge_all
from apps.stats.services import count_missing_days
from tests.conftest import PASSWORD
from tests.project.plans import whole_reads

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
Ask = Callable[[Any], Any]
STAFF = "staff"


def get(path: str, **query: Any) -> Ask:
    return lambda ask: ask.get(path, query)


def post(path: str, **body: Any) -> Ask:
    return lambda ask: ask.post(path, body)


TICKET = {"name": "Ana", "email": "ana@ejemplo.edu.co", "subject": "Ayuda", "message": "No puedo entrar."}
SAID = {"message": "hola", "sender": "web-1"}
REQUESTS: dict[str, Ask] = {
    "a turn": post("/api/chat", **SAID),
    "the lines of a person": get("/api/chat/messages", sender="web-1", after=0),
    "a rating": post("/api/chat/feedback", sender="web-1", value="up", request_id="peticion-1"),
    "signing in": post("/api/auth/login", email="ana@ejemplo.edu.co", password=PASSWORD),
    "who am I": get("/api/auth/me"),
    "settings": get("/api/me/settings"),
    "the own state": get("/api/estado-estudiante"),
    "the own certificates": get("/api/certificados"),
    "unread": get("/api/logs/unread_count"),
    "the log": get("/api/admin/logs"),
    "the log by pages": get("/api/admin/logs", page=1, page_size=20),
    "the log of an intent": get("/api/admin/logs", intent="saludo", page=1),
    "the log of a sender": get("/api/admin/logs", sender="web-1", page=1),
    "the log of a status": get("/api/admin/logs", status="error", page=1),
    "the log of some days": get("/api/admin/logs", desde="2026-01-01", hasta="2026-01-31", page=1),
    "a search": get("/api/admin/logs", q="certificado matricula", page=1),
    "a search of an intent": get("/api/admin/logs", q="certificado", intent="saludo", page=1),
    "conversations": get("/api/logs"),
    "conversations of a sender": get("/api/logs", sender="web-1"),
    "conversations in which it was said": get("/api/logs", q="certificado", intent="saludo"),
    "not understood": get("/api/admin/intentos-fallidos/logs", desde="2026-01-01", page=1),
    "not understood most": get("/api/admin/intentos-fallidos/top", desde="2026-01-01", hasta="2026-12-31"),
    "the review inbox": get("/api/admin/review"),
    "the review's counts": get("/api/admin/review/counts"),
    "opening a ticket": post("/api/helpdesk/tickets", **TICKET, conversation_id="web-1"),
    "all tickets": get("/api/helpdesk/tickets"),
    "the queue's counts": get("/api/helpdesk/tickets/counts"),
    "the tickets of a status": get("/api/helpdesk/tickets", status="open"),
    "my tickets": get("/api/helpdesk/tickets", assignee="me", status="open"),
    "tickets that are late": get("/api/helpdesk/tickets", overdue="true"),
    "a ticket by its number": get("/api/helpdesk/tickets/T-2026-000001"),
    "the student's own tickets": get("/api/helpdesk/tickets/mine"),
    "figures": get("/api/admin/stats"),
    "the audit": get("/api/admin/audit"),
    "the audit of somebody": get("/api/admin/audit", actor="jefe@ejemplo.edu.co"),
    "the audit of a kind": get("/api/admin/audit", model="accounts.user"),
    "exports": get("/api/admin/exportaciones/historial"),
    "people": get("/api/admin/users", limit=20),
    "trainings": get("/api/admin/train/runs"),
}
JOBS: dict[str, Callable[[], Any]] = {
    "tickets to be delivered": sweep_deliveries,
    "conversations that wait": look_after_waiting,
    "messages for the review": collect_reviews,
    "exports whose time is over": expire_exports,
    "what is too old": purge_all,
    "sessions that have ended": purge_over,
    "days without figures": count_missing_days,
}


WHOLE = {
    ("signing in", "accounts_user"): "the cost of old passwords, once in five minutes",
    ("unread", "chat_conversation"): "of all conversations, which the panel does not ask for",
    ("the log by pages", "logs_chatturn"): "how many there are, once a minute when there are many",
    ("all tickets", "helpdesk_ticket"): "how many there are",
    ("people", "accounts_user"): "how many there are",
    ("figures", "accounts_user"): "people by role",
    ("sessions that have ended", "axes_accessattempt"): "attempts of the last minutes, which go with it",
}
"""What is read whole all the same, and why it may be."""


def reads(queries: CaptureQueriesContext, name: str) -> str:
    """One below the other."""
    found = whole_reads([query["sql"] for query in queries])
    return "\n".join(plan for table, plan in found if (name, table) not in WHOLE)


@pytest.fixture
def some_rows(student: User) -> ChatTurn:
    now = timezone.now() - timedelta(hours=1)
    return ChatTurn.objects.create(
        timestamp=now,
        day=timezone.localdate(now),
        request_id="peticion-1",
        sender_id="web-1",
        user_message="certificado de matrícula",
        engine="embedded",
    )


class Asking:
    """An administrator's client whose answers must be right ones."""

    def __init__(self, user: User) -> None:
        self.api = APIClient()
        self.headers = {"Authorization": f"Bearer {sessions.open_session(user=user).access_token}"}

    def get(self, path: str, query: Any) -> None:
        status = self.api.get(path, query, headers=self.headers).status_code
        assert status in {200, 404}, status

    def post(self, path: str, body: Any) -> None:
        status = self.api.post(path, body, headers=self.headers).status_code
        assert status in {200, 201}, status


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_reads_no_table_whole(
    bot: EmbeddedEngine, some_rows: ChatTurn, admin: User, name: str
) -> None:
    asking = Asking(admin)
    with CaptureQueriesContext(connection) as queries:
        REQUESTS[name](asking)
    assert reads(queries, name) == ""


@pytest.mark.parametrize("name", JOBS)
def test_a_job_reads_no_table_whole(some_rows: ChatTurn, env: Callable[..., Any], name: str) -> None:
    env(HELPDESK_KIND="zendesk", HELPDESK_WEBHOOK="https://mesa.example/in")
    with CaptureQueriesContext(connection) as queries:
        JOBS[name]()
    assert reads(queries, name) == ""
