"""The list of people and its export: who may read it, filters, parts, and what it costs."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
EVERYBODY = {"Ana Rojas", "Luz Jiménez", "Iván Mora"}
USERS = "/api/admin/users"
NEW = {"nombre": "Eva Ruiz", "email": "Eva@Ejemplo.edu.co ", "password": PASSWORD, "rol": "soporte"}
Bearer = Callable[[User], dict[str, str]]
Lock = Callable[[str], None]


def path(user: User, verb: str = "") -> str:
    return f"{USERS}/{user.pk}{verb}"


def many(count: int) -> None:
    made = [User(email=f"p{n}@ejemplo.edu.co", nombre=f"Persona {n}", password="!") for n in range(count)]
    User.objects.bulk_create(made)


@pytest.mark.engines
def test_the_list_is_an_array_with_the_newest_first(
    staff: APIClient, admin: User, student: User, lock: Lock
) -> None:
    User.objects.filter(pk=admin.pk).update(created_at=timezone.now() - timedelta(days=1))
    lock(student.email)
    rows = staff.get(USERS).json()
    assert [row["email"] for row in rows] == [student.email, admin.email]
    first = rows[0]
    assert set(first) == {
        "id", "_id", "nombre", "email", "rol", "active",
        "created_at", "updated_at", "last_login", "locked_until",
    }  # fmt: skip
    assert first["id"] == first["_id"] == str(student.pk)
    assert (first["nombre"], first["rol"], first["active"]) == ("Ana Rojas", "usuario", True)
    assert first["created_at"].endswith("-05:00")
    assert first["locked_until"].endswith("-05:00")
    assert (rows[1]["locked_until"], first["last_login"]) == (None, None)


@pytest.mark.parametrize("count", [1, 500])
def test_a_list_takes_three_queries_however_long_it_is(
    staff: APIClient, django_assert_num_queries: Any, count: int
) -> None:
    many(count - 1)
    with django_assert_num_queries(3):
        assert len(staff.get(USERS).json()) == count


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "ANA@"}, {"Ana Rojas"}),
        ({"search": "JIMÉNEZ"}, {"Luz Jiménez"}),
        ({"search": "iván mora"}, {"Iván Mora"}),
        ({"search": "%"}, set()),
        ({"search": ".*"}, set()),
        ({"search": "a_a"}, set()),
        ({"search": "(["}, set()),
        ({"search": "", "rol": ""}, EVERYBODY),
        ({"search": "undefined", "rol": "undefined", "limit": "undefined"}, EVERYBODY),
        ({"rol": "soporte"}, {"Iván Mora"}),
        ({"rol": "invitado"}, {"Ana Rojas"}),
        ({"rol": "admin", "search": "mora"}, set()),
    ],
)  # fmt: skip
def test_the_list_is_filtered_by_text_and_role(
    staff: APIClient, student: User, soporte: User, query: dict[str, str], found: set[str]
) -> None:
    assert {row["nombre"] for row in staff.get(USERS, query).json()} == found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"limit": "2"}, 2),
        ({"limit": "5", "offset": "4"}, 3),
        ({"skip": "6"}, 1),
        ({"page": "2", "page_size": "4"}, 3),
        ({"page": "9"}, 0),
    ],
)
def test_the_list_is_read_in_parts(staff: APIClient, query: dict[str, str], count: int) -> None:
    many(6)
    assert len(staff.get(USERS, query).json()) == count


@pytest.mark.parametrize(
    "query", [{"rol": "jefe"}, {"limit": "501"}, {"limit": "-1"}, {"page": "x"}, {"search": "\x00"}]
)
def test_an_unreadable_filter_is_422(staff: APIClient, query: dict[str, str]) -> None:
    response = staff.get(USERS, query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] in query


def test_soporte_reads_the_list_and_nothing_else(
    api: APIClient, soporte: User, student: User, bearer: Bearer
) -> None:
    headers = bearer(soporte)
    assert api.get(USERS, headers=headers).status_code == 200
    for method, address, body in [
        ("post", USERS, NEW),
        ("post", "/api/admin/create-user", NEW),
        ("get", f"{USERS}/export", None),
        ("get", path(student), None),
        ("put", path(soporte), {"rol": "admin"}),
        ("patch", path(soporte, "/role"), {"rol": "admin"}),
        ("patch", path(student, "/status"), {"active": False}),
        ("post", path(student, "/reset-password"), {}),
        ("post", path(student, "/revoke"), {}),
        ("post", path(student, "/unlock"), {}),
        ("delete", path(student), None),
    ]:  # fmt: skip
        assert getattr(api, method)(address, body, headers=headers).status_code == 403, address
    soporte.refresh_from_db()
    assert soporte.rol == "soporte"
    assert User.objects.count() == 2


def test_the_list_has_its_quota(staff: APIClient, student: User) -> None:
    answers = [staff.get(USERS, {"limit": 1}).status_code for _ in range(121)]
    assert answers.count(200) == 120
    assert answers[-1] == 429


@pytest.mark.engines
def test_the_export_is_a_csv_of_the_filtered_people(staff: APIClient, student: User, soporte: User) -> None:
    User.objects.filter(pk=student.pk).update(nombre='=HYPERLINK("x";1)', is_active=False)
    response = staff.get(f"{USERS}/export", {"rol": "usuario", "search": ""})
    assert response.status_code == 200
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["id", "nombre", "email", "rol", "active", "created_at"]
    assert len(rows) == 1
    assert rows[0][:5] == [str(student.pk), '\'=HYPERLINK("x";1)', student.email, "usuario", "false"]
    assert rows[0][5].endswith("-05:00")


def test_the_export_reads_in_pieces_and_has_its_quota(
    staff: APIClient, django_assert_num_queries: Any
) -> None:
    many(1200)
    with django_assert_num_queries(4):  # who asks, the note of the file in its transaction, the rows
        response = staff.get(f"{USERS}/export")
        assert b"".join(response.streaming_content).count(b"\r\n") == 1202
    assert [staff.get(f"{USERS}/export").status_code for _ in range(10)] == [200] * 9 + [429]


def test_no_answer_ever_holds_a_hash(staff: APIClient, student: User) -> None:
    User.objects.filter(pk=student.pk).update(password=make_password(PASSWORD))
    for address in (USERS, path(student), f"{USERS}/export"):
        response = staff.get(address)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"argon2" not in text
