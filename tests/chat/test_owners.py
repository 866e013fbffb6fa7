"""An account's conversation stays that account's, whoever learns its sender."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation, Owner
from apps.chat.services import handoff
from apps.logs.models import ChatTurn
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SENDER = "web-1"
Headers = Callable[[User], dict[str, str]]


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("luis@ejemplo.edu.co", PASSWORD, nombre="Luis Gil")


@pytest.fixture
def say(api: APIClient, bot: Any, bearer: Headers) -> Callable[..., list[dict[str, Any]]]:
    def said(by: User | None, text: str, sender: str = SENDER) -> list[dict[str, Any]]:
        headers = bearer(by) if by else {}
        answer = api.post("/chat", {"sender": sender, "message": text}, headers=headers)
        assert answer.status_code == 200
        messages: list[dict[str, Any]] = answer.json()
        return messages

    return said


@pytest.mark.engines
def test_another_account_takes_nothing_over_and_has_a_conversation_beside_it(
    api: APIClient, say: Callable[..., Any], bearer: Headers, student: User, other: User, soporte: User
) -> None:
    say(student, "/encuesta")
    assert {message["recipient_id"] for message in say(other, "hola")} == {SENDER}
    mine = Conversation.objects.get(sender_id=SENDER)
    theirs = Conversation.objects.exclude(pk=mine.pk).get()
    assert (mine.user, theirs.user, theirs.turns) == (student, other, 1)
    assert "encuesta" in mine.state
    assert "encuesta_form" not in theirs.state
    say(other, "hola")
    assert Conversation.objects.count() == 2

    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    handoff.say(conversation=row, by=soporte, text="Tu clave quedó lista.")
    assert "clave" not in str(say(other, "/volver_al_bot"))
    assert Conversation.objects.get(pk=mine.pk).owner == Owner.PERSON
    for by, owner in ((other, "bot"), (student, "person")):
        news = api.get("/api/chat/messages", {"sender": SENDER}, headers=bearer(by)).json()
        assert (news["owner"], "clave" in str(news)) == (owner, by == student)


def test_a_rating_finds_the_turn_of_the_conversation_beside(
    api: APIClient, say: Callable[..., Any], bearer: Headers, student: User, other: User
) -> None:
    say(student, "hola")
    say(other, "hola")
    turn = ChatTurn.objects.get(user=other)
    rated = {"request_id": turn.request_id, "sender": SENDER, "value": "up"}
    assert api.post("/api/chat/feedback", rated).status_code == 404
    assert api.post("/api/chat/feedback", rated, headers=bearer(other)).status_code == 200


def test_what_somebody_began_before_the_login_stays_theirs(say: Callable[..., Any], student: User) -> None:
    say(None, "hola")
    say(student, "hola")
    assert Conversation.objects.get().user == student


def test_a_long_sender_has_room_for_the_one_beside(
    say: Callable[..., Any], student: User, other: User
) -> None:
    long = "x" * 128
    say(student, "hola", long)
    say(other, "hola", long)
    assert sorted(len(name) for name in Conversation.objects.values_list("sender_id", flat=True)) == [
        128,
        128,
    ]
