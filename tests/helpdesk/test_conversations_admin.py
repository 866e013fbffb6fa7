"""Staff read conversations: which there are, what was said, what the bot remembers, what came of it."""

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts import roles
from apps.accounts.models import User
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.models import Conversation
from apps.chat.services.summaries import sum_up
from apps.helpdesk.models import Source
from apps.helpdesk.services.bot import save_survey
from apps.helpdesk.services.tickets import open_ticket
from apps.logs.models import ChatTurn, Feedback
from tests.helpdesk.conftest import ASKED
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/conversation/"
REMEMBERED = ConversationState(slots={"soporte_mensaje": "no abre", "idioma": None}).to_json()


@pytest.fixture
def page(client: Client, soporte: User) -> Client:
    client.force_login(soporte)
    return client


def said(sender: str, text: str, **values: Any) -> ChatTurn:
    row = turn(sender_id=sender, user_message=text, **values)
    sum_up(row)
    return row


def conversation(sender: str = "web-1", **values: Any) -> Conversation:
    Conversation.objects.filter(sender_id=sender).update(**values)
    return Conversation.objects.get(sender_id=sender)


def address(row: Conversation) -> str:
    return reverse("admin:chat_conversation_change", args=[row.pk])


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.engines
def test_the_list_names_each_and_is_filtered(page: Client, student: User) -> None:
    said("web-1", "no puedo entrar", user=student, engine="embedded", is_fallback=True)
    said("web-1", "gracias", user=student)
    said("phone-7", "buenas", engine="rasa")
    open_ticket(data={**ASKED, "conversation_id": "web-1"}, source=Source.BOT)
    rows = html(page, LIST)
    for shown in ("web-1", "gracias", "50\u00a0%", "Ana Rojas", "phone-7", "buenas"):
        assert shown in rows
    for query, sender in (
        ("motor=rasa", "phone-7"),
        ("casos=si", "web-1"),
        ("casos=no", "phone-7"),
        ("q=buenas", "phone-7"),
        ("q=ana@ejemplo", "web-1"),
    ):
        found = html(page, f"{LIST}?{query}")
        assert [s for s in ("web-1", "phone-7") if f">{s}<" in found] == [sender], query


def test_one_is_read_as_it_was_said(page: Client, student: User, bot: Any) -> None:
    first = said(
        "web-1", "no puedo <entrar>", intent="problema_acceso", confidence=0.87, bot_response=["¿Qué ves?"]
    )
    said("web-1", "xqzt", is_fallback=True, user=student, error="empty_answer")
    Feedback.objects.create(turn=first, value="down", comment="No me sirvió eso")
    row = conversation(state=REMEMBERED)
    ticket = open_ticket(data={**ASKED, "conversation_id": "web-1"}, source=Source.BOT)
    save_survey(key="k", level=2, comment="lento", sender="web-1")
    shown = html(page, address(row))
    for text in ("no puedo &lt;entrar&gt;", "¿Qué ves?", "problema_acceso", "87 %", "No me sirvió eso"):
        assert text in shown
    for text in ("No se entendió", "empty_answer", "Ana Rojas", ticket.number, "2/5", "lento", "no abre"):
        assert text in shown
    assert "idioma" not in shown


