"""Students rate answers: named by request and sender together, the last word counts."""

import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.logs.models import ChatTurn, Feedback
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
PATH = "/api/chat/feedback"
GIVEN = {"request_id": "peticion-1", "sender": "web-1", "value": "down"}


@pytest.fixture
def said() -> ChatTurn:
    return turn(request_id="peticion-1", sender_id="web-1")


@pytest.mark.engines
def test_an_answer_of_the_chat_is_rated_by_the_id_that_came_with_it(
    api: APIClient, bot: EmbeddedEngine
) -> None:
    answer = api.post("/chat", {"message": "hola", "sender": "web-9"})
    given = {
        "request_id": answer["X-Request-ID"],
        "sender": "web-9",
        "value": "down",
        "comment": " No era eso ",
    }
    rated = api.post("/chat/feedback/", given)
    assert (rated.status_code, rated.json()) == (200, {"ok": True, "value": "down"})
    row = Feedback.objects.get()
    assert (row.turn.sender_id, row.value, row.comment) == ("web-9", "down", "No era eso")


@pytest.mark.engines
def test_the_last_word_counts(api: APIClient, said: ChatTurn) -> None:
    api.post(PATH, {**GIVEN, "comment": "mal"})
    first = Feedback.objects.get()
    api.post(PATH, GIVEN)
    assert Feedback.objects.get().comment == "mal"
    assert api.post(PATH, {**GIVEN, "value": "up"}).json() == {"ok": True, "value": "up"}
    row = Feedback.objects.get()
    assert (row.pk, row.turn_id, row.value, row.comment) == (first.pk, said.pk, "up", "")
    assert row.updated_at > first.updated_at


def test_a_request_id_used_twice_names_the_senders_newest_turn(api: APIClient, said: ChatTurn) -> None:
    turn(request_id="peticion-1", sender_id="otro")
    newest = turn(request_id="peticion-1", sender_id="web-1")
    assert api.post(PATH, GIVEN).status_code == 200
    assert Feedback.objects.get().turn_id == newest.pk


def test_without_a_sender_it_is_that_of_the_chat(api: APIClient) -> None:
    turn(request_id="peticion-1", sender_id="anonimo")
    assert api.post(PATH, {"request_id": "peticion-1", "value": "up"}).status_code == 200
    assert api.post(PATH, {**GIVEN, "sender": None, "sender_id": "anonimo"}).status_code == 200


def test_a_wrong_sender_and_an_unknown_request_are_answered_alike(
    api: APIClient, said: ChatTurn, student: User
) -> None:
    turn(request_id="peticion-2", sender_id="web-2", user=student)
    answers = [
        api.post(PATH, {**GIVEN, **wrong}).json()
        for wrong in ({"sender": "web-2"}, {"request_id": "peticion-2"}, {"request_id": "no-existe"})
    ]
    for answer in answers:
        answer.pop("request_id")
    assert answers[0]["code"] == "not_found"
    assert "request_id" in answers[0]["message"]
    assert answers[0] == answers[1] == answers[2]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": "meh"}, "value"),
        ({"value": 1}, "value"),
        ({"value": None}, "value"),
        ({"request_id": "corto"}, "request_id"),
        ({"request_id": "con espacio 1"}, "request_id"),
        ({"request_id": {"$gt": ""}}, "request_id"),
        ({"sender": 5}, "sender"),
        ({"sender": "x" * 129}, "sender"),
        ({"comment": "x" * 1001}, "comment"),
        ({"comment": ["no"]}, "comment"),
    ],
)
def test_bad_values_are_refused_by_name(
    api: APIClient, said: ChatTurn, wrong: dict[str, Any], field: str
) -> None:
    answer = api.post(PATH, {**GIVEN, **wrong})
    assert answer.status_code == 422, answer.content
    assert [row["field"] for row in answer.json()["errors"]] == [field]
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("body", ["[]", "null", '"hola"', "{", ""])
def test_a_body_that_is_no_object_is_refused(api: APIClient, body: str) -> None:
    assert api.post(PATH, body, content_type="application/json").status_code == 422


@pytest.mark.engines
def test_a_comment_is_stored_without_control_characters(api: APIClient, said: ChatTurn) -> None:
    comment = "No\x1b[31m era\x07 eso\r\nera otra" + "á" * 900
    answer = api.post(PATH, {**GIVEN, "comment": comment})
    assert answer.status_code == 200, answer.content
    assert Feedback.objects.get().comment == "No[31m era eso\nera otra" + "á" * 900


def test_rating_has_a_limit_of_its_own(api: APIClient, said: ChatTurn, env: Any, bot: EmbeddedEngine) -> None:
    env(RATE_LIMIT_MAX_REQUESTS=2)
    statuses = [api.post(PATH, GIVEN).status_code for _attempt in range(31)]
    assert statuses == [200] * 30 + [429]
    assert api.post("/api/chat", {"message": "hola"}).status_code == 200


def test_where_chatting_needs_a_login_so_does_rating(
    api: APIClient, said: ChatTurn, env: Any, bearer: Any, student: User
) -> None:
    env(CHAT_REQUIRE_AUTH=True)
    assert api.post(PATH, GIVEN).status_code == 401
    assert api.post(PATH, GIVEN, headers=bearer(student)).status_code == 200


# in Django admin


@pytest.mark.engines
def test_staff_find_badly_rated_turns_and_read_why(client: Client, soporte: User) -> None:
    bad = turn(user_message="la mala")
    Feedback.objects.create(turn=bad, value="down", comment="No era eso")
    Feedback.objects.create(turn=turn(user_message="la muda"), value="down")
    Feedback.objects.create(turn=turn(user_message="la buena"), value="up")
    turn(user_message="la callada")
    client.force_login(soporte)
    found = {
        wanted: {
            name
            for name in ("mala", "muda", "buena", "callada")
            if f">la {name}<" in client.get(f"/admin/logs/chatturn/?valoracion={wanted}").content.decode()
        }
        for wanted in ("down", "comentada", "up", "raro")
    }
    assert found == {
        "down": {"mala", "muda"},
        "comentada": {"mala"},
        "up": {"buena"},
        "raro": {"mala", "muda", "buena", "callada"},
    }
    assert "No sirvió: No era eso" in client.get("/admin/logs/chatturn/").content.decode()
    detail = client.get(f"/admin/logs/chatturn/{bad.pk}/change/").content.decode()
    assert "No era eso" in detail
    assert not re.search(r'name="feedback-0-(value|comment|DELETE)', detail)


@pytest.mark.engines
def test_the_turns_of_one_sender_read_as_a_conversation(client: Client, soporte: User) -> None:
    turn(sender_id="web-1", user_message="segunda", bot_response=["Te respondo", "otra vez"])
    turn(days_ago=1, sender_id="web-1", user_message="primera " + "larga " * 30)
    turn(sender_id="otra", user_message="ajena")
    client.force_login(soporte)
    html = client.get("/admin/logs/chatturn/?sender_id=web-1").content.decode()
    assert "ajena" not in html
    assert (
        html.index("primera " + "larga " * 29) < html.index("segunda") < html.index("Te respondo\notra vez")
    )
