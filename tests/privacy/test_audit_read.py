"""The audit as administrators read it: by API with filters and pages, as CSV, and in Django admin."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core import acting, audit
from apps.logs.models import AuditEntry, Export

pytestmark = pytest.mark.django_db
PATH = "/api/admin/audit"
Bearer = Callable[[User], dict[str, str]]


@pytest.fixture
def staff(api: APIClient, admin: User, bearer: Bearer) -> APIClient:
    api.credentials(HTTP_AUTHORIZATION=bearer(admin)["Authorization"])
    return api


def noted(user: User, count: int = 1, by: User | None = None) -> None:
    who = acting.Acting(str(by.pk), by.email, "api", "10.0.0.7", "peticion-7") if by else acting.NOBODY
    with acting.in_work(who):
        for number in range(count):
            audit.note(user, {"nombre": ("=antes", f"después {number}")})


@pytest.mark.engines
def test_pages_go_on_where_the_last_one_ended_though_more_has_come(
    staff: APIClient, student: User, django_assert_num_queries: Any
) -> None:
    noted(student, 7)
    first = staff.get(PATH, {"limit": 3, "model": "accounts.user", "object": str(student.pk)}).json()
    noted(student, 2)
    rest = staff.get(PATH, {"limit": 500, "cursor": first["next"], "object": student.pk.hex}).json()
    shown = [one["changes"].get("nombre", ["", "creada"])[1] for one in (*first["items"], *rest["items"])]
    assert shown == [*(f"después {n}" for n in range(6, -1, -1)), student.nombre]
    assert rest["next"] is None
    with django_assert_num_queries(2):  # the caller, and the rows with their types
        staff.get(PATH, {"limit": 1})
    with django_assert_num_queries(2):
        staff.get(PATH)


def test_filters_are_by_person_kind_action_day_and_request(
    staff: APIClient, admin: User, student: User
) -> None:
    noted(student, by=admin)
    old = AuditEntry._base_manager.filter(actor=admin)
    old.update(timestamp=timezone.now() - timedelta(days=3))
    day = timezone.localdate() - timedelta(days=3)
    for query in (
        {"actor": admin.email.upper()},
        {"actor": str(admin.pk)},
        {"request_id": "peticion-7"},
        {"hasta": day.isoformat(), "desde": day.isoformat(), "action": "update"},
        {"hasta": day.isoformat(), "desde": "undefined", "model": "accounts.user", "q": ""},
    ):
        (found,) = staff.get(PATH, query).json()["items"]
        assert found["actor"] == {"id": str(admin.pk), "email": admin.email}
        assert (found["address"], found["request_id"], found["via"]) == ("10.0.0.7", "peticion-7", "api")
        assert (found["action"], found["object"]) == ("update", student.email)
    for query in ({"model": "no.hay"}, {"desde": "9999-12-31"}, {"actor": "peticion.*"}, {"object": "(["}):
        assert staff.get(PATH, query).json() == {"items": [], "next": None}
    reversed_days = {"desde": "2026-05-02", "hasta": "2026-05-01"}
    for bad in (
        {"desde": "ayer"},
        reversed_days,
        {"limit": 10**9},
        {"page": 0},
        {"cursor": "x_y"},
        {"action": "leer"},
    ):
        answer = staff.get(PATH, bad)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(bad)))


def test_as_csv_it_is_harmless_to_spreadsheets(staff: APIClient, admin: User, student: User) -> None:
    noted(student, 3, by=admin)
    answer = staff.get(f"{PATH}/export", {"actor": admin.email, "model": "accounts.user"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "nombre: =antes → después 2" in lines[1]
    assert f",{admin.email},api,update,accounts.user,{student.email}," in lines[1]
    taken = Export.objects.get()
    assert (taken.kind, taken.user) == ("cambios", admin)
    assert AuditEntry.objects.filter(object_pk=str(taken.pk), actor=admin.pk).exists()


def test_in_django_admin_it_is_in_words_and_linked_from_each_row(
    client: Client, admin: User, soporte: User, student: User
) -> None:
    with acting.in_work(acting.Acting(str(admin.pk), admin.email, "job train_bot", request_id="peticion-9")):
        audit.note(
            student,
            {"rol": ("usuario", "soporte"), "is_active": (True, False), "sessions": ("open", "ended")},
        )
    entry = AuditEntry.objects.filter(cid="peticion-9").get()
    client.force_login(admin)
    listed = client.get("/admin/logs/auditentry/?q=peticion-9").content.decode()
    for text in (admin.email, "activo, rol, sesiones", "Cambió · Persona: "):
        assert text in listed
    shown = client.get(f"/admin/logs/auditentry/{entry.pk}/change/").content.decode()
    for text in (
        "Estudiante",
        "Soporte",
        "Sí",
        "No",
        "abiertas",
        f"/admin/accounts/user/{student.pk}/change/",
    ):
        assert text in shown
    row = client.get(f"/admin/accounts/user/{student.pk}/change/").content.decode()
    history = row.partition('class="historylink"')[0].rpartition('href="')[2].partition('"')[0]
    assert f"object_pk={student.pk}" in history
    own = client.get(history.replace("&amp;", "&")).content.decode()
    assert student.email in own
    assert admin.email in own
    for filters in ("quien=nadie", f"quien={admin.pk}", "tipo=accounts.user", "tipo=nada", "action__exact=1"):
        assert client.get(f"/admin/logs/auditentry/?{filters}").status_code == 200
    exported = client.get("/admin/logs/auditentry/export/?q=peticion-9")
    assert b"train_bot" in b"".join(exported.streaming_content)
    assert client.post(f"/admin/logs/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    client.force_login(soporte)
    assert client.get("/admin/logs/auditentry/").status_code == 403
