"""GET /api/admin/stats as the panel reads it, and what else there is by API (contract http.md §8)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.intents.models import Intent
from apps.stats.figures import Figures
from apps.stats.models import DayStats
from apps.stats.periods import MAX_DAYS
from apps.stats.serializers import StatsOutput
from tests.stats.rows import day_ago, opened, said

pytestmark = pytest.mark.django_db
PATHS = ("/api/admin/stats", "/api/stats", "/admin/stats", "/api/api/stats", "/api/admin2/stats")
Headers = Callable[[User], dict[str, str]]


@pytest.fixture
def get(api: APIClient, bearer: Headers, admin: User) -> Callable[..., Any]:
    def read(path: str = "/api/admin/stats", person: User | None = None, **query: str) -> Any:
        return api.get(path, query, headers=bearer(person or admin))

    return read


@pytest.mark.engines
def test_the_panel_gets_every_key_in_its_shape(get: Any, admin: User, student: User) -> None:
    Intent.objects.create(name="horario")
    said(1, intent="horario", latency_ms=100, user=student)
    said(1, intent="horario", latency_ms=300)
    said(0, intent=None, is_fallback=True, latency_ms=200, sender_id="web-2")
    opened(1)
    body = get().json()
    assert set(body) == set(StatsOutput().get_fields())
    assert {name: body[name] for name in body if name.startswith(("total", "int", "uni", "f", "avg"))} == {
        "total_logs": 3,
        "total_conversaciones": 2,
        "total_mensajes": 3,
        "total_usuarios": 2,
        "total_intents": 1,
        "total_exportaciones_csv": 0,
        "total_fallbacks": 1,
        "total_days": 2,
        "intents_distintos": 1,
        "intents_mas_usados": body["top_intents"],
        "unique_intents": 1,
        "fallback_rate": 0.3333,
        "avg_response_time_ms": 200.0,
        "from": day_ago(1).isoformat(),
    }
    assert abs(body["latency_p50_ms"] - 200) <= 4
    assert abs(body["latency_p95_ms"] - 300) <= 6
    assert body["top_intents"] == [{"intent": "horario", "_id": "horario", "total": 2, "count": 2}]
    yesterday, today = day_ago(1).isoformat(), day_ago(0).isoformat()
    assert (
        body["logs_por_dia"]
        == body["actividad_por_dia"]
        == [
            {"fecha": yesterday, "_id": yesterday, "total": 2, "count": 2},
            {"fecha": today, "_id": today, "total": 1, "count": 1},
        ]
    )
    assert body["items"][0] == {
        "date": yesterday,
        "messages_count": 2,
        "users_active": 2,
        "intents_top": [{"intent": "horario", "count": 2}],
        "avg_response_time_ms": 200.0,
    }
    assert body["items"][1]["intents_top"] == []
    assert body["usuarios_por_rol"] == [
        {"rol": "admin", "_id": "admin", "total": 1, "count": 1},
        {"rol": "usuario", "_id": "usuario", "total": 1, "count": 1},
    ]
    assert {p["email"] for p in body["ultimos_usuarios"]} == {admin.email, student.email}
    assert set(body["ultimos_usuarios"][0]) == {"id", "_id", "email", "nombre", "rol"}
    counts = {"open": 1, "pending": 0, "solved": 0, "closed": 0, "avg_first_response_minutes": None}
    assert body["tickets"] == counts
    assert body["exportaciones_por_dia"] == []


def test_one_answer_under_every_name_and_for_both_roles(get: Any, soporte: User) -> None:
    said()
    bodies = [get(path).json() for path in PATHS] + [get(person=soporte).json()]
    newest = bodies[-1].pop("ultimos_usuarios"), bodies[0]["ultimos_usuarios"]
    assert newest[0] == newest[1]
    assert all(body | {"ultimos_usuarios": []} == bodies[-1] | {"ultimos_usuarios": []} for body in bodies)


def test_an_empty_database_has_numbers_and_lists(get: Any) -> None:
    body = get(desde="undefined", hasta="undefined").json()
    assert (body["total_logs"], body["fallback_rate"], body["avg_response_time_ms"]) == (0, 0, 0)
    assert (body["from"], body["to"], body["total_days"]) == (day_ago(0).isoformat(),) * 2 + (1,)
    assert (body["latency_p50_ms"], body["top_intents"]) == (None, [])


def test_dates_as_clients_send_them(get: Any) -> None:
    for days_ago in (400, 40, 4):
        said(days_ago)
    DayStats.objects.bulk_create(
        DayStats(day=day_ago(n), figures=Figures().to_json()) for n in range(1, 400) if n not in {40, 4}
    )
    day = {n: day_ago(n).isoformat() for n in (400, 40, 30, 5, 4, 0)}
    for query, logs, days in (
        ({}, 2, 366),
        ({"desde": "", "hasta": "undefined"}, 2, 366),
        ({"desde": day[30]}, 1, 31),
        ({"from": day[40], "to": day[30]}, 1, 11),
        ({"hasta": day[5]}, 1, 366),
        ({"desde": day[4], "hasta": day[4]}, 1, 1),
        ({"desde": day[400], "hasta": "9999-12-31"}, 3, 401),
        ({"desde": "0001-01-01", "hasta": "9999-12-31"}, 3, MAX_DAYS),
        ({"desde": "undefined", "from": day[30]}, 1, 31),
        ({"hasta": "0001-01-01"}, 0, 1),
        ({"desde": "9999-12-31"}, 0, 0),
        ({"desde": "9999-12-30", "hasta": "9999-12-31"}, 0, 0),
    ):
        response = get(**query)
        assert response.status_code == 200, query
        body = response.json()
        assert (body["total_logs"], body["total_days"], len(body["items"])) == (logs, days, days), query
    assert get(desde=day[4], hasta="9999-12-31").json()["to"] == day[0]


def test_dates_that_cannot_be_read_are_refused_with_words(get: Any) -> None:
    response = get(desde="2026-05-02", hasta="2026-05-01")
    assert response.status_code == 422
    assert "posterior" in response.json()["detail"]
    assert get(**{"from": "2026-05-02", "to": "2026-05-01"}).status_code == 422
    for bad in ("ayer", "2026-02-30", "01/02/2026", "2026-01-01T00:00", "10000-01-01", "null"):
        assert get(desde=bad).status_code == 422, bad


def test_the_number_of_queries_depends_on_nothing(get: Any) -> None:
    def queries() -> int:
        get()
        with CaptureQueriesContext(connection) as said_:
            assert get().status_code == 200
        return len(said_)

    said(1)
    few = queries()
    for number in range(1, 21):
        said(number, sender_id=f"web-{number}", intent=f"i{number}")
        opened(number)
    assert queries() == few <= 21


def test_what_became_of_conversations(get: Any, soporte: User) -> None:
    for number in range(5):
        said(sender_id=f"web-{number}", intent="horario")
        said(sender_id=f"web-{number}", intent="notas", is_fallback=True, at=12.5)
    said(sender_id="web-7", intent="becas", is_fallback=True)
    opened(kind="humano", conversation_id="web-0")
    body = get("/api/admin/stats/conversations").json()
    assert (body["people"], body["conversations"], body["conversation_days"]) == (6, 6, 6)
    assert (body["resolved_without_person"], body["resolved_share"]) == (4, 0.6667)
    assert (body["asked_person"], body["pending_days"], body["failed"]) == (1, 0, 0)
    assert [(row["intent"], row["total"]) for row in body["not_understood"]] == [("notas", 5), ("becas", 1)]
    assert body["before_person"] == [{"intent": "nlu_fallback", "title": "No se entendió", "total": 1}]
    support = get("/api/admin/stats/conversations", person=soporte).json()
    assert [row["total"] for row in support["not_understood"]] == [5, None]
    assert support["before_person"][0]["total"] is None


def test_hours_response_times_and_cases_by_kind(get: Any) -> None:
    said(at=12.5, latency_ms=50)
    opened(kind="pqrs")
    opened(kind="pqrs", status="solved")
    body = get("/api/admin/stats/rhythm").json()
    hours = [row for row in body["hours"] if row["total"]]
    assert hours == [{"weekday": day_ago(1).weekday(), "hour": 12, "total": 1}]
    assert body["latency"][0] == {"date": day_ago(1).isoformat(), "p50_ms": 50, "p95_ms": 50}
    kinds = {row["kind"]: row for row in get("/api/admin/stats/tickets").json()}
    assert set(kinds) == {"soporte", "pqrs", "interno", "humano"}
    assert (kinds["pqrs"]["opened"], kinds["pqrs"]["open"], kinds["pqrs"]["solved"]) == (2, 1, 1)
    assert timezone.localdate() == day_ago(0)
