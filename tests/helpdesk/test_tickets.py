"""A request for help becomes a ticket, once, with everything that was said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.helpdesk.models import Source, Ticket
from tests.helpdesk.conftest import ASKED

pytestmark = pytest.mark.django_db
PATH = "/api/helpdesk/tickets"
Headers = Callable[[User], dict[str, str]]
EVERYTHING = {
    **ASKED,
    "conversation_id": "web-1",
    "tipo_soporte": "PQRS",
    "cedula": "1012345678",
    "motivo_soporte": "pantalla en blanco",
    "prefer_contacto": "correo",
    "phone": "300 123 4567",
    "metadata": {
        "url": "https://zajuna.example",
        "auth": {"claims": {}},
        "access_token": "abc",
        "grant": "x",
    },
    "something_else": 1,
}


@pytest.mark.engines
def test_the_action_server_opens_a_ticket_with_every_field(api: APIClient, service: dict[str, str]) -> None:
    answer = api.post(PATH, EVERYTHING, headers=service)
    ticket = Ticket.objects.get()
    year = timezone.localdate().year
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "ticket_id": str(ticket.pk),
        "id": str(ticket.pk),
        "number": f"T-{year}-000001",
        "message": f"Recibimos tu caso T-{year}-000001. Te responderemos por correo.",
    }
    kept = {name: getattr(ticket, name) for name in EVERYTHING if name != "something_else"}
    assert kept == {
        **{k: v for k, v in EVERYTHING.items() if k != "something_else"},
        "email": "ana@ejemplo.edu.co",
        "metadata": {"url": "https://zajuna.example", "access_token": "***"},
    }
    assert (ticket.kind, ticket.status, ticket.priority, ticket.source) == ("pqrs", "open", "normal", "bot")
    assert (ticket.user, ticket.email_verified) == (None, False)


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Bearer", "Basic service-token-of-the-action-server"])
def test_nobody_else_does(api: APIClient, service: dict[str, str], token: str) -> None:
    answer = api.post(PATH, ASKED, headers={"Authorization": token} if token else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_authenticated"
    assert not Ticket.objects.exists()


def test_without_a_token_it_is_open_under_debug_alone(api: APIClient, settings: Any) -> None:
    assert api.post(PATH, ASKED).status_code == 401
    settings.DEBUG = True
    assert api.post(PATH, ASKED).status_code == 200
    assert Ticket.objects.get().source == Source.OPEN


def test_a_signed_in_student_is_on_record_as_who_asked(
    api: APIClient, service: dict[str, str], student: User, bearer: Headers
) -> None:
    assert api.post(PATH, ASKED, headers=bearer(student)).status_code == 200
    other = {**ASKED, "email": "otra@ejemplo.edu.co"}
    assert api.post(PATH, other, headers=bearer(student)).status_code == 200
    rows = Ticket.objects.order_by("number").values_list("user", "email_verified", "source")
    assert list(rows) == [(student.pk, True, "person"), (student.pk, False, "person")]


def test_a_grant_proves_for_whom_the_action_server_asks(
    api: APIClient, service: dict[str, str], student: User, grant: str
) -> None:
    assert api.post(PATH, ASKED, headers={**service, "X-Turn-Grant": grant}).status_code == 200
    forged = {**ASKED, "subject": "Otro asunto"}
    assert api.post(PATH, forged, headers={**service, "X-Turn-Grant": grant + "x"}).status_code == 200
    rows = Ticket.objects.order_by("number").values_list("user", "email_verified")
    assert list(rows) == [(student.pk, True), (None, False)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "A", "min_length"),
        ("name", "a" * 121, "max_length"),
        ("name", 5, "invalid"),
        ("name", None, "null"),
        ("email", "ana arroba ejemplo", "invalid_email"),
        ("email", "ana @ejemplo.edu.co", "invalid_email"),
        ("subject", " ", "blank"),
        ("subject", "s" * 181, "max_length"),
        ("message", "m" * 5001, "max_length"),
        ("kind", "queja", "invalid_choice"),
        ("conversation_id", "c" * 129, "max_length"),
        ("metadata", ["x"], "not_object"),
        ("metadata", {"x": "y" * 16_400}, "too_large"),
        ("phone", {}, "invalid"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    api: APIClient, service: dict[str, str], field: str, value: Any, code: str
) -> None:
    answer = api.post(PATH, {**ASKED, field: value}, headers=service)
    assert answer.status_code == 422
    assert [(row["field"], row["code"]) for row in answer.json()["errors"]] == [(field, code)]
    assert not Ticket.objects.exists()


def test_a_very_long_key_is_refused(api: APIClient, service: dict[str, str]) -> None:
    answer = api.post(PATH, ASKED, headers={**service, "Idempotency-Key": "k" * 256})
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_people_have_a_quota_and_the_action_server_has_none(
    api: APIClient, service: dict[str, str], student: User, bearer: Headers
) -> None:
    def ask(number: int, headers: dict[str, str]) -> int:
        return api.post(PATH, {**ASKED, "subject": f"Asunto {number}"}, headers=headers).status_code

    assert [ask(n, bearer(student)) for n in range(6)] == [200] * 5 + [429]
    assert [ask(n, service) for n in range(10, 17)] == [200] * 7


def test_a_student_reads_the_own_tickets_by_account_and_confirmed_e_mail(
    api: APIClient, service: dict[str, str], student: User, soporte: User, bearer: Headers, grant: str
) -> None:
    for subject in ("Primero", "Segundo"):
        api.post(PATH, {**ASKED, "subject": subject}, headers=service)
    api.post(PATH, {**ASKED, "email": "otra@ejemplo.edu.co"}, headers=service)
    for headers in (bearer(student), {"Authorization": f"Turn {grant}"}):
        answer = api.get(f"{PATH}/mine", headers=headers)
        rows = answer.json()["tickets"]
        assert [(row["subject"], row["status"], row["estado"]) for row in rows] == [
            ("Segundo", "open", "Abierto"),
            ("Primero", "open", "Abierto"),
        ]
        assert set(rows[0]) == {
            "id",
            "number",
            "kind",
            "status",
            "estado",
            "subject",
            "created_at",
            "updated_at",
            "comments",
        }
    assert api.get(f"{PATH}/mine", headers=bearer(soporte)).json() == {"tickets": []}
    User.objects.filter(pk=student.pk).update(email_verified=False)
    assert api.get(f"{PATH}/mine", headers=bearer(student)).json() == {"tickets": []}
    assert api.get(f"{PATH}/mine", headers=service).status_code == 401