def test_a_person_is_named_only_to_who_may_see_people(
    page: Client, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("web-1", "hola", user=student)
    monkeypatch.setitem(roles.PERMISSIONS, "accounts.view_user", roles.ADMINS)
    row = conversation()
    for path in (LIST, address(row), f"{LIST}?q=ana@ejemplo"):
        assert "Ana Rojas" not in html(page, path)
    exported = b"".join(page.get(f"{LIST}{row.pk}/export/json/")).decode()
    assert "ana@ejemplo" not in exported


@pytest.mark.engines
def test_a_long_one_comes_in_parts_and_begins_with_the_last(page: Client) -> None:
    for n in range(120):
        turn(sender_id="web-1", user_message=f"mensaje {n:03d}.", bot_response=["sí"])
    ChatTurn.objects.update(day=timezone.localdate())
    Conversation.objects.create(sender_id="web-1", turns=120)
    path = address(conversation())
    last, first = html(page, path), html(page, f"{path}?p=1")
    assert ("mensaje 119." in last, "mensaje 099." in last) == (True, False)
    assert ("mensaje 000." in first, "mensaje 049." in first, "mensaje 050." in first) == (True, True, False)
    assert "Parte 3 de 3" in last
    assert "Parte 3 de 3" in html(page, f"{path}?p=999")


@pytest.mark.parametrize("path", ["list", "one"])
def test_queries_do_not_grow_with_rows(page: Client, student: User, path: str) -> None:
    def count() -> int:
        where = LIST if path == "list" else address(conversation())
        with CaptureQueriesContext(connection) as queries:
            html(page, where)
        return len(queries)

    said("web-1", "hola", user=student)
    few = count()
    for n in range(20):
        said("web-1" if path == "one" else f"web-{n}", "hola", user=student)
        open_ticket(data={**ASKED, "conversation_id": "web-1", "subject": f"A {n}"}, source=Source.BOT)
        save_survey(key=str(n), level=3, sender="web-1")
    for row in ChatTurn.objects.all():
        Feedback.objects.create(turn=row, value="up")
    assert count() == few


def test_it_is_taken_away_whole(page: Client, student: User) -> None:
    said(
        "web-1",
        "=1+1",
        user=student,
        bot_response=["Hola.", "¿Qué necesitas?"],
        intent="saludo",
        confidence=0.9,
    )
    said("web-1", "nada\nmás")
    row = conversation(state=REMEMBERED)

    def taken(kind: str) -> str:
        answer = page.get(f"{LIST}{row.pk}/export/{kind}/")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=conversacion_")
        return b"".join(answer).decode()

    whole = json.loads(taken("json"))
    assert [one["estudiante"] for one in whole["turnos"]] == ["=1+1", "nada\nmás"]
    assert whole["turnos"][0]["bot"] == ["Hola.", "¿Qué necesitas?"]
    assert (whole["persona"], whole["slots"]) == (student.email, {"soporte_mensaje": "no abre"})
    cells = list(csv.reader(taken("csv").removeprefix("\ufeff").splitlines(keepends=True)))
    assert (cells[0][1], cells[1][1], cells[1][2]) == ("estudiante", "'=1+1", "Hola.\n¿Qué necesitas?")
    assert "Estudiante: =1+1\nBot: Hola.\nBot: ¿Qué necesitas?\n" in taken("txt")
    assert page.get(f"{LIST}{row.pk}/export/pdf/").status_code == 404


def test_a_ticket_and_a_turn_lead_to_it(page: Client) -> None:
    row = said("web 1/ñ", "hola")
    ticket = open_ticket(data={**ASKED, "conversation_id": "web 1/ñ"}, source=Source.BOT)
    link = "/admin/chat/conversation/of/?sender=web%201%2F%C3%B1"
    assert link in html(page, reverse("admin:logs_chatturn_change", args=[row.pk]))
    talk = reverse("admin:chat_conversation_change", args=[Conversation.objects.get().pk])
    assert talk in html(page, reverse("admin:helpdesk_ticket_change", args=[ticket.pk]))
    assert "/of/?sender=web+1%2F%C3%B1" in html(page, "/admin/logs/chatturn/")
    answer = page.get(link)
    assert answer.headers["Location"] == address(conversation("web 1/ñ"))
    assert page.get("/admin/chat/conversation/of/?sender=nadie").headers["Location"] == LIST


def test_rasa_is_asked_what_it_remembers(page: Client, on_rasa: Any) -> None:
    on_rasa()
    said("web-1", "hola", engine="rasa")
    path = address(conversation())
    assert "Preguntar a Rasa" in html(page, path)
    shown = html(page, f"{path}?rasa")
    assert '<th scope="row">idioma</th><td>es</td>' in shown


def test_a_rasa_that_does_not_answer_is_said(page: Client, on_rasa: Any, env: Any) -> None:
    on_rasa(RASA_URL="http://127.0.0.1:9")
    said("web-1", "hola", engine="rasa")
    assert "Rasa no responde ahora" in html(page, f"{address(conversation())}?rasa")


def test_forgetting_asks_first_and_is_for_admins(page: Client, admin: User) -> None:
    said("web-1", "hola")
    row = conversation(state=REMEMBERED)
    path = f"{LIST}{row.pk}/forget/"
    assert page.post(path, {"confirmed": "yes"}).status_code == 403
    page.force_login(admin)
    assert "¿Borrar lo que el bot recuerda" in html(page, path)
    assert conversation().state == REMEMBERED
    assert page.post(path, {"confirmed": "yes"}).status_code == 302
    assert (conversation().state, ChatTurn.objects.count()) == ("", 1)
    assert "Borró lo que el bot recordaba." in html(page, f"{LIST}{row.pk}/history/")


def test_what_the_bot_is_working_on_is_not_taken_from_it(page: Client, admin: User) -> None:
    said("web-1", "hola")
    row = conversation(state=REMEMBERED, locked_until=timezone.now() + timedelta(seconds=30))
    page.force_login(admin)
    answer = page.post(f"{LIST}{row.pk}/forget/", {"confirmed": "yes"}, follow=True)
    assert "El bot está respondiendo ahora" in answer.content.decode()
    assert conversation().state == REMEMBERED


def test_nobody_else_reads_them(client: Client, student: User) -> None:
    said("web-1", "hola")
    row = conversation()
    client.force_login(student)
    for path in (LIST, address(row), f"{LIST}of/?sender=web-1", f"{LIST}{row.pk}/export/txt/"):
        assert client.get(path).status_code == 302
