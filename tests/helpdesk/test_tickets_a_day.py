"""A day's ceiling of cases: of a person, a conversation, a mailbox, a network; never of who is in danger."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.helpdesk.models import MailCounter, Priority, Ticket
from tests.helpdesk.conftest import ASKED

pytestmark = pytest.mark.django_db
PATH = "/api/helpdesk/tickets"
Headers = Callable[[User], dict[str, str]]


@pytest.fixture
def two_a_day(env: Callable[..., Any], service: dict[str, str]) -> None:
    env(TICKETS_PER_DAY=2, EMAIL_TO=["mesa@ejemplo.edu.co"])


@pytest.fixture
def ask(api: APIClient, service: dict[str, str], two_a_day: None) -> Callable[..., Any]:
    def send(headers: dict[str, str] | None = None, **changes: str) -> Any:
        body = {**ASKED, "message": f"Otra cosa, la número {Ticket.objects.count()}.", **changes}
        return api.post(PATH, body, headers=headers or service)

    return send


@pytest.mark.engines
def test_the_one_too_many_is_refused_until_tomorrow_and_mails_nobody(
    ask: Callable[..., Any], committed: Any
) -> None:
    with committed(execute=True):
        assert [ask(email=f"ana+{n}@ejemplo.edu.co", message=f"Caso {n}").status_code for n in (1, 2)] == [
            200
        ] * 2
    mail.outbox.clear()
    with committed(execute=True):
        refused = ask(email="Ana@ejemplo.edu.co")
    assert (refused.status_code, refused.json()["code"]) == (429, "limited")
    assert "varios casos tuyos" in refused.json()["detail"]
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert mail.outbox == []
    again = ask(email="ana+2@ejemplo.edu.co", message="Caso 2", conversation_id="")
    assert again.status_code == 429  # without a key or a conversation nothing says that it is the same
    assert ask(email="luis@ejemplo.edu.co").status_code == 200
    MailCounter.objects.all().delete()  # as the night does
    assert ask(email="ana@ejemplo.edu.co").status_code == 200


def test_a_conversation_counts_whatever_mailbox_it_names_and_a_repetition_is_no_new_case(
    ask: Callable[..., Any],
) -> None:
    def of(n: int, **changes: str) -> Any:
        return ask(email=f"e{n}@ejemplo.edu.co", conversation_id="web-1", message=f"Caso {n}", **changes)

    first = of(1).json()["number"]
    assert of(1).json()["number"] == first
    assert of(2).status_code == 200
    assert of(3).status_code == 429
    assert of(2).status_code == 200
    assert Ticket.objects.count() == 2


def test_a_person_counts_wherever_they_are_and_staff_do_not(
    ask: Callable[..., Any], student: User, soporte: User, bearer: Headers
) -> None:
    found = [ask(bearer(student), email=f"p{n}@ejemplo.edu.co").status_code for n in range(3)]
    assert found == [200, 200, 429]
    assert [ask(bearer(soporte), email=f"s{n}@ejemplo.edu.co").status_code for n in range(3)] == [200] * 3


def test_one_network_may_have_ten_times_as_many(
    ask: Callable[..., Any], soporte: User, bearer: Headers, env: Callable[..., Any]
) -> None:
    env(TICKETS_PER_DAY=1, RATE_LIMIT_ENABLED=False)
    found = [ask(bearer(soporte), email=f"s{n}@ejemplo.edu.co").status_code for n in range(11)]
    assert found == [200] * 10 + [429]


def test_who_is_in_danger_is_never_refused(ask: Callable[..., Any]) -> None:
    for n in (1, 2):
        ask(message=f"Caso {n}")
    assert ask().status_code == 429
    assert ask(message="Me quiero morir").status_code == 200
    assert ask(kind="humano", motivo_soporte="crisis").status_code == 200
    assert Ticket.objects.filter(priority=Priority.URGENT).count() == 1


def test_zero_is_no_ceiling(ask: Callable[..., Any], env: Callable[..., Any]) -> None:
    env(TICKETS_PER_DAY=0)
    assert [ask(message=f"Caso {n}").status_code for n in range(4)] == [200] * 4
    assert not MailCounter.objects.filter(pk__contains=":case:").exists()


def test_strangers_who_name_somebodys_mailbox_leave_its_owner_what_is_theirs(
    ask: Callable[..., Any], student: User, bearer: Headers
) -> None:
    assert [ask(email=student.email, message=f"Caso {n}").status_code for n in range(3)] == [200, 200, 429]
    assert ask(bearer(student), email=student.email).status_code == 200
