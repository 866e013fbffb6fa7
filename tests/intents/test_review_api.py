"""The review inbox by API (docs/review.md)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.intents.knowledge import IntentData
from apps.intents.models import Example, Intent, ReviewGroup
from apps.intents.services.intents import create_intent
from apps.intents.services.review import decisions
from apps.logs.models import Feedback
from tests.intents.review_inbox import STRANGE, group_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bot")]
PATH = "/api/admin/review"


@pytest.fixture
def desk(api: APIClient, soporte: User, bearer: Any) -> APIClient:
    api.credentials(HTTP_AUTHORIZATION=bearer(soporte)["Authorization"])
    return api


@pytest.fixture
def notas() -> Intent:
    return create_intent(data=IntentData("notas", ("ver mis notas",)))


def found(desk: APIClient, **query: Any) -> list[str]:
    return [row["text"] for row in desk.get(PATH, query).json()["items"]]


@pytest.mark.engines
def test_the_list_tells_what_waits_and_what_the_model_makes_of_it(desk: APIClient) -> None:
    group = group_of(STRANGE, "no sube")
    body = desk.get(PATH).json()
    assert {key: body[key] for key in ("total", "page", "page_size")} == {
        "total": 1,
        "page": 1,
        "page_size": 50,
    }
    (row,) = body["items"]
    assert row["known_as"]["intent"] == row["guesses"][0]["intent"]
    assert len(row["guesses"]) <= 3
    given = {key: row[key] for key in ("id", "text", "message_count", "wording_count", "reasons", "state")}
    assert given == {
        "id": str(group.pk),
        "text": STRANGE,
        "message_count": 2,
        "wording_count": 2,
        "reasons": ["fallback"],
        "state": "open",
    }
    assert row["last_at"].endswith("-05:00")
    assert (row["intent"], row["decided_by"], row["decided_at"]) == (None, None, None)


@pytest.mark.engines
def test_the_list_is_filtered_ordered_and_paged(desk: APIClient, notas: Intent, soporte: User) -> None:
    now = timezone.now()
    group_of("no carga", "no sube la tarea", last_at=now - timedelta(days=2))
    group_of("no abre", reasons="low thumbs_down")
    decisions.assign_group(group=group_of("no va").pk, intent="notas", by=soporte)
    day = timezone.localdate(now - timedelta(days=1)).isoformat()
    assert found(desk) == ["no carga", "no abre"]
    assert found(desk, order="newest") == ["no abre", "no carga"]
    assert found(desk, state="assigned") == ["no va"]
    assert set(found(desk, state="all")) == {"no carga", "no abre", "no va"}
    assert found(desk, reason="thumbs_down") == ["no abre"]
    assert found(desk, q="TARÉA") == ["no carga"]
    assert found(desk, q=".*") == []
    assert found(desk, desde=day) == ["no abre"]
    assert found(desk, hasta=day) == ["no carga"]
    assert found(desk, desde="", hasta="undefined", q="undefined") == ["no carga", "no abre"]
    assert found(desk, hasta="9999-12-31") == ["no carga", "no abre"]
    assert found(desk, page=2, page_size=1) == ["no abre"]
    assert found(desk, limit=1, offset=1) == ["no abre"]
    assert found(desk, page=3) == []
    (row,) = desk.get(PATH, {"state": "assigned"}).json()["items"]
    assert (row["intent"], row["decided_by"]) == ("notas", "Iván Mora")


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "reason=x",
        "order=x",
        "desde=ayer",
        "hasta=2026-13-01",
        "page=0",
        "page_size=1000000",
        "limit=0",
    ],
)
def test_an_unreadable_query_is_refused(desk: APIClient, query: str) -> None:
    assert desk.get(f"{PATH}?{query}").status_code == 422


def test_the_list_costs_the_same_however_many_groups_there_are(
    desk: APIClient, django_assert_max_num_queries: Any
) -> None:
    group_of("no carga")
    with django_assert_max_num_queries(3):
        desk.get(PATH)
    for number in range(20):
        group_of(f"no abre {number}")
    with django_assert_max_num_queries(3):
        assert desk.get(PATH).json()["total"] == 21


@pytest.mark.engines
def test_one_group_is_read_with_its_messages(desk: APIClient) -> None:
    group = group_of("no carga", "no sube")
    turn = group.items.first().turn  # type: ignore[union-attr]
    Feedback.objects.create(turn=turn, value="down", comment="No era eso")
    body = desk.get(f"{PATH}/{group.pk}").json()
    first, second = body["items"]
    assert {
        key: first[key] for key in ("text", "reason", "sender_id", "request_id", "comment", "example")
    } == {
        "text": "no carga",
        "reason": "fallback",
        "sender_id": "web-1",
        "request_id": "rrrrrrrr",
        "comment": "No era eso",
        "example": None,
    }
    assert second["comment"] == ""
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        assert desk.get(f"{PATH}/{wrong}").status_code == 404


@pytest.mark.engines
def test_a_group_is_assigned_and_undone(desk: APIClient, notas: Intent) -> None:
    group = group_of("no carga", "mi correo ana@x.co")
    body = desk.post(f"{PATH}/{group.pk}/assign", {"intent": "notas"}).json()
    assert (body["added"], body["known"], body["group"]["state"]) == (1, 0, "assigned")
    assert [row["code"] for row in body["refused"]] == ["personal_data"]
    again = desk.post(f"{PATH}/{group.pk}/discard")
    assert (again.status_code, again.json()["code"]) == (409, "group_decided")
    assert "Iván Mora" in again.json()["message"]
    assert desk.post(f"{PATH}/{group.pk}/undo").json()["added"] == -1
    assert desk.post(f"{PATH}/{group.pk}/undo").status_code == 409
    body = desk.post(
        f"{PATH}/{group.pk}/assign", {"intent": "notas", "texts": ["mi correo", "No carga"]}
    ).json()
    assert body["added"] == 2
    assert set(Example.objects.filter(origin="review").values_list("text", flat=True)) == {
        "mi correo",
        "No carga",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"intent": 5}, 422),
        ({"intent": "no_existe"}, 404),
        ({"intent": "notas", "texts": []}, 422),
        ({"intent": "notas", "texts": ["x" * 501]}, 422),
        ({"intent": "notas", "texts": [{"text": "x"}]}, 422),
        ({"intent": "notas", "texts": ["a"] * 201}, 422),
        ({"intent": "notas", "force": "yes"}, 422),
        ({"intent": "notas", "force": True}, 403),
    ],
)
def test_a_wrong_assignment_is_refused(desk: APIClient, notas: Intent, body: Any, status: int) -> None:
    group = group_of("no carga")
    assert desk.post(f"{PATH}/{group.pk}/assign", body).status_code == status
    assert ReviewGroup.objects.get().is_open


def test_an_intent_is_made_by_who_may_make_them(staff: APIClient, admin: User) -> None:
    group = group_of("¿dan uniformes?")
    given = {"intent": "uniformes", "answer": "En marzo.", "title": "Uniformes"}
    made = staff.post(f"{PATH}/{group.pk}/create-intent", given)
    assert (made.status_code, made.json()["group"]["intent"]) == (201, "uniformes")
    assert Intent.objects.get().owner == admin
    other = group_of("¿y botas?")
    assert staff.post(f"{PATH}/{other.pk}/create-intent", given).status_code == 409
    assert staff.post(f"{PATH}/{other.pk}/create-intent", {"intent": "botas"}).status_code == 422


@pytest.mark.engines
def test_many_at_once_and_counts(desk: APIClient, notas: Intent) -> None:
    rows = [str(group_of(text).pk) for text in ("no carga", "no abre", "mi correo ana@x.co")]
    body = desk.post(
        f"{PATH}/bulk", {"ids": [*rows, rows[0], "x"], "action": "assign", "intent": "notas"}
    ).json()
    assert (body["done"], body["added"]) == (rows[:2], 2)
    assert [(row["id"], row["code"]) for row in body["errors"]] == [(rows[2], "invalid"), ("x", "not_found")]
    assert desk.get(f"{PATH}/counts").json() == {"open": 1, "decided_today": 2}
    assert desk.post(f"{PATH}/bulk", {"ids": rows[:2], "action": "undo"}).json()["added"] == -2
    assert len(desk.post(f"{PATH}/bulk", {"ids": rows, "action": "discard"}).json()["done"]) == 3
    assert desk.get(f"{PATH}/counts").json() == {"open": 0, "decided_today": 3}
    for wrong in (
        {"ids": rows, "action": "assign"},
        {"ids": [], "action": "discard"},
        {"ids": rows, "action": "borrar"},
        {"ids": ["x"] * 501, "action": "discard"},
    ):
        assert desk.post(f"{PATH}/bulk", wrong).status_code == 422


def test_a_sentence_that_was_edited_is_taken_back_too(desk: APIClient, notas: Intent) -> None:
    group = group_of(STRANGE)
    texts = ["una frase reescrita", "y otra más"]
    body = desk.post(f"{PATH}/{group.pk}/assign", {"intent": "notas", "texts": texts}).json()
    assert body["added"] == 2
    desk.post(f"{PATH}/{group.pk}/undo")
    assert list(notas.examples.values_list("text", flat=True)) == ["ver mis notas"]
