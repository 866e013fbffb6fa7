"""A conversation's owner: the bot is silent beside a person, and each step is somebody's and is said."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation, ConversationLine, Owner
from apps.chat.services import handoff
from apps.core.errors import AppError, Conflict, Invalid
from apps.intents.services.review.sources import Position, badly_understood
from apps.logs.models import ChatTurn
from tests.helpdesk.parallel import at_once

pytestmark = pytest.mark.django_db
SENDER = "web-1"


def said(api: APIClient, text: str, sender: str = SENDER, **options: Any) -> list[dict[str, Any]]:
    answer = api.post("/api/chat", {"sender": sender, "message": text}, **options)
    assert answer.status_code == 200
    messages: list[dict[str, Any]] = answer.json()
    assert messages
    return messages


def texts(messages: list[dict[str, Any]]) -> str:
    return "\n".join(one.get("text", "") for one in messages)


def conversation(sender: str = SENDER) -> Conversation:
    return Conversation.objects.select_related("agent").get(sender_id=sender)


def kinds() -> list[str]:
    return list(ConversationLine.objects.order_by("seq").values_list("kind", flat=True))


@pytest.fixture
def held(soporte: User) -> Conversation:
    return handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)


@pytest.fixture
def silent(bot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An engine that may not be asked for an answer."""
    asked: list[Any] = []
    monkeypatch.setattr(type(bot), "reply", lambda self, message: asked.append(message))
    yield
    assert asked == []


@pytest.mark.engines
def test_each_step_is_logged_with_who_and_when(soporte: User, admin: User) -> None:
    row = handoff.hand_over(sender=SENDER, note="Suele tardar poco.")
    assert (row.owner, row.agent) == (Owner.QUEUE, None)
    assert handoff.hand_over(sender=SENDER).lines == 1
    row = handoff.take(conversation=row, by=soporte)
    assert (row.owner, row.agent, row.agent_name) == (Owner.PERSON, soporte, "Iván")
    handoff.say(conversation=row, by=soporte, text=" Hola, Ana. ")
    row = handoff.put_back(conversation=row, by=soporte)
    assert (row.owner, row.agent, row.agent_name) == (Owner.QUEUE, None, "")
    row = handoff.take(conversation=row, by=admin)
    row = handoff.hand_back(conversation=row, by=admin)
    assert (row.owner, row.agent, row.lines) == (Owner.BOT, None, 6)
    logged = list(ConversationLine.objects.values_list("seq", "kind", "author", "text").order_by("seq"))
    assert logged == [
        (1, "queued", None, "Suele tardar poco."),
        (2, "taken", soporte.pk, ""),
        (3, "said", soporte.pk, "Hola, Ana."),
        (4, "queued", soporte.pk, ""),
        (5, "taken", admin.pk, ""),
        (6, "returned", admin.pk, ""),
    ]


def test_only_who_has_it_writes_and_gives_it_back(held: Conversation, soporte: User, admin: User) -> None:
    for refused in (
        lambda: handoff.say(conversation=held, by=admin, text="Hola"),
        lambda: handoff.hand_back(conversation=held, by=admin),
        lambda: handoff.put_back(conversation=held, by=admin),
        lambda: handoff.take(conversation=held, by=admin),
        lambda: handoff.take(conversation=held, by=admin, instead_of=admin.pk),
    ):
        with pytest.raises(Conflict, match=r"La tiene Iván Mora|No la tienes"):
            refused()
    assert kinds() == ["queued", "taken"]
    assert handoff.take(conversation=held, by=admin, instead_of=soporte.pk).agent == admin
    with pytest.raises(Conflict):
        handoff.say(conversation=held, by=soporte, text="¿Sigues ahí?")
    for bad in ("", " \n ", "a" * 4001):
        with pytest.raises(Invalid):
            handoff.say(conversation=held, by=admin, text=bad)


def test_an_answer_sent_twice_is_written_once(held: Conversation, soporte: User) -> None:
    first, second = (handoff.say(conversation=held, by=soporte, text="Hola", key="a1") for _ in range(2))
    assert (first.pk, conversation().lines) == (second.pk, 3)


