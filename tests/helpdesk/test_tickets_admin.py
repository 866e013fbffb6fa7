"""Staff see tickets and surveys, take tickets on and move them along."""

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.helpdesk.models import Source, Survey, Ticket
from apps.helpdesk.services.bot import save_survey
from apps.helpdesk.services.tickets import open_ticket
from tests.helpdesk.conftest import ASKED

pytestmark = pytest.mark.django_db
LIST = "/admin/helpdesk/ticket/"
SURVEYS = "/admin/helpdesk/survey/"


@pytest.fixture
def page(client: Client, soporte: User) -> Client:
    client.force_login(soporte)
    return client


def ticket(**values: Any) -> Ticket:
    return open_ticket(data={**ASKED, **values}, source=Source.BOT)


def numbers(page: Client, query: str) -> set[str]:
    text = page.get(f"{LIST}?{query}").content.decode()
    return {row.number for row in Ticket.objects.all() if row.number in text}


def test_the_list_is_searched_and_filtered(page: Client, soporte: User) -> None:
    first, second = ticket(cedula="1012345678"), ticket(subject="Otra cosa", kind="humano")
    Ticket.objects.filter(pk=second.pk).update(assignee=soporte, status="solved")
    for query, found in (
        ("", {first, second}),
        ("q=1012345678", {first}),
        (f"q={second.number}", {second}),
        ("status__exact=solved", {second}),
        ("kind__exact=soporte", {first}),
        ("responsable=yo", {second}),
        ("responsable=nadie", {first}),
    ):
        assert numbers(page, query) == {one.number for one in found}, query


def test_status_and_assignee_are_changed_and_nothing_else(page: Client, soporte: User, student: User) -> None:
    row = ticket()
    path = reverse("admin:helpdesk_ticket_change", args=[row.pk])
    form = {"status": "pending", "priority": "high", "assignee": str(soporte.pk), "subject": "hacked"}
    inline = {"surveys-TOTAL_FORMS": "0", "surveys-INITIAL_FORMS": "0"}
    assert page.post(path, {**form, **inline}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.priority, row.assignee, row.subject) == (
        "pending",
        "high",
        soporte,
        ASKED["subject"],
    )
    assert "Modificado" in page.get(f"{path[:-7]}history/").content.decode()
    wrong = page.post(path, {**form, **inline, "assignee": str(student.pk)})
    assert wrong.status_code == 200
    assert page.get(f"{LIST}add/").status_code == 403
    assert page.post(f"{path[:-7]}delete/", {"post": "yes"}).status_code == 403


def test_several_are_taken_on_and_solved_at_once(page: Client, soporte: User) -> None:
    keys = [str(ticket(subject=f"Asunto {n}").pk) for n in range(3)]
    for action in ("take", "solve"):
        page.post(LIST, {"action": action, "_selected_action": keys})
    assert set(Ticket.objects.values_list("status", "assignee")) == {("solved", soporte.pk)}


def test_surveys_are_read_and_taken_away_as_they_are_filtered(page: Client) -> None:
    number = ticket(conversation_id="web-1").number
    save_survey(key="a", level=1, comment="=mal", sender="web-1")
    save_survey(key="b", level=5, sender="web-2")
    shown = page.get(SURVEYS).content.decode()
    assert "=mal" in shown
    assert number in shown
    answer = page.get(f"{SURVEYS}export/?level=1")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=encuestas_")
    rows = list(csv.reader(b"".join(answer).decode().removeprefix("\ufeff").splitlines()))
    assert [row[1:] for row in rows] == [
        ["nivel", "comentario", "caso", "conversacion"],
        ["1", "'=mal", number, "web-1"],
    ]
    survey = Survey.objects.get(key="b")
    path = reverse("admin:helpdesk_survey_change", args=[survey.pk])
    assert page.post(path, {"level": "1"}).status_code == 403
