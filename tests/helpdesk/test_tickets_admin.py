"""Staff see tickets and surveys in Django admin, take tickets on, answer them and move them along."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.helpdesk.models import CannedAnswer, Source, Survey, Ticket, TicketComment
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


def case(row: Ticket, do: str = "") -> str:
    return reverse("admin:helpdesk_ticket_do" if do else "admin:helpdesk_ticket_change", args=[row.pk])


@pytest.mark.engines
def test_the_list_is_searched_and_filtered(page: Client, soporte: User) -> None:
    first, second = ticket(cedula="1012345678"), ticket(subject="Otra cosa", kind="humano")
    late = timezone.now() - timedelta(days=3)
    Ticket.objects.filter(pk=first.pk).update(response_due_at=late)
    Ticket.objects.filter(pk=second.pk).update(assignee=soporte, status="solved", due_at=late)
    for query, found in (
        ("", {first}),
        ("cola=todos", {first, second}),
        ("q=1012345678", {first}),
        (f"q={second.number}", {second}),
        ("status__exact=solved", {second}),
        ("kind__exact=soporte", {first}),
        ("responsable=yo", {second}),
        ("responsable=nadie", {first}),
        ("cola=mios", set()),
        ("cola=vencidos", {first}),
        ("cola=sin-asignar", {first}),
        ("cola=resueltos", {second}),
    ):
        assert numbers(page, query) == {one.number for one in found}, query
    html = page.get(LIST).content.decode()
    assert 'Vencidos <span class="queue-count is-late">1</span>' in html
    assert '<b class="due is-late">Vencido</b>' in html


def test_what_is_due_first_stands_first_and_what_has_no_term_last(page: Client) -> None:
    now = timezone.now()
    rows = [ticket(subject=f"Asunto {n}") for n in range(4)]
    for row, terms in zip(
        rows,
        (
            {"due_at": None, "response_due_at": None},
            {"due_at": now + timedelta(hours=9), "response_due_at": now + timedelta(hours=1)},
            {"due_at": now + timedelta(hours=5), "response_due_at": None},
            {"due_at": None, "response_due_at": now + timedelta(hours=7)},
        ),
        strict=True,
    ):
        Ticket.objects.filter(pk=row.pk).update(**terms)
    html = page.get(LIST).content.decode()
    assert sorted(rows, key=lambda row: html.index(row.number)) == [rows[1], rows[2], rows[3], rows[0]]


def test_the_queue_costs_the_same_for_one_ticket_and_for_many(page: Client, soporte: User) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get(path).status_code == 200
        return len(seen)

    row = ticket()
    one = queries(LIST), queries(case(row))
    for n in range(6):
        other = ticket(subject=f"Asunto {n}")
        Ticket.objects.filter(pk=other.pk).update(assignee=soporte)
        TicketComment.objects.create(ticket=row, author=soporte, text=f"Nota {n}")
    assert (queries(LIST), queries(case(row))) == one


def test_a_ticket_is_taken_from_the_queue_by_one_of_two(page: Client, soporte: User, admin: User) -> None:
    row = ticket()
    taken = page.post(f"{LIST}take/", {"take": str(row.pk), "next": f"{LIST}?cola=mios"}, follow=True)
    assert f"Te encargas de {row}" in taken.content.decode()
    assert taken.redirect_chain == [(f"{LIST}?cola=mios", 302)]
    page.force_login(admin)
    told = page.post(f"{LIST}take/", {"take": str(row.pk), "next": "//malo.example/"}, follow=True)
    assert "Ya se encarga Iván Mora." in told.content.decode()
    assert told.redirect_chain == [(LIST, 302)]
    assert page.get(f"{LIST}take/").status_code == 403
    assert page.post(f"{LIST}take/", {"take": "nada"}).status_code == 404


def test_a_case_is_worked_on_at_its_page(page: Client, soporte: User, student: User) -> None:
    row = ticket(message="<script>alert(1)</script>", conversation_id="web-1")
    CannedAnswer.objects.create(name="Saludo", shortcut="saludo", text="Hola, {nombre}. Soy {agente}.")
    shown = page.get(case(row)).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert 'data-text="Hola, Ana Rojas. Soy Iván Mora."' in shown
    assert "/admin/chat/conversation/of/?sender=web-1" in shown
    facts = {"priority": "high", "kind": "pqrs", "assignee": str(soporte.pk), "subject": "otro"}
    version = {"version": "0"}
    assert page.post(case(row, "do"), {"do": "facts", **facts, **version}).status_code == 302
    row.refresh_from_db()
    assert (row.priority, row.kind, row.assignee, row.subject) == ("high", "pqrs", soporte, ASKED["subject"])
    told = page.post(case(row, "do"), {"do": "facts", "priority": "low", **version}, follow=True)
    assert "Alguien cambió el caso" in told.content.decode()
    page.post(case(row, "do"), {"do": "note", "text": "Es del navegador."})
    page.post(case(row, "do"), {"do": "answer:solved", "text": "Prueba otra vez."})
    shown = page.get(case(row)).content.decode()
    for text in ("Nota interna", "Es del navegador.", "Prueba otra vez.", "Abrir de nuevo"):
        assert text in shown
    for text in ("Estado: Abierto → Resuelto", "Responsable: nadie → Iván Mora", "Prioridad: Normal → Alta"):
        assert text in shown
    page.post(case(row, "do"), {"do": "status:closed"})
    refused = page.post(case(row, "do"), {"do": "answer", "text": "Lo que escribí \x00"})
    assert refused.status_code == 409
    assert "Lo que escribí" in refused.content.decode()
    for wrong in ({"do": "status:solved"}, {"do": "x"}, {"do": "facts", "assignee": str(student.pk)}):
        assert page.post(case(row, "do"), wrong, follow=True).content.decode().count("errorlist") == 0
        assert Ticket.objects.get().status == "closed"
    assert page.get(f"{LIST}add/").status_code == 403
    assert page.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert page.get(f"{LIST}{timezone.now().year}/change/").status_code == 404
    assert "Dejó una nota" in page.get(f"{LIST}{row.pk}/history/").content.decode()


def test_an_empty_list_says_what_will_be_there(page: Client) -> None:
    note = "Aquí aparecerá lo que los estudiantes respondan"
    assert note in page.get(SURVEYS).content.decode()
    assert note not in page.get(SURVEYS, {"q": "nada"}).content.decode()


@pytest.mark.parametrize("items", ["xyz", 5, {"a": 1}])
def test_metadata_of_any_shape_leaves_a_case_readable(page: Client, items: Any) -> None:
    row = ticket(metadata={"items": items, "canal": "<b>web</b>"})
    shown = page.get(case(row))
    assert shown.status_code == 200
    for text in ('<th scope="row">items</th>', "&lt;b&gt;web&lt;/b&gt;"):
        assert text in shown.content.decode()


def test_several_are_taken_assigned_and_moved_at_once_after_a_question(
    page: Client, soporte: User, admin: User
) -> None:
    keys = [str(ticket(subject=f"Asunto {n}").pk) for n in range(3)]
    Ticket.objects.filter(pk=keys[2]).update(assignee=admin)
    chosen = {"_selected_action": keys}
    everything = f"{LIST}?cola=todos"
    told = page.post(LIST, {"action": "take", **chosen}, follow=True).content.decode()
    assert "Te encargas de 2 casos." in told
    assert "Ya se encarga Luz Jiménez." in told
    for action, choice in (("assign", str(admin.pk)), ("set_priority", "urgent"), ("set_status", "solved")):
        asked = page.post(LIST, {"action": action, **chosen}).content.decode()
        assert "3 casos?" in asked
        assert not Ticket.objects.filter(status="solved").exists()
        done = {"action": action, "confirmed": "yes", "choice": choice, **chosen}
        told = page.post(LIST, done, follow=True).content.decode()
        assert ("2 casos cambiados." if action == "assign" else "3 casos cambiados.") in told
        assert ("1 caso ya estaba así." in told) == (action == "assign")
    values = Ticket.objects.values_list("status", "priority", "assignee")
    assert set(values) == {("solved", "urgent", admin.pk)}
    wrong = {"action": "set_status", "confirmed": "yes", "choice": "pending", **chosen}
    told = page.post(everything, wrong, follow=True).content.decode()
    assert f"{Ticket.objects.get(pk=keys[0])}: De «Resuelto» no se pasa a «En espera»." in told


def test_a_canned_answer_with_an_unknown_variable_is_refused(page: Client) -> None:
    add = reverse("admin:helpdesk_cannedanswer_add")
    good = {
        "name": "Saludo",
        "shortcut": "saludo",
        "text": "Hola, {nombre}.",
        "text_en": "",
        "is_active": "on",
    }
    for wrong in ({"text": "{nombre.__class__}"}, {"text_en": "{name}"}, {"shortcut": "Con Espacio"}):
        assert page.post(add, {**good, **wrong}).status_code == 200
    assert "{otra}" in page.post(add, {**good, "text": "{otra}"}).content.decode()
    assert not CannedAnswer.objects.exists()
    assert page.post(add, good).status_code == 302
    with pytest.raises(ValidationError):
        CannedAnswer(**{**good, "is_active": True}).full_clean()
    terms = page.get(reverse("admin:helpdesk_servicelevel_changelist")).content.decode()
    assert all(term in terms for term in ("1 hora hábil<", "1 día hábil<", "30 minutos hábiles<"))
    assert page.get(reverse("admin:helpdesk_servicelevel_add")).status_code == 403


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
