"""Intents by API: the list, one, and what staff change."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.project import Response
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Example, Intent
from apps.intents.services.intents import create_intent

pytestmark = pytest.mark.django_db
LIST = "/api/admin/intents"
NEW = {"intent": "becas", "examples": ["quiero una beca"], "responses": ["Pregunta en bienestar."]}
BUTTONS = ({"title": "Menú", "payload": "/menu"},)


def make(name: str, *examples: str, answers: tuple[Response, ...] = (), **rest: Any) -> Intent:
    return create_intent(data=IntentData(name, examples, answers, **rest))


def names(answer: Any) -> list[str]:
    return [item["intent"] for item in answer.json()]


def texts(intent: str) -> list[str]:
    rows = Example.objects.filter(intent__name=intent).order_by("position")
    return list(rows.values_list("text", flat=True))


@pytest.mark.engines
def test_an_intent_is_made_read_changed_and_deleted(staff: APIClient, admin: User) -> None:
    made = staff.post(LIST, NEW | {"requires_auth": True, "title": "Becas", "id": "x", "owner": "y"})
    assert made.status_code == 201
    assert made.json()["message"] == "Intención creada."
    row = Intent.objects.get(name="becas")
    assert (row.requires_auth, row.title, row.owner, row.is_active) == (True, "Becas", admin, True)
    shown = staff.get(f"{LIST}/becas").json()
    assert shown == made.json()["intent"]
    assert shown.pop("updated_at").endswith("-05:00")
    assert shown == {
        "id": str(row.pk),
        "intent": "becas",
        "name": "becas",
        "title": "Becas",
        "examples": ["quiero una beca"],
        "responses": ["Pregunta en bienestar."],
        "requires_auth": True,
        "active": True,
        "description": "",
        "tags": "",
        "answers": [
            {
                "text": "Pregunta en bienestar.",
                "buttons": [],
                "image": "",
                "custom": None,
                "attachment": None,
                "channel": "",
                "conditions": {},
                "valid_from": None,
                "valid_until": None,
                "review_by": None,
            }
        ],
    }
    changed = staff.put(f"{LIST}/becas", {"examples": ["dame una beca", "becas"], "active": False})
    assert changed.status_code == 200
    assert changed.json()["intent"]["active"] is False
    assert texts("becas") == ["dame una beca", "becas"]
    assert Answer.objects.get().text == "Pregunta en bienestar."
    gone = staff.delete(f"{LIST}/becas")
    assert (gone.status_code, gone.json()) == (200, {"message": "Intención eliminada."})
    assert not Intent.objects.exists()
    assert not Example.objects.exists()
    assert staff.delete(f"{LIST}/becas").status_code == 404
    assert staff.get(f"{LIST}/becas").json()["code"] == "not_found"


@pytest.mark.engines
def test_the_list_is_an_array_by_name_or_a_page(staff: APIClient) -> None:
    for name in ("zeta", "alfa", "media"):
        make(name, f"ejemplo de {name}")
    assert names(staff.get(LIST)) == ["alfa", "media", "zeta"]
    assert names(staff.get("/api/intents?limit=1&offset=1")) == ["media"]
    assert names(staff.get("/admin/intents?intent=&example=undefined&page=")) == ["alfa", "media", "zeta"]
    page = staff.get(f"{LIST}?page=2&page_size=2").json()
    assert ([item["name"] for item in page.pop("items")], page) == (
        ["zeta"],
        {"total": 3, "page": 2, "page_size": 2},
    )
    page = staff.get(f"{LIST}/paged").json()
    assert (len(page["items"]), page["total"], page["page"], page["page_size"]) == (3, 3, 1, 500)


@pytest.mark.engines
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"intent": "HORA"}, ["horarios"]),
        ({"example": "que hora"}, ["horarios"]),
        ({"response": "de 8"}, ["horarios"]),
        ({"q": "certif"}, ["notas"]),
        ({"q": "Papeles"}, ["notas"]),
        ({"intent": "h", "example": "certificado"}, []),
        ({"intent": ".*"}, []),
        ({"response": "%"}, []),
        ({"response": "(.+)"}, []),
    ],
)
def test_the_list_is_filtered_by_plain_text(
    staff: APIClient, query: dict[str, str], found: list[str]
) -> None:
    make("horarios", "¿Qué hora es?", answers=(Response(text="Abrimos de 8 a 12."),))
    make("notas", "un certificado", title="Papeles")
    assert names(staff.get(LIST, query)) == found


def test_the_number_of_queries_does_not_grow_with_the_rows(staff: APIClient) -> None:
    counts = []
    for n in (1, 20):
        for i in range(n):
            make(f"intent_{n}_{i}", "uno", "dos", answers=(Response(text="Sí."),))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert staff.get(f"{LIST}?page=1").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize("path", [LIST, "/api/intents", "/admin/intents", "/api/legacy/admin/add-intent"])
def test_a_name_that_is_taken_is_a_conflict(staff: APIClient, path: str) -> None:
    make("becas", "uno")
    answer = staff.post(path, NEW)
    assert (answer.status_code, answer.json()["code"]) == (409, "intent_exists")
    assert "ya existe" in answer.json()["detail"]
    assert texts("becas") == ["uno"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"intent": "Con espacio"}, "intent"),
        ({"intent": "intención"}, "intent"),
        ({"intent": ""}, "intent"),
        ({"intent": 5}, "intent"),
        ({"intent": None}, "intent"),
        ({"examples": []}, "examples"),
        ({"examples": " | \n"}, "examples"),
        ({"examples": [1]}, "examples"),
        ({"examples": {"a": 1}}, "examples"),
        ({"examples": ["x" * 501]}, "examples"),
        ({"examples": ["[roto](a"]}, "examples"),
        ({"responses": []}, "responses"),
        ({"responses": [{"text": ""}]}, "responses"),
        ({"responses": [{"text": "Hola", "buttons": [{"payload": "/x"}]}]}, "responses"),
        ({"responses": ["x" * 2001]}, "responses"),
        ({"requires_auth": "quizás"}, "requires_auth"),
        ({"title": "x" * 81}, "title"),
    ],
)
def test_bad_input_is_refused_by_field(staff: APIClient, change: dict[str, Any], field: str) -> None:
    answer = staff.post(LIST, NEW | change)
    assert answer.status_code == 422, answer.content
    assert [row["field"] for row in answer.json()["errors"]] == [field]
    assert not Intent.objects.exists()


@pytest.mark.parametrize("body", [[], "texto", None, 5])
def test_a_body_that_is_no_object_is_refused(staff: APIClient, body: Any) -> None:
    assert staff.post(LIST, body, format="json").status_code == 422


@pytest.mark.parametrize("separator", ["\n", "|", "\\n", "\r\n", " | \n"])
def test_one_text_holds_several_values(staff: APIClient, separator: str) -> None:
    body = {"name": "becas", "examples": f"uno{separator}dos", "response": f"Sí.{separator}No."}
    shown = staff.post(LIST, body).json()["intent"]
    assert (shown["examples"], shown["responses"]) == (["uno", "dos"], ["Sí.", "No."])


def test_an_answer_in_a_list_keeps_its_lines(staff: APIClient) -> None:
    shown = staff.post(LIST, NEW | {"responses": ["Uno|dos\ntres"]}).json()["intent"]
    assert shown["responses"] == ["Uno|dos\ntres"]


def test_a_text_that_stays_keeps_its_buttons(staff: APIClient) -> None:
    card = Response(custom={"cards": [{"title": "Uno"}]})
    make("becas", "uno", answers=(Response(text="Mira\nesto.", buttons=BUTTONS), Response(text="B"), card))
    assert staff.put(f"{LIST}/becas", {"responses": ["Nueva.", "Mira\r\nesto. "]}).status_code == 200
    rows = Answer.objects.order_by("position")
    assert [row.text for row in rows] == ["Nueva.", "Mira\nesto.", ""]
    assert rows[1].buttons == list(BUTTONS)
    assert rows[2].custom == card.custom


def test_an_answer_may_come_with_buttons_image_and_card(staff: APIClient) -> None:
    given = {"text": "Mira.", "buttons": list(BUTTONS), "image": "https://e.co/a.png", "custom": {"a": 1}}
    shown = staff.post(LIST, NEW | {"responses": [given, "Sola."]}).json()["intent"]
    assert shown["responses"] == ["Mira.", "Sola."]
    assert {key: shown["answers"][0][key] for key in given} == given
    assert staff.patch(f"{LIST}/becas", {"responses": [{"text": "Mira."}]}).status_code == 200
    assert Answer.objects.get().buttons == []


def test_what_is_read_can_be_sent_back(staff: APIClient) -> None:
    make("becas", "[técnico](programa)", answers=(Response(text="Hola.", buttons=BUTTONS),), tags="a,b")
    before = staff.get("/api/intents/becas").json()
    assert staff.put("/api/intents/becas", before).status_code == 200
    after = staff.get("/api/intents/becas").json()
    assert before | {"updated_at": ""} == after | {"updated_at": ""}
    assert after["updated_at"] > before["updated_at"]


def test_a_change_may_not_rename_nor_leave_no_example(staff: APIClient) -> None:
    make("becas", "uno")
    renamed = staff.put(f"{LIST}/becas", {"intent": "otra", "title": "T"})
    assert (renamed.status_code, renamed.json()["errors"][0]["code"]) == (422, "name_is_fixed")
    assert staff.put(f"{LIST}/becas", {"examples": []}).status_code == 422
    assert Intent.objects.get().title == ""
    assert texts("becas") == ["uno"]
    assert staff.put(f"{LIST}/nadie", {"title": "T"}).status_code == 404


@pytest.mark.parametrize("name", ["nadie", "%00", "Becas", "..", "x" * 300, "%F0%9F%98%80"])
def test_a_name_that_nothing_has_is_not_found(staff: APIClient, name: str) -> None:
    for send in (staff.get, staff.put, staff.delete):
        assert send(f"{LIST}/{name}", {}).status_code == 404


def test_an_intent_that_rules_need_is_not_deleted(staff: APIClient) -> None:
    make("afirmar", "sí")
    answer = staff.delete(f"{LIST}/afirmar")
    assert (answer.status_code, answer.json()["code"]) == (409, "intent_in_use")
    assert Intent.objects.filter(name="afirmar").exists()


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "page=0", "page=x", "q=%00"])
def test_an_unreadable_query_is_refused(staff: APIClient, query: str) -> None:
    assert staff.get(f"{LIST}?{query}").status_code == 422
