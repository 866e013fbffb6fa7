"""Staff read the queue and work on it through the API; students write in their own tickets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.helpdesk.models import CannedAnswer, Source, Ticket, TicketComment
from apps.helpdesk.services.tickets import open_ticket
from tests.helpdesk.conftest import ASKED, caller

pytestmark = pytest.mark.django_db
PATH = "/api/helpdesk/tickets"
REVERSED = "desde=2026-12-31&hasta=2026-01-01"
Headers = Callable[[User], dict[str, str]]


def ticket(user: User | None = None, **values: Any) -> Ticket:
    by = {"caller": caller(user)} if user else {}
    return open_ticket(data={**ASKED, **values}, source=Source.PERSON if user else Source.BOT, **by)


@pytest.fixture
def staff(api: APIClient, soporte: User, bearer: Headers) -> APIClient:
    api.credentials(HTTP_AUTHORIZATION=bearer(soporte)["Authorization"])
    return api


def numbers(staff: APIClient, query: str) -> list[str]:
    answer = staff.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.json()
    return [row["subject"] for row in answer.json()["items"]]


@pytest.mark.engines
def test_the_queue_is_filtered_ordered_and_counted(staff: APIClient, soporte: User, admin: User) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    for subject, values in {
        "mío": {"assignee": soporte},
        "de otro": {"assignee": admin, "priority": "high", "status": "pending"},
        "viejo": {"due_at": long_ago, "created_at": long_ago, "first_response_at": long_ago},
        "sin respuesta": {"response_due_at": long_ago + timedelta(hours=1), "priority": "urgent"},
        "hecho": {"status": "solved", "due_at": long_ago, "response_due_at": long_ago},
        "100% (a.*b)": {"kind": "pqrs"},
        "sin plazo": {"due_at": None, "response_due_at": None, "status": "closed"},
    }.items():
        Ticket.objects.filter(pk=ticket(subject=subject).pk).update(**values)
    late = ["sin respuesta", "viejo"]
    day = timezone.localdate(long_ago).isoformat()
    for query, found in {
        "status=solved": ["hecho"],
        "status=solved,pending": ["hecho", "de otro"],
        "assignee=me": ["mío"],
        f"assignee={admin.pk}&status=undefined&desde=": ["de otro"],
        "assignee=none&status=open&kind=soporte": late,
        "overdue=true": late,
        "overdue=false&kind=pqrs": ["100% (a.*b)"],
        "q=a.*b": ["100% (a.*b)"],
        "q=100%25": ["100% (a.*b)"],
        "q=1.0": [],
        "q=MÍO" if connection.vendor != "sqlite" else "q=mío": ["mío"],
        "priority=high": ["de otro"],
        f"hasta={day}": ["viejo"],
        f"desde={day}&hasta={day}": ["viejo"],
        "desde=9999-12-31": [],
        "order=priority&page_size=2": ["sin respuesta", "de otro"],
        "order=due&page_size=2&status=open": ["viejo", "sin respuesta"],
        "order=due&page=7&page_size=1": ["sin plazo"],
        "page=5&page_size=2": [],
    }.items():
        assert numbers(staff, query) == found, query
    whole = staff.get(f"{PATH}?hasta=9999-12-31&page=2&page_size=4").json()
    assert (whole["total"], whole["page"], len(whole["items"])) == (7, 2, 3)
    assert staff.get(f"{PATH}/counts").json() == {
        "active": 5,
        "mine": 1,
        "unassigned": 3,
        "overdue": 2,
        "open": 4,
        "pending": 1,
        "solved": 1,
    }


def test_what_is_wrong_in_the_query_is_said(staff: APIClient) -> None:
    wrong = ("page=0", "page_size=1000000000", "desde=ayer", "assignee=yo", "status=abierto", "order=x")
    for query in (*wrong, "kind=x", "q=%00", "overdue=quizas", "priority=x", "hasta=2026-02-30", REVERSED):
        answer = staff.get(f"{PATH}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), query


def test_the_number_of_queries_does_not_follow_the_rows(
    staff: APIClient, soporte: User, student: User, bearer: Headers
) -> None:
    def queries(path: str, headers: dict[str, str] | None = None) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert staff.get(path, headers=headers or {}).status_code == 200
        return len(seen)

    own = bearer(student)
    first = ticket(student)
    for row in (first, *(ticket(student, subject=f"Asunto {n}") for n in range(6))):
        row.assignee = soporte
        row.save()
        TicketComment.objects.create(ticket=row, author=soporte, text="Listo.")
        if row is first:
            one = queries(PATH), queries(f"{PATH}/{first.pk}"), queries(f"{PATH}/mine", own)
    for n in range(5):
        TicketComment.objects.create(ticket=first, author=soporte, text=f"Listo {n}.")
    assert (queries(PATH), queries(f"{PATH}/{first.pk}"), queries(f"{PATH}/mine", own)) == one


@pytest.mark.engines
def test_a_ticket_is_read_changed_and_answered_with_its_history(
    staff: APIClient, soporte: User, admin: User
) -> None:
    row = ticket(conversation_id="web-1")
    seen = staff.get(f"{PATH}/{row.number.lower()}").json()
    assert seen == staff.get(f"{PATH}/{row.pk}").json()
    assert seen["transcript"] == {"sender": "web-1", "url": "/admin/chat/conversation/of/?sender=web-1"}
    assert (seen["transitions"], seen["overdue"]) == (["pending", "solved", "closed"], False)
    changes = {"priority": "high", "assignee": "me", "status": "pending", "version": seen["version"]}
    changed = staff.patch(f"{PATH}/{row.pk}", changes).json()
    assert changed["assignee"] == {"id": str(soporte.pk), "nombre": "Iván Mora"}
    assert changed["due_at"] < seen["due_at"]
    stale = staff.patch(f"{PATH}/{row.pk}", {**changes, "priority": "low"})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed")
    note = staff.post(f"{PATH}/{row.pk}/comments", {"text": " Es el navegador. ", "public": False})
    assert note.status_code == 201
    assert Ticket.objects.get().first_response_at is None
    answer = staff.post(f"{PATH}/{row.pk}/comments", {"text": "Prueba otra vez.", "status": "solved"})
    assert answer.json()["author"]["nombre"] == "Iván Mora"
    twice = staff.post(f"{PATH}/{row.pk}/comments", {"text": "Prueba otra vez."})
    assert twice.json()["id"] == answer.json()["id"]
    read = staff.get(f"{PATH}/{row.pk}").json()
    assert [(one["text"], one["public"]) for one in read["comments"]] == [
        ("Es el navegador.", False),
        ("Prueba otra vez.", True),
    ]
    assert {(one["field"], one["before"], one["after"]) for one in read["events"] if one["before"]} == {
        ("priority", "normal", "high"),
        ("status", "open", "pending"),
        ("status", "pending", "solved"),
    }
    assert {one["field"] for one in read["events"]} == {"status", "assignee", "priority", "first_response"}
    assert read["events"][-1]["actor"] == "requester"
    assert read["first_response_minutes"] is not None
    assert read["solved_at"] is not None


def test_what_cannot_be_done_to_a_ticket_is_said(staff: APIClient, student: User, admin: User) -> None:
    row = ticket()
    path = f"{PATH}/{row.pk}"
    for body, code in (
        ({}, "invalid"),
        ({"status": "abierto"}, "invalid_choice"),
        ({"assignee": str(student.pk)}, "not_staff"),
        ({"assignee": "00000000-0000-4000-8000-000000000000"}, "not_found"),
        ({"assignee": 5}, "invalid"),
        ({"priority": None}, "null"),
        ({"version": -1, "kind": "pqrs"}, "min_value"),
    ):
        answer = staff.patch(path, body)
        told = answer.json()
        assert answer.status_code == 422, body
        assert code in {told["code"], *(error["code"] for error in told.get("errors", []))}, told
    for body in ({"text": " "}, {"text": "a" * 5001}, {"text": 5}, {}, {"text": "a", "public": "no"}):
        assert staff.post(f"{path}/comments", body).status_code == 422
    assert staff.patch(path, {"assignee": str(admin.pk)}).status_code == 200
    taken = staff.patch(path, {"assignee": "me"})
    assert (taken.status_code, taken.json()["message"]) == (409, "Ya se encarga Luz Jiménez.")
    assert staff.patch(path, {"status": "closed"}).status_code == 200
    back = staff.patch(path, {"status": "solved"}).json()["errors"]
    assert back[0]["code"] == "transition"
    assert staff.post(f"{path}/comments", {"text": "Hola."}).json()["code"] == "closed"
    assert staff.post(f"{path}/comments", {"text": "Hola.", "status": "open"}).status_code == 201
    for key in ("nada", "T-2026-999999", "00000000-0000-4000-8000-000000000000"):
        assert staff.get(f"{PATH}/{key}").status_code == 404


def test_several_tickets_are_changed_at_once(staff: APIClient, admin: User) -> None:
    first, second = ticket(), ticket(subject="Otro")
    Ticket.objects.filter(pk=second.pk).update(assignee=admin)
    nobody = "00000000-0000-4000-8000-000000000000"
    body = {"ids": [str(first.pk), str(second.pk), nobody], "assignee": "me", "priority": "low"}
    answer = staff.patch(PATH, body).json()
    assert answer["done"] == [str(first.pk)]
    assert [(one["id"], one["code"]) for one in answer["errors"]] == [
        (str(second.pk), "taken"),
        (nobody, "not_found"),
    ]
    for wrong in ({"ids": []}, {"ids": ["x"]}, {"ids": [nobody] * 201}, {"ids": [nobody]}):
        assert staff.patch(PATH, wrong).status_code == 422


def test_canned_answers_come_filled_for_a_ticket(staff: APIClient) -> None:
    row = ticket(name="Ana {agente} %(x)s", subject="{0.__class__}")
    text = "Hola, {nombre}: vimos {numero} ({asunto}). {agente}"
    CannedAnswer.objects.create(name="Saludo", shortcut="saludo", text=text, text_en="Hi, {nombre}")
    CannedAnswer.objects.create(name="Vieja", shortcut="vieja", text="x", is_active=False)
    items = staff.get(f"/api/helpdesk/canned-answers?ticket={row.number}").json()["items"]
    assert [(one["shortcut"], one["text"], one["text_en"]) for one in items] == [
        (
            "saludo",
            f"Hola, Ana {{agente}} %(x)s: vimos {row.number} ({{0.__class__}}). Iván Mora",
            "Hi, Ana {agente} %(x)s",
        )
    ]
    assert staff.get("/api/helpdesk/canned-answers").json()["items"][0]["text"] == text
    assert staff.get("/api/helpdesk/canned-answers?ticket=T-1").status_code == 404


@pytest.mark.engines
def test_a_student_reads_answers_and_writes_in_the_own_ticket(
    api: APIClient, student: User, soporte: User, bearer: Headers
) -> None:
    row, other = ticket(student), ticket(email="otra@ejemplo.edu.co")
    own = f"{PATH}/mine/{row.number}/comments"
    TicketComment.objects.create(ticket=row, author=soporte, text="Prueba otra vez.")
    TicketComment.objects.create(ticket=row, author=soporte, text="Es difícil.", is_public=False)
    Ticket.objects.update(status="solved", solved_at=timezone.now(), solution_minutes=5)
    for path in (f"{PATH}/mine/{other.pk}/comments", f"{PATH}/mine/nada/comments"):
        assert api.post(path, {"text": "Sigue igual."}, headers=bearer(student)).status_code == 404
    said = api.post(own, {"text": "Sigue igual."}, headers=bearer(student))
    assert (said.status_code, said.json()["actor"]) == (201, "requester")
    mine = api.get(f"{PATH}/mine", headers=bearer(student)).json()["tickets"][0]
    assert (mine["status"], [one["text"] for one in mine["comments"]]) == (
        "open",
        ["Prueba otra vez.", "Sigue igual."],
    )
    assert set(mine["comments"][0]) == {"actor", "text", "created_at"}
    row.refresh_from_db()
    assert (row.solved_at, row.solution_minutes) == (None, None)
    Ticket.objects.update(status="closed")
    refused = api.post(own, {"text": "¿Hola?"}, headers=bearer(student))
    assert (refused.status_code, refused.json()["code"]) == (409, "closed")
