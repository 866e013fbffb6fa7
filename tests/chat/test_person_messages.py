"""GET /chat/messages: a student's client asks for what a person wrote, at once or patiently."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation
from apps.chat.services import handoff, polling

pytestmark = pytest.mark.django_db
SENDER = "web-1"
Headers = Callable[[User], dict[str, str]]
NOTHING = {"messages": [], "owner": "bot", "agent": None, "cursor": "0"}


def asked(api: APIClient, path: str = "/api/chat/messages", **query: Any) -> dict[str, Any]:
    options = {"headers": query.pop("headers", {})}
    answer = api.get(path, {"sender": SENDER, **query}, **options)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def held(soporte: User) -> Conversation:
    return handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)


@pytest.mark.engines
def test_what_was_written_is_read_once_and_in_order(
    api: APIClient, held: Conversation, soporte: User
) -> None:
    for text in ("Hola, Ana.", "¿Qué ves?"):
        handoff.say(conversation=held, by=soporte, text=text)
    first = asked(api, "/chat/messages")
    assert [(m["kind"], m["author"]) for m in first["messages"]] == [
        ("queued", None),
        ("taken", None),
        ("said", "Iván"),
        ("said", "Iván"),
    ]
    assert first["messages"][1]["text"] == "Ahora hablas con Iván, del equipo de soporte."
    assert set(first["messages"][0]) == {"id", "text", "author", "kind", "timestamp"}
    assert (first["owner"], first["agent"]) == ("person", "Iván")
    assert asked(api, after=first["cursor"])["messages"] == []
    assert Conversation.objects.get().delivered == 4
    later = asked(api, after=first["messages"][2]["timestamp"])
    assert [m["text"] for m in later["messages"]] == ["¿Qué ves?"]
    handoff.hand_back(conversation=held, by=soporte)
    last = asked(api, sender_id="other", after=first["cursor"], wait="undefined")
    assert ([m["text"] for m in last["messages"]], last["owner"], last["agent"]) == (
        ["Vuelves a hablar con el asistente."],
        "bot",
        None,
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"after": "ayer"}, "after"),
        ({"after": "-1"}, "after"),
        ({"after": "2026-13-01T00:00:00Z"}, "after"),
        ({"after": "9999-12-31T23:59:59-05:00"}, "after"),
        ({"wait": "21"}, "wait"),
        ({"wait": "-1"}, "wait"),
        ({"wait": "mucho"}, "wait"),
        ({"sender": "x" * 129}, "sender"),
    ],
)
def test_bad_questions_are_422(api: APIClient, query: dict[str, str], field: str) -> None:
    answer = api.get("/api/chat/messages", query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_long_list_comes_in_parts(api: APIClient, held: Conversation, soporte: User) -> None:
    for n in range(105):
        handoff.say(conversation=held, by=soporte, text=f"{n}")
    first = asked(api)
    rest = asked(api, after=first["cursor"])
    assert (len(first["messages"]), len(rest["messages"])) == (100, 7)
    assert rest["messages"][-1]["text"] == "104"


def test_an_accounts_conversation_is_read_by_that_account_alone(
    api: APIClient, bot: Any, student: User, soporte: User, bearer: Headers
) -> None:
    """Whoever else asks learns nothing, not even that there is one, and is not made to wait."""
    api.post("/chat", {"sender": SENDER, "message": "hola"}, headers=bearer(student))
    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    handoff.say(conversation=row, by=soporte, text="Tu clave quedó lista.")
    for headers in ({}, bearer(soporte), {"Authorization": "Bearer guest-ab12"}):
        assert asked(api, headers=headers, wait="20") == NOTHING
    assert asked(api, sender="no-such", wait="20") == NOTHING
    assert asked(api, sender="anonimo") == NOTHING
    assert "Tu clave quedó lista." in str(asked(api, headers=bearer(student)))


def test_who_logs_in_later_reads_nothing_of_the_one_before(
    api: APIClient, bot: Any, student: User, soporte: User, bearer: Headers
) -> None:
    """A browser that several share keeps its sender."""
    api.post("/chat", {"sender": SENDER, "message": "hola"}, headers=bearer(student))
    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    handoff.say(conversation=row, by=soporte, text="Tu clave quedó lista.")
    handoff.hand_back(conversation=row, by=soporte)
    other = User.objects.create_user("luis@ejemplo.edu.co", nombre="Luis")
    answer = api.post("/chat", {"sender": SENDER, "message": "hola"}, headers=bearer(other))
    assert "clave" not in answer.content.decode()
    assert Conversation.objects.get(sender_id=SENDER).user == student
    assert asked(api, headers=bearer(other))["messages"] == []


def test_a_token_is_asked_for_where_the_chat_asks_for_it(
    api: APIClient, env: Any, student: User, bearer: Headers
) -> None:
    env(CHAT_REQUIRE_AUTH=True)
    assert api.get("/chat/messages", {"sender": SENDER}).status_code == 401
    assert asked(api, headers=bearer(student)) == NOTHING


def test_asking_has_a_limit_of_its_own_and_takes_nothing_of_the_chats(
    api: APIClient, bot: Any, env: Any
) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=1)
    answers = [api.get("/chat/messages") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert (answers[1]["X-RateLimit-Limit"], answers[1]["X-RateLimit-Remaining"]) == ("300", "298")
    assert api.post("/chat", {"message": "hola"}).status_code == 200


def test_a_look_is_one_query_and_one_more_for_what_is_new(
    api: APIClient, held: Conversation, soporte: User
) -> None:
    with CaptureQueriesContext(connection) as queries:
        cursor = asked(api)["cursor"]
        first = len(queries)
    asked(api, after=cursor)
    with CaptureQueriesContext(connection) as queries:
        asked(api, after=cursor)
        assert (first, len(queries)) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_answered_as_soon_as_somebody_writes_and_holds_no_connection(
    api: APIClient, soporte: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LOOK_SECONDS", 0.05)
    row = handoff.take(conversation=handoff.hand_over(sender=SENDER), by=soporte)
    cursor, got, held = asked(api)["cursor"], [], []
    pause = polling.places.pause

    def watched(seconds: float) -> bool:
        held.append(connection.connection is not None)
        return pause(seconds)

    monkeypatch.setattr(polling.places, "pause", watched)

    def wait() -> None:
        got.append(asked(APIClient(), after=cursor, wait="15"))
        connection.close()

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not held:
        time.sleep(0.01)
    assert asked(api, after=cursor, wait="15")["messages"] == []  # a second one does not wait
    handoff.say(conversation=row, by=soporte, text="Ya voy.")
    waiting.join(timeout=10)
    assert [m["text"] for m in got[0]["messages"]] == ["Ya voy."]
    assert not any(held)


def test_only_some_may_wait_at_once(env: Any) -> None:
    env(WEB_THREADS=8)
    places = polling.Places()
    with places.one("a") as first, places.one("b") as second, places.one("c") as third:
        assert (first, second, third) == (True, True, False)
    with places.one("c") as again:
        assert again
