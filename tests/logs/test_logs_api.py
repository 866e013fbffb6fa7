"""The log over the API: shape, filters, pages that cost the same at both ends, and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.logs import totals
from apps.logs.models import ChatTurn
from apps.logs.services import complete_turn
from tests.logs.conftest import Get
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
LOGS = "/api/admin/logs"


def texts(answer: Any) -> list[str]:
    rows = answer["items"] if isinstance(answer, dict) else answer
    return [row["user_message"] for row in rows]


def test_a_row_is_what_the_panel_reads(ask: Get, student: User) -> None:
    made = turn(
        user=student,
        intent="saludo",
        confidence=0.9,
        bot_response=["Hola", "¿Qué tal?"],
        endpoint="/api/chat",
    )
    turn(error="engine_timeout", days_ago=1)
    turn(is_fallback=True, days_ago=2)
    row, failed, missed = ask(LOGS)
    assert row == {
        "_id": str(made.pk),
        "id": str(made.pk),
        "timestamp": timezone.localtime(made.timestamp).isoformat(),
        "sender_id": "a",
        "user_message": "hola",
        "bot_response": "Hola\n¿Qué tal?",
        "intent": "saludo",
        "confidence": 0.9,
        "latency_ms": 0,
        "origen": "widget",
        "ip": "",
        "user_agent": "",
        "request_id": "r" * 8,
        "endpoint": "/api/chat",
        "method": "POST",
        "status": "ok",
        "email": "ana@ejemplo.edu.co",
        "rol": "usuario",
        "user_id": str(student.pk),
    }
    assert (failed["status"], missed["status"]) == ("error", "warning")
    assert failed["intent"] is failed["email"] is failed["rol"] is failed["endpoint"] is None
    for same in ("/api/admin2/admin/logs", "/api/admin2/logs", "/api/api/admin/logs/"):
        assert len(ask(same)) == 3


@pytest.mark.engines
def test_filters_are_texts_and_days(ask: Get) -> None:
    turn(user_message="hoy", sender_id="web-1", intent="saludo")
    turn(user_message="ayer", days_ago=1, is_fallback=True)
    turn(user_message="antes", days_ago=5, error="engine_timeout")
    today = timezone.localdate()
    yesterday = (today - timedelta(days=1)).isoformat()
    for query, wanted in (
        ({}, ["hoy", "ayer", "antes"]),
        ({"desde": "", "hasta": "undefined", "q": "", "status": "undefined"}, ["hoy", "ayer", "antes"]),
        ({"desde": yesterday, "hasta": "9999-12-31"}, ["hoy", "ayer"]),
        ({"hasta": yesterday}, ["ayer", "antes"]),
        ({"desde": "0001-01-01"}, ["hoy", "ayer", "antes"]),
        ({"intent": "saludo"}, ["hoy"]),
        ({"intent": "sal.*"}, []),
        ({"sender": "web-1"}, ["hoy"]),
        ({"sender": "web-%"}, []),
        ({"status": "ok"}, ["hoy"]),
        ({"status": "warning"}, ["ayer"]),
        ({"status": "fail"}, ["antes"]),
        ({"status": "pendiente"}, []),
        ({"q": "AYER"}, ["ayer"]),
        ({"q": "ayer", "status": "ok"}, []),
        ({"q": "ayer", "hasta": "2020-01-01"}, []),
    ):
        assert texts(ask(LOGS, **query)) == wanted, query


@pytest.mark.engines
def test_pages_by_number_and_by_place_agree(ask: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        turn(user_message=f"hola {number}", days_ago=number)
    wanted = [f"hola {number}" for number in range(7)]
    for few in (100, 0):  # counted each time, and remembered
        monkeypatch.setattr(totals, "FEW", few)
        for query in ({}, {"q": "hola"}):
            pages = [ask(LOGS, page=number, page_size=3, **query) for number in (1, 2, 3)]
            assert [texts(page) for page in pages] == [wanted[:3], wanted[3:6], wanted[6:]]
            assert {page["total"] for page in pages} == {7}
            assert ask(LOGS, page="last", page_size=3, **query) == pages[2]
            older = ask(LOGS, after=pages[0]["next"], page_size=3, **query)
            assert texts(older) == wanted[3:6]
            assert older["next"] == pages[1]["next"]
            newer = ask(LOGS, before=older["previous"], page_size=2, **query)
            assert texts(newer) == wanted[1:3]
            assert ask(LOGS, after=older["next"], page_size=3, **query)["next"] is None
            assert texts(ask(LOGS, page=9, page_size=3, **query)) == []
    assert texts(ask(LOGS, limit=2, offset=1)) == wanted[1:3]
    turn(user_message="hola 7")
    assert ask(LOGS, page=1)["total"] == 8  # remembered, and what came since
    assert ask(LOGS, page=1, q="nada")["total"] == 0


def test_what_is_not_understood_is_refused_with_its_reason(ask: Get) -> None:
    for query, field in (
        ({"page": 0}, "page"),
        ({"page": "x"}, "page"),
        ({"page_size": 10**9}, "page_size"),
        ({"limit": 501}, "limit"),
        ({"after": "nada"}, "after"),
        ({"after": 10**30}, "after"),
        ({"desde": "31/12/2025"}, "desde"),
        ({"hasta": "2025-02-30"}, "hasta"),
        ({"desde": "2026-02-02", "hasta": "2026-02-01"}, "desde"),
        ({"q": "x" * 201}, "q"),
    ):
        error = ask(LOGS, 422, **query).json()
        assert [row["field"] for row in error["errors"]] == [field]
    assert "«hasta»" in ask(LOGS, 422, desde="2026-02-02", hasta="2026-02-01").json()["message"]
    assert ask(f"{LOGS}/otro.log", 400).json()["code"]


def test_a_page_costs_the_same_queries_with_one_row_and_with_many(
    ask: Get, student: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        turn(user=student)
    for query in ({}, {"page": 1}, {"q": "hola", "page": 1}):
        with django_assert_max_num_queries(5):
            assert len(texts(ask(LOGS, **query))) == 20


@pytest.mark.engines
def test_what_was_not_understood_is_listed_and_counted(ask: Get) -> None:
    turn(user_message="uno", is_fallback=True, intent="nlu_fallback")
    turn(user_message="dos", is_fallback=True, intent="nlu_fallback", days_ago=3)
    turn(user_message="tres", is_fallback=True, days_ago=4)
    turn(user_message="Calle 5", is_fallback=True, is_form_answer=True)
    turn()
    rows = ask("/api/admin/intentos-fallidos/logs", page=1, page_size=20, desde="", hasta="")
    assert [row["message"] for row in rows["items"]] == ["uno", "dos", "tres"]
    assert set(rows["items"][0]) == {"_id", "timestamp", "email", "message", "intent"}
    assert (rows["total"], rows["page"], rows["page_size"]) == (3, 1, 20)
    assert [row["message"] for row in ask("/api/admin/intents/failures", intent="nlu_fallback")] == [
        "uno",
        "dos",
    ]
    top = [{"intent": "nlu_fallback", "count": 2}, {"intent": "sin intención", "count": 1}]
    for path in (
        "/api/admin/intentos-fallidos/top",
        "/api/admin/intents/failures/top",
        "/admin/intentos-fallidos/top",
    ):
        assert ask(path) == top
    assert ask("/api/admin/intentos-fallidos/top", limit=1, desde=timezone.localdate().isoformat()) == [
        {"intent": "nlu_fallback", "count": 1}
    ]


@pytest.mark.engines
def test_what_an_engine_says_later_changes_the_status() -> None:
    made = turn()
    complete_turn(turn_id=made.pk, intent="nlu_fallback", confidence=0.2, is_fallback=True, model_version="m")
    assert ChatTurn.objects.get(pk=made.pk).status == "warning"
    failed = turn(error="empty_answer", is_fallback=True)
    complete_turn(turn_id=failed.pk, intent="x", confidence=0.9, is_fallback=False, model_version="m")
    assert ChatTurn.objects.get(pk=failed.pk).status == "error"
