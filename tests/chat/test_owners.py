"""An account's conversation stays that account's, whoever learns its sender."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation, Owner, Recording
from apps.chat.services import handoff
from apps.chat.services.summaries import sum_up
from apps.logs.models import ChatTurn
from apps.logs.services import TurnRecord, record_turn
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


def test_a_recording_is_kept_in_the_conversation_beside_too(
    api: APIClient, say: Callable[..., Any], bearer: Headers, student: User, other: User, env: Any
) -> None:
    env(AUDIO_STORE=True)
    say(student, "hola")
    sound = SimpleUploadedFile("voice.webm", b"\x1a\x45\xdf\xa3" * 100, content_type="audio/webm")
    form = {"file": sound, "sender": SENDER}
    answer = api.post("/api/voice/transcribe", form, format="multipart", headers=bearer(other))
    assert answer.status_code == 200
    kept = Recording.objects.get()
    assert kept.user == other
    assert kept.sender_id != SENDER


@pytest.mark.engines
def test_a_turn_that_ends_after_somebody_became_the_owner_changes_no_owner(
    say: Callable[..., Any], student: User, other: User
) -> None:
    say(None, "hola")
    say(student, "hola")
    said = TurnRecord("rid-tarde-1", SENDER, "tarde", "embedded", user=other)
    sum_up(cast(ChatTurn, record_turn(said)))
    row = Conversation.objects.get()
    assert (row.user, row.turns, row.last_message) == (student, 3, "tarde")
