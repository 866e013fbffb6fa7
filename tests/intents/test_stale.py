"""Answers past their dates: who is told, and where."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.project import Response
from apps.core import jobs
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Intent
from apps.intents.selectors import known_intents
from apps.intents.services.intents import create_intent
from apps.intents.services.reminders import remind_owners
from tests.intents.admin_pages import ADD, LIST, answers, of, shown

pytestmark = pytest.mark.django_db


def day(away: int) -> str:
    return (timezone.localdate() + timedelta(days=away)).isoformat()


def fresh(name: str, *dated: Response, owner: User | None = None, **more: Any) -> Intent:
    return create_intent(data=IntentData(name, ("frase", "otra"), dated, **more), owner=owner)


OVER = Response("Vencida", valid_until=day(-1))
DUE = Response("Por revisar", review_by=day(0))
LAST_DAY = Response("Hasta hoy", valid_until=day(0), review_by=day(1))
LATER = Response("Desde mañana", valid_from=day(1))


@pytest.fixture
def several(soporte: User) -> None:
    fresh("vencida", OVER, owner=soporte)
    fresh("revisar", DUE, LATER)
    fresh("al_dia", LAST_DAY, LATER, owner=soporte)
    fresh("apagada", OVER, owner=soporte, is_active=False)


# in the list, on the page, on the dashboard


@pytest.mark.engines
def test_the_list_shows_who_has_answers_past_their_dates(page: Client, several: None, soporte: User) -> None:
    def found(query: str) -> list[str]:
        html = page.get(f"{LIST}?falta=review{query}").content.decode()
        return re.findall(r'/change/[^"]*">(\w+)</a>', html)

    assert found("") == ["revisar", "vencida"]
    assert found(f"&responsable={soporte.pk}") == ["vencida"]
    html = page.get(LIST).content.decode()
    assert "Respuestas vencidas o por revisar" in html
    row = re.search(r"<tr>.*?>vencida<.*?</tr>", html, re.S)
    assert row
    assert "4 avisos" in row[0]  # two sentences shared, few examples, and the answer


def test_the_page_says_what_the_dates_of_an_answer_mean(page: Client) -> None:
    html = page.get(of(fresh("notas", OVER, DUE, LATER))).content.decode()
    assert "Respuesta 1: venció el" in html
    assert "Respuesta 2: había que revisarla antes del" in html
    assert "Respuesta 3" not in re.findall(r'id="intent-notes">(.*?)</ul>', html, re.S)[0]
    assert "el bot la dice desde el" in html
    assert "Ninguna respuesta vale hoy" not in html
    assert "Ninguna respuesta vale hoy" in page.get(of(fresh("otra", OVER, LATER))).content.decode()


@pytest.mark.engines
def test_dates_are_typed_kept_and_taken_away(page: Client) -> None:
    dates = {"responses-0-valid_from": "2026-01-01", "responses-0-valid_until": "2026-12-31"}
    form = {
        "name": "notas",
        "examples": "hola",
        **answers("Hola"),
        **dates,
        "responses-0-review_by": "2026-06-30",
    }
    assert page.post(ADD, form).status_code == 302
    row = Intent.objects.get()
    dated = Response("Hola", valid_from="2026-01-01", valid_until="2026-12-31", review_by="2026-06-30")
    assert known_intents()[0].answers == (dated,)
    before = list(Answer.objects.values())
    assert page.post(of(row), shown(page, row)).status_code == 302
    assert list(Answer.objects.values()) == before
    assert page.post(of(row), shown(page, row) | {"responses-0-text": "Adiós"}).status_code == 302
    assert Answer.objects.get().review_by is not None
    gone = {"responses-0-valid_from": "", "responses-0-valid_until": "", "responses-0-review_by": ""}
    assert page.post(of(row), shown(page, row) | gone).status_code == 302
    assert known_intents()[0].answers == (Response("Adiós"),)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"valid_from": "2026-06-02", "valid_until": "2026-06-01"}, "vence antes de empezar"),
        ({"valid_until": "2026-02-30"}, "fecha"),
        ({"review_by": "mañana"}, "fecha"),
    ],
)
def test_dates_that_cannot_be_are_said_in_the_form(page: Client, typed: dict[str, str], text: str) -> None:
    form = {f"responses-0-{name}": value for name, value in typed.items()}
    answer = page.post(ADD, {"name": "notas", "examples": "hola", **answers("Hola"), **form})
    assert (answer.status_code, text in answer.content.decode()) == (200, True)
    assert not Intent.objects.exists()


def test_the_dashboard_counts_everybodys_and_ones_own(
    client: Client, bot: Any, several: None, soporte: User, admin: User
) -> None:
    for person, own in ((soporte, 1), (admin, 0)):
        client.force_login(person)
        html = client.get("/admin/").content.decode()
        card = re.search(r'<a href="([^"]*)">Respuestas por revisar.*?</li>', html, re.S)
        assert card
        assert f"Tuyas: {own}" in card[0]
        assert 'dashboard-value">2<' in card[0]
        assert "revisar" in client.get(card[1]).content.decode()


# by the API


def test_the_list_of_the_api_can_be_of_stale_ones_alone(staff: APIClient, several: None) -> None:
    def names(query: str) -> list[str]:
        return [one["name"] for one in staff.get(f"/api/admin/intents{query}").json()]

    assert names("?stale=true") == ["revisar", "vencida"]
    assert names("?stale=true&q=venc") == ["vencida"]
    assert len(names("?stale=false")) == len(names("?stale=undefined")) == len(names("")) == 4
    assert staff.get("/api/admin/intents?stale=quizas").status_code == 422
    assert staff.get("/api/admin/intents/paged?stale=1").json()["total"] == 2


@pytest.mark.engines
def test_dates_come_and_go_by_the_api(staff: APIClient) -> None:
    dates = {"valid_from": "2026-01-01", "valid_until": "2026-12-31", "review_by": None}
    body = {"intent": "notas", "examples": ["ver"], "responses": [{"text": "Sí", **dates}, "No"]}
    made = staff.post("/api/admin/intents", body, format="json").json()["intent"]
    assert made["responses"] == ["Sí", "No"]
    assert {name: made["answers"][0][name] for name in dates} == dates
    assert {made["answers"][1][name] for name in dates} == {None}
    texts = {"responses": ["Sí", "Nunca"]}  # a client that knows texts alone takes no date away
    kept = staff.put("/api/admin/intents/notas", texts, format="json").json()["intent"]["answers"]
    assert [one["valid_until"] for one in kept] == ["2026-12-31", None]
    changed = staff.put("/api/admin/intents/notas", {"responses": kept}, format="json")
    assert changed.json()["intent"]["answers"] == kept


@pytest.mark.parametrize(
    "dates",
    [
        {"valid_from": "2026-06-02", "valid_until": "2026-06-01"},
        {"valid_until": "31/05/2026"},
        {"valid_until": "2026-02-30"},
        {"review_by": 20260531},
        {"review_by": ["2026-05-31"]},
        {"valid_from": "20260531"},
        {"valid_from": "٢٠٢٦-٠٥-٣١"},
    ],
)
def test_dates_that_cannot_be_are_422_and_nothing_is_kept(staff: APIClient, dates: dict[str, Any]) -> None:
    body = {"intent": "notas", "examples": ["ver"], "responses": [{"text": "Sí", **dates}]}
    answer = staff.post("/api/admin/intents", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "responses")
    assert not Intent.objects.exists()


# by mail


@pytest.mark.engines
def test_each_owner_gets_one_mail_a_week_with_theirs_alone(
    several: None, soporte: User, admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    fresh("mia", OVER, DUE, owner=admin, title="La <mía>")
    with django_capture_on_commit_callbacks(execute=True):
        remind_owners()
        remind_owners()  # another worker
    assert {message.to[0] for message in mail.outbox} == {soporte.email, admin.email}
    assert len(mail.outbox) == 2
    [told] = [message for message in mail.outbox if message.to == [admin.email]]
    assert told.subject.startswith("Respuestas por revisar en ")
    assert "2 respuestas del bot" in told.body
    assert "La <mía>: venció el" in told.body
    assert f"/admin/intents/intent/{Intent.objects.get(name='mia').pk}/change/" in told.body
    assert f"?falta=review&responsable={admin.pk}" in told.body
    html = str(told.alternatives[0][0])  # type: ignore[attr-defined]
    assert "La &lt;mía&gt;" in html
    assert "vencida" not in told.body


def test_nobody_is_written_to_without_a_reason(
    soporte: User, student: User, django_capture_on_commit_callbacks: Any
) -> None:
    fresh("bien", LAST_DAY, LATER, owner=soporte)
    fresh("suya", OVER, owner=student)
    fresh("de_nadie", OVER)
    with django_capture_on_commit_callbacks(execute=True):
        remind_owners()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        ("2026-11-23T12:30:00", True),  # a Monday, 7:30 in Bogotá
        ("2026-11-23T07:30:00", False),
        ("2026-11-24T12:30:00", False),
        ("2026-11-23T12:31:00", False),
    ],
)
def test_the_mails_leave_on_monday_mornings_of_local_time(moment: str, is_due: bool) -> None:
    task = remind_owners.task.task_class()
    assert task.validate_datetime(datetime.fromisoformat(moment)) is is_due


def test_a_daily_job_is_due_once_a_day() -> None:
    job = jobs.daily(hour=19, minute=5)(lambda: None)
    try:
        start = datetime(2026, 5, 31, tzinfo=UTC).replace(tzinfo=None)
        minutes = [start + timedelta(minutes=n) for n in range(1440)]
        due = [moment for moment in minutes if job.task.task_class().validate_datetime(moment)]
        assert due == [datetime(2026, 5, 31, 0, 5)]  # 19:05 of the day before in Bogotá
    finally:
        jobs.queue._registry.unregister(job.task.task_class)