def test_keys_that_begin_alike_or_are_used_again_elsewhere_lose_no_answer(
    held: Conversation, soporte: User
) -> None:
    start = "conversacion-0123456789-0123456789-"
    other = handoff.take(conversation=handoff.hand_over(sender="web-2"), by=soporte)
    for row, key in ((held, "1"), (held, "2"), (other, "2")):
        handoff.say(conversation=row, by=soporte, text=f"Mensaje {key}", key=start + key)
    written = ConversationLine.objects.filter(kind="said").order_by("sender_id", "seq")
    assert list(written.values_list("sender_id", "text")) == [
        (SENDER, "Mensaje 1"),
        (SENDER, "Mensaje 2"),
        ("web-2", "Mensaje 2"),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_of_eight_who_take_one_conversation_at_once_one_has_it() -> None:
    people = [User.objects.create_user(f"p{n}@ejemplo.edu.co", rol="soporte") for n in range(8)]
    row = handoff.hand_over(sender=SENDER)
    results = at_once(lambda n: handoff.take(conversation=row, by=people[n]), 8)
    winners = [one for one in results if isinstance(one, Conversation)]
    assert len(winners) == 1
    assert all(isinstance(one, Conversation | AppError) for one in results), results
    assert (conversation().agent, kinds()) == (winners[0].agent, ["queued", "taken"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_answers_written_at_once_are_numbered_without_a_gap(soporte: User) -> None:
    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    at_once(lambda n: handoff.say(conversation=row, by=soporte, text=f"Parte {n}"), 5)
    written = ConversationLine.objects.order_by("seq").values_list("seq", flat=True)
    assert list(written) == list(range(1, conversation().lines + 1))


def test_somebody_without_a_sender_is_not_handed_over(api: APIClient, bot: Any) -> None:
    for nobody in ("anonimo", "", f"anonimo-{'0f' * 16}"):
        with pytest.raises(Invalid):
            handoff.hand_over(sender=nobody)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("path", ["/chat", "/api/chat/rasa/rest/webhook", "/api/chat-proxy"])
def test_who_waits_is_answered_and_no_engine_is_asked(silent: None, api: APIClient, path: str) -> None:
    handoff.hand_over(sender=SENDER)
    answer = api.post(path, {"sender": SENDER, "message": "xqzt wvkj"}).json()
    assert "Sigues en espera de una persona" in texts(answer)
    assert answer[-1]["custom"] == {"type": "handoff", "owner": "queue", "agent": ""}
    assert answer[-1]["buttons"] == [{"title": "Volver al asistente", "payload": "/volver_al_bot"}]
    row = ChatTurn.objects.get()
    assert (row.engine, row.user_message, row.is_fallback) == ("person", "xqzt wvkj", False)
    assert (row.intent, row.confidence, row.error) == (None, None, None)
    assert row.bot_response == [answer[-1]["text"]]
    found = badly_understood(Position(row.timestamp), row.timestamp, 10)
    assert found.messages == []
    assert (conversation().turns, conversation().fallbacks, conversation().engine) == (1, 0, "")


def test_on_rasa_it_is_silent_and_goes_on_where_it_was(
    api: APIClient, on_rasa: Callable[..., Any], soporte: User
) -> None:
    stub = on_rasa()
    said(api, "hola")
    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    before = len([r for r in stub.seen if r.path.endswith("webhook")])
    assert "Iván recibió tu mensaje" in texts(said(api, "¿estás ahí?"))
    assert len([r for r in stub.seen if r.path.endswith("webhook")]) == before
    assert list(ChatTurn.objects.order_by("timestamp").values_list("engine", flat=True)) == ["rasa", "person"]
    handoff.hand_back(conversation=row, by=soporte)
    said(api, "hola")
    assert (conversation().engine, ChatTurn.objects.filter(engine="rasa").count()) == ("rasa", 2)


def test_clients_that_do_not_ask_get_a_persons_words_with_the_next_answer(
    api: APIClient, bot: Any, held: Conversation, soporte: User
) -> None:
    handoff.say(conversation=held, by=soporte, text="Hola, soy Iván.")
    first = said(api, "hola")
    assert "Iván: Hola, soy Iván." in texts(first)
    assert first[2]["custom"]["text"] == "Hola, soy Iván."
    assert "soy Iván" not in texts(said(api, "¿sigues?"))
    handoff.say(conversation=held, by=soporte, text="Ya quedó.")
    handoff.hand_back(conversation=held, by=soporte)
    last = said(api, "menú")
    assert texts(last).startswith("Iván: Ya quedó.\nVuelves a hablar con el asistente.")
    assert ChatTurn.objects.filter(intent="menu").count() == 1
    assert "Ya quedó" not in str(ChatTurn.objects.values_list("bot_response", flat=True))


@pytest.mark.parametrize("word", ["/volver_al_bot", "/cancelar", "Volver al bot", "cancelar"])
def test_who_waits_may_go_back_to_the_bot(api: APIClient, bot: Any, word: str) -> None:
    handoff.hand_over(sender=SENDER)
    assert "Vuelves a hablar con el asistente" in texts(said(api, word))
    assert (conversation().owner, kinds()) == (Owner.BOT, ["queued", "left"])
    again = said(api, "hola")
    assert "Hola" in texts(again)
    assert "Vuelves" not in texts(again)


def test_beside_a_person_only_the_way_back_itself_ends_it(
    api: APIClient, bot: Any, held: Conversation
) -> None:
    said(api, "cancelar")
    said(api, "/cancelar")
    assert conversation().owner == Owner.PERSON
    assert "Vuelves a hablar" in texts(said(api, "/volver_al_bot"))
    assert conversation().owner == Owner.BOT
    assert "Hablas con el asistente." in texts(said(api, "/volver_al_bot"))  # an old button
    assert not ChatTurn.objects.filter(is_fallback=True).exists()


def test_danger_is_answered_at_once_whoever_answers(silent: None, api: APIClient, held: Conversation) -> None:
    assert "123" in texts(said(api, "me quiero matar"))
    assert ChatTurn.objects.get().intent == "crisis"
    assert "123" not in texts(said(api, "¿a qué hora es la clase?"))


def test_danger_is_heard_by_its_words_when_the_engine_is_down(
    api: APIClient, env: Any, held: Conversation, on_rasa: Callable[..., Any]
) -> None:
    on_rasa(RASA_URL="http://127.0.0.1:9")
    assert "123" in texts(said(api, "me quiero matar"))


def test_a_strangers_word_ends_nothing_in_an_accounts_conversation(
    api: APIClient, bot: Any, student: User, soporte: User, bearer: Callable[[User], dict[str, str]]
) -> None:
    said(api, "hola", headers=bearer(student))
    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    handoff.say(conversation=row, by=soporte, text="Tu clave quedó lista.")
    for headers in ({}, bearer(soporte)):
        assert "clave" not in texts(said(api, "/volver_al_bot", headers=headers))
    assert (conversation().owner, conversation().user) == (Owner.PERSON, student)
    assert "Tu clave quedó lista." in texts(said(api, "¿y?", headers=bearer(student)))
