"""A case for a person puts its conversation in the queue; staff take it, answer, and give it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation, ConversationLine, Owner
from apps.chat.services import handoff
from apps.helpdesk.models import Source, Status, Ticket
from apps.helpdesk.services.changes import change_ticket
from apps.helpdesk.services.comments import add_comment
from apps.helpdesk.services.handoff import answer_student, take_conversation
from apps.helpdesk.services.tickets import open_ticket
from apps.helpdesk.services.waiting import attended_from, look_after_waiting, waiting_note
from apps.helpdesk.tasks import look_after_conversations
from apps.logs.audit_words import lines_of
from tests.helpdesk.conftest import ASKED, caller
from tests.logs_shared import entries_on

pytestmark = pytest.mark.django_db
SENDER = "web-1"
FOR_A_PERSON = {**ASKED, "kind": "humano", "conversation_id": SENDER}
BOGOTA = ZoneInfo("America/Bogota")
Headers = Callable[[User], dict[str, str]]


def conversation() -> Conversation:
    return Conversation.objects.select_related("agent").get(sender_id=SENDER)


def last_line() -> ConversationLine:
    return ConversationLine.objects.order_by("-seq")[0]


@pytest.fixture
def asked(committed: Any) -> Ticket:
    with committed(execute=True):
        return open_ticket(data=FOR_A_PERSON, source=Source.BOT)


@pytest.fixture
def desk(client: Client, soporte: User) -> Client:
    client.force_login(soporte)
    return client


@pytest.mark.engines
def test_a_case_of_the_action_server_queues_its_conversation_and_solving_it_gives_it_back(
    api: APIClient, service: dict[str, str], committed: Any, soporte: User
) -> None:
    with committed(execute=True):
        answer = api.post("/api/helpdesk/tickets", FOR_A_PERSON, headers=service)
    assert (answer.status_code, conversation().owner) == (200, Owner.QUEUE)
    assert last_line().text
    handoff.take(conversation=conversation(), by=soporte)
    with committed(execute=True):
        change_ticket(ticket=Ticket.objects.get(), by=soporte, status=Status.SOLVED)
    assert (conversation().owner, last_line().kind) == (Owner.BOT, "solved")


def test_what_queues_nothing(api: APIClient, committed: Any, student: User, bearer: Headers) -> None:
    """A case of another kind, nobody's conversation, and a person who names somebody else's."""
    Conversation.objects.create(sender_id="hers", user=User.objects.create_user("eva@ejemplo.edu.co"))
    with committed(execute=True):
        open_ticket(data={**FOR_A_PERSON, "kind": "soporte"}, source=Source.BOT)
        for sender in ("anonimo", "", f"anonimo-{'0f' * 16}"):
            open_ticket(data={**FOR_A_PERSON, "conversation_id": sender}, source=Source.BOT)
        for sender in ("hers", "unknown"):
            body = {**FOR_A_PERSON, "conversation_id": sender}
            assert api.post("/api/helpdesk/tickets", body, headers=bearer(student)).status_code == 200
    assert list(Conversation.objects.values_list("sender_id", "owner")) == [("hers", "bot")]
    Conversation.objects.create(sender_id=SENDER, user=student)
    with committed(execute=True):
        mine = {**FOR_A_PERSON, "subject": "Lo mío"}
        open_ticket(data=mine, source=Source.PERSON, caller=caller(student))
    assert conversation().owner == Owner.QUEUE


def test_one_of_two_open_cases_solved_keeps_the_person(asked: Ticket, committed: Any, soporte: User) -> None:
    with committed(execute=True):
        open_ticket(data={**FOR_A_PERSON, "subject": "Otra cosa"}, source=Source.BOT)
        change_ticket(ticket=asked, by=soporte, status=Status.CLOSED)
    assert conversation().owner == Owner.QUEUE


def test_a_strangers_case_neither_keeps_a_conversation_nor_follows_it(
    asked: Ticket, committed: Any, student: User, soporte: User
) -> None:
    with committed(execute=True):
        data = {**FOR_A_PERSON, "subject": "Otra cosa"}
        foreign = open_ticket(data=data, source=Source.PERSON, caller=caller(student))
        take_conversation(conversation=conversation(), by=soporte)
        answer_student(conversation=conversation(), by=soporte, text="Hola")
        change_ticket(ticket=asked, by=soporte, status=Status.SOLVED)
    foreign.refresh_from_db()
    assert (foreign.assignee, foreign.first_response_at) == (None, None)
    assert conversation().owner == Owner.BOT


# --- by API


def test_staff_take_answer_and_give_back_by_api(
    api: APIClient, bot: Any, asked: Ticket, soporte: User, admin: User, bearer: Headers
) -> None:
    base = f"/api/admin/conversations/{SENDER}"
    mine, hers = bearer(soporte), bearer(admin)
    api.post("/chat", {"sender": SENDER, "message": "¿hay alguien?"})
    assert api.post(f"{base}/reply", {"text": "Hola"}, headers=mine).json()["code"] == "not_held"
    taken = api.post(f"{base}/take", {}, headers=mine)
    assert taken.json()["agent"] == {"id": str(soporte.pk), "nombre": "Iván Mora"}
    assert Ticket.objects.get().assignee == soporte
    refused = api.post(f"{base}/take", {}, headers=hers)
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")
    assert refused.json()["detail"] == "La tiene Iván Mora."
    key = {**mine, "Idempotency-Key": "k1"}
    ids = {api.post(f"{base}/reply", {"text": "Hola, Ana."}, headers=key).json()["id"] for _ in range(2)}
    assert len(ids) == 1
    read = api.get(f"{base}/messages", headers=hers).json()
    said = [(one["author"], one["name"], one["text"]) for one in read["messages"]]
    assert said[1][0:2] == ("student", None)
    assert said[1:3] == [
        ("student", None, "¿hay alguien?"),
        (
            "bot",
            None,
            "Tu mensaje quedó aquí para quien te atienda. Sigues en espera de una persona del equipo.",
        ),
    ]
    assert said[3:] == [
        ("notice", "Iván Mora", "La tomó una persona: Iván Mora"),
        ("person", "Iván Mora", "Hola, Ana."),
    ]
    again = api.get(f"{base}/messages", {"after": read["cursor"]}, headers=hers).json()
    assert again["messages"][-1]["id"] == read["messages"][-1]["id"]  # the last seconds may come again
    over = api.post(f"{base}/take", {"instead_of": str(soporte.pk)}, headers=hers)
    assert over.json()["agent"]["nombre"] == "Luz Jiménez"
    assert api.post(f"{base}/hand-back", {}, headers=mine).status_code == 409
    assert api.post(f"{base}/queue", {}, headers=hers).json()["owner"] == "queue"
    assert api.post(f"{base}/hand-back", {}, headers=mine).json()["owner"] == "bot"


@pytest.mark.engines
def test_who_took_it_from_whom_and_gave_it_back_stands_in_the_audit(
    api: APIClient, asked: Ticket, soporte: User, admin: User, bearer: Headers
) -> None:
    base, mine, hers = f"/api/admin/conversations/{SENDER}", str(soporte.pk), str(admin.pk)
    for path, who, body in (
        ("take", soporte, {}),
        ("take", soporte, {}),  # has it already
        ("take", admin, {"instead_of": mine}),
        ("hand-back", soporte, {}),  # not theirs
        ("queue", admin, {}),
        ("hand-back", soporte, {}),
    ):
        api.post(f"{base}/{path}", body, headers={**bearer(who), "X-Request-ID": "peticion-1"})
    entries = entries_on(conversation())[::-1]
    told = [(one.changes["owner"], one.changes.get("agent"), one.actor_id) for one in entries]
    assert told == [
        (["queue", "person"], ["", mine], soporte.pk),
        (["person", "person"], [mine, hers], admin.pk),
        (["person", "queue"], [hers, ""], admin.pk),
        (["queue", "bot"], None, soporte.pk),
    ]
    assert (entries[0].cid, entries[0].object_repr) == ("peticion-1", SENDER)
    shown = {one.name: (one.before, one.after) for one in lines_of(entries[0])}
    assert shown["la atiende"] == (["–"], ["Iván Mora"])


@pytest.mark.engines
def test_a_sender_that_no_database_takes_is_not_found(
    desk: Client, api: APIClient, soporte: User, bearer: Headers
) -> None:
    answer = api.get("/api/admin/conversations/web%00/messages", headers=bearer(soporte))
    assert answer.status_code == 404
    assert desk.get(reverse("admin:chat_conversation_of"), {"sender": "web\0"}).status_code == 302


def test_bad_requests_of_staff(api: APIClient, asked: Ticket, soporte: User, bearer: Headers) -> None:
    base = f"/api/admin/conversations/{SENDER}"
    for path, body, status in (
        ("take", {"instead_of": "nadie"}, 422),
        ("take", [], 422),
        ("reply", {"text": ""}, 422),
        ("reply", {"text": "a" * 4001}, 422),
        ("reply", {"text": 5}, 422),
    ):
        assert api.post(f"{base}/{path}", body, headers=bearer(soporte)).status_code == status, (path, body)
    for query in ({"after": "ayer"}, {"limit": 101}, {"limit": 0}):
        assert api.get(f"{base}/messages", query, headers=bearer(soporte)).status_code == 422
    for sender in ("nadie", "x" * 129):
        path = f"/api/admin/conversations/{sender}/messages"
        assert api.get(path, headers=bearer(soporte)).status_code == 404


# --- in Django admin


def test_staff_answer_from_a_cases_page(desk: Client, bot: Any, asked: Ticket, soporte: User) -> None:
    page = reverse("admin:helpdesk_ticket_change", args=[asked.pk])
    row = conversation()

    def to(name: str) -> str:
        return reverse(f"admin:chat_conversation_{name}", args=[row.pk])

    assert "El estudiante espera a una persona." in desk.get(page).content.decode()
    assert desk.get(to("take")).status_code == 405
    answer = desk.post(to("take"), {"next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "La tienes tú" in desk.get(page).content.decode()
    said = {"text": "Hola <b>Ana</b>", "key": "k"}
    for _ in range(2):
        assert desk.post(to("reply"), said, headers={"Accept": "application/json"}).json() == {"ok": True}
    assert ConversationLine.objects.filter(kind="said").count() == 1
    refused = desk.post(to("reply"), {"text": " "}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["message"]) == (422, "Escribe el mensaje.")
    news = desk.get(to("said"), {"after": row.created_at.isoformat(), "next": page}).json()
    assert "Hola &lt;b&gt;Ana&lt;/b&gt;" in news["html"]
    assert (news["is_bots"], f'value="{page}"' in news["panel"]) == (False, True)
    assert desk.get(to("said"), {"after": "zzz"}).status_code == 200
    desk.post(to("back"), {"next": "https://evil.example/"})
    assert conversation().owner == Owner.BOT
    history = desk.get(reverse("admin:chat_conversation_history", args=[row.pk])).content.decode()
    assert "Tomó la conversación." in history
    assert "Devolvió la conversación al bot." in history


def test_an_answer_to_a_case_is_said_in_the_chat_that_waits_for_it(
    desk: Client, bot: Any, asked: Ticket, soporte: User, committed: Any
) -> None:
    page, do = (reverse(f"admin:helpdesk_ticket_{name}", args=[asked.pk]) for name in ("change", "do"))
    shown = desk.get(page).content.decode()
    assert "Tu respuesta le llega al chat y por correo. Al responder tomas la conversación." in shown
    too_long = desk.post(do, {"do": "answer", "text": "a" * 4001})
    assert (too_long.status_code, conversation().owner) == (422, Owner.QUEUE)
    for _click in range(2):
        told = desk.post(do, {"do": "answer", "text": "Hola, Ana."}, follow=True).content.decode()
        assert "Respondió en el chat y por correo." in told
    assert conversation().agent == soporte
    assert Ticket.objects.get().assignee == soporte
    with committed(execute=True):
        desk.post(do, {"do": "answer:solved", "text": "Quedó listo."})
    kinds = list(ConversationLine.objects.order_by("seq").values_list("kind", "text"))
    assert kinds[1:] == [("taken", ""), ("said", "Hola, Ana."), ("said", "Quedó listo."), ("solved", "")]
    assert conversation().owner == Owner.BOT
    assert "Tu respuesta le llega por correo, no al chat." in desk.get(page).content.decode()


def test_an_answer_goes_to_no_colleagues_chat_and_to_no_strangers(
    asked: Ticket, admin: User, soporte: User, student: User
) -> None:
    data = {**FOR_A_PERSON, "kind": "soporte", "subject": "Otra cosa"}
    foreign = open_ticket(data=data, source=Source.PERSON, caller=caller(student))
    assert not add_comment(ticket=foreign, by=soporte, text="Lo tuyo.").is_in_chat
    handoff.take(conversation=conversation(), by=admin)
    assert not add_comment(ticket=asked, by=soporte, text="Hola").is_in_chat
    assert add_comment(ticket=asked, by=admin, text="Hola").is_in_chat
    assert ConversationLine.objects.filter(kind="said").count() == 1


def test_a_colleagues_conversation_is_taken_after_a_question(
    desk: Client, asked: Ticket, admin: User, soporte: User
) -> None:
    row = handoff.take(conversation=conversation(), by=admin)
    path = reverse("admin:chat_conversation_take", args=[row.pk])
    desk.post(path, {})
    assert conversation().agent == admin
    over = f"{path}?instead={admin.pk}"
    assert "¿Quitarle esta conversación a Luz Jiménez?" in desk.get(over).content.decode()
    assert conversation().agent == admin
    desk.post(over, {"confirmed": "yes"})
    assert conversation().agent == soporte


def test_the_list_shows_who_waits_and_who_answers(desk: Client, asked: Ticket, admin: User) -> None:
    held = handoff.take(conversation=handoff.hand_over(sender="web-held"), by=admin)
    Conversation.objects.create(sender_id="web-bots")
    for word, sender in (("queue", SENDER), ("person", held.sender_id), ("bot", "web-bots"), ("yo", "")):
        found = desk.get(f"/admin/chat/conversation/?responde={word}").content.decode()
        shown = [s for s in (SENDER, "web-held", "web-bots") if f">{s}<" in found]
        assert shown == ([sender] if sender else []), word


def test_a_transcript_has_all_sides_in_order(desk: Client, bot: Any, asked: Ticket, soporte: User) -> None:
    api = APIClient()
    row = handoff.take(conversation=conversation(), by=soporte)
    api.post("/chat", {"sender": SENDER, "message": "¿hola?"})
    handoff.say(conversation=row, by=soporte, text="=SUMA(1)")
    base = f"/admin/chat/conversation/{row.pk}/export"
    text = b"".join(desk.get(f"{base}/txt/")).decode()
    order = [
        text.index(part) for part in ("La tomó una persona", "Estudiante: ¿hola?", "Iván Mora: =SUMA(1)")
    ]
    assert order == sorted(order)
    assert ",Iván Mora,'=SUMA(1)" in b"".join(desk.get(f"{base}/csv/")).decode()
    page = desk.get(reverse("admin:chat_conversation_change", args=[row.pk])).content.decode()
    order = [page.index(part) for part in ("La tomó una persona", "¿hola?", "=SUMA(1)")]
    assert order == sorted(order)


def test_students_have_no_part_in_it(client: Client, asked: Ticket, student: User) -> None:
    client.force_login(student)
    for name in ("take", "reply", "back", "queue", "said"):
        path = reverse(f"admin:chat_conversation_{name}", args=[conversation().pk])
        assert client.post(path).status_code == 302
    assert conversation().owner == Owner.QUEUE


# --- whoever waits


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-27T10:00", "2026-11-27T10:00"),
        ("2026-11-27T06:00", "2026-11-27T08:00"),
        ("2026-11-27T17:00", "2026-11-30T08:00"),
        ("2026-11-29T12:00", "2026-11-30T08:00"),
        ("2026-12-31T20:00", "2027-01-04T08:00"),
    ],
)
def test_when_somebody_is_there(now: str, then: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BOGOTA)
    assert attended_from(moment) == datetime.fromisoformat(then).replace(tzinfo=BOGOTA)


def test_who_asks_at_night_reads_when_somebody_is_there() -> None:
    night = datetime(2026, 11, 27, 22, 0, tzinfo=BOGOTA)
    assert waiting_note(night) == (
        "Ahora no hay nadie del equipo: te escriben desde las 8:00 a.m. del lunes 30 de noviembre."
    )
    assert waiting_note(datetime(2026, 11, 27, 9, 0, tzinfo=BOGOTA)) == "Suele tardar unos minutos."


@pytest.mark.engines
def test_who_waits_long_is_told_once_and_given_back_to_the_bot_in_the_end(asked: Ticket) -> None:
    now = timezone.now()
    assert look_after_waiting(now) == {"told": 0, "returned": 0}
    assert look_after_waiting(now + timedelta(minutes=11)) == {"told": 1, "returned": 0}
    assert last_line().kind == "late"
    assert look_after_waiting(now + timedelta(minutes=15)) == {"told": 0, "returned": 0}
    assert look_after_waiting(now + timedelta(hours=8, minutes=1)) == {"told": 0, "returned": 1}
    assert (conversation().owner, last_line().kind) == (Owner.BOT, "expired")
    assert look_after_waiting(now + timedelta(days=1)) == {"told": 0, "returned": 0}


def test_a_person_who_writes_is_not_idle(asked: Ticket, soporte: User) -> None:
    row = handoff.take(conversation=conversation(), by=soporte)
    Conversation.objects.update(attended_at=timezone.now() - timedelta(hours=7, minutes=59))
    handoff.say(conversation=row, by=soporte, text="Sigo aquí.")
    look_after_waiting(timezone.now() + timedelta(minutes=5))
    assert conversation().owner == Owner.PERSON
    Conversation.objects.update(attended_at=timezone.now() - timedelta(hours=9))
    look_after_conversations()
    assert conversation().owner == Owner.BOT


def test_who_has_left_the_team_leaves_a_conversation_that_waits(
    asked: Ticket, soporte: User, admin: User
) -> None:
    row = handoff.take(conversation=conversation(), by=soporte)
    soporte.delete()
    assert conversation().is_waiting
    assert handoff.take(conversation=row, by=admin).agent == admin
