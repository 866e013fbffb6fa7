"""What is asked for twice is one ticket, and no number is given twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.helpdesk.models import Source, Ticket, TicketCounter
from apps.helpdesk.services.tickets import open_ticket
from tests.helpdesk.conftest import ASKED
from tests.helpdesk.parallel import at_once

pytestmark = pytest.mark.django_db

PATH = "/api/helpdesk/tickets"

Headers = Callable[[User], dict[str, str]]


@pytest.mark.engines
def test_one_key_opens_one_ticket_whatever_the_second_one_says(
    api: APIClient, service: dict[str, str]
) -> None:
    keyed = {**service, "Idempotency-Key": "web-1:abc"}
    first = api.post(PATH, ASKED, headers=keyed)
    second = api.post(PATH, {**ASKED, "message": "Otra cosa distinta."}, headers=keyed)
    assert (second.status_code, second.json()) == (200, first.json())
    other = api.post(PATH, ASKED, headers={**service, "Idempotency-Key": "web-1:abd"})
    assert other.json()["number"] != first.json()["number"]


def test_a_key_of_one_person_opens_nobody_elses_ticket(
    api: APIClient, service: dict[str, str], student: User, soporte: User, bearer: Headers
) -> None:
    numbers = {
        api.post(PATH, ASKED, headers={**who, "Idempotency-Key": "1"}).json()["number"]
        for who in (service, bearer(student), bearer(soporte))
    }
    assert len(numbers) == 3


@pytest.mark.engines
def test_the_same_words_in_the_same_conversation_within_a_minute_are_one_ticket(
    api: APIClient, service: dict[str, str]
) -> None:
    said = {**ASKED, "conversation_id": "web-1"}
    first = api.post(PATH, said, headers=service).json()["number"]
    assert api.post(PATH, said, headers=service).json()["number"] == first
    keyed = api.post(PATH, said, headers={**service, "Idempotency-Key": "other"})
    assert keyed.json()["number"] == first
    Ticket.objects.update(created_at=timezone.now() - timedelta(seconds=61), intake_key="x")
    assert api.post(PATH, said, headers=service).json()["number"] != first


@pytest.mark.parametrize(
    "changed",
    [{"conversation_id": "web-2"}, {"message": "Otra cosa."}, {"subject": "Otro"}, {"email": "b@x.co"}],
)
def test_other_words_another_conversation_or_another_person_are_another_ticket(
    api: APIClient, service: dict[str, str], changed: dict[str, str]
) -> None:
    said = {**ASKED, "conversation_id": "web-1"}
    for body in (said, {**said, **changed}):
        assert api.post(PATH, body, headers=service).status_code == 200
    assert Ticket.objects.count() == 2


def test_who_is_in_no_conversation_of_their_own_shares_no_ticket(
    api: APIClient, service: dict[str, str]
) -> None:
    for sender in ("anonimo", "anonimo", "", ""):
        api.post(PATH, {**ASKED, "conversation_id": sender}, headers=service)
    assert Ticket.objects.count() == 4


def test_numbers_begin_anew_each_year(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    TicketCounter.objects.create(year="2026", last=122)
    numbers = []
    for moment in (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        numbers.append(open_ticket(data=ASKED, source=Source.BOT).number)
    assert numbers == ["T-2026-000123", "T-2027-000001"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_forty_at_once_get_forty_numbers() -> None:
    """Their mails go out of the same threads here, where there is no worker."""
    opened = at_once(
        lambda n: open_ticket(data={**ASKED, "subject": f"Asunto {n}"}, source=Source.BOT).number, 40
    )
    year = timezone.localdate().year
    assert sorted(map(str, opened)) == [f"T-{year}-{n:06d}" for n in range(1, 41)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_a_hundred_at_once_with_one_key_are_one_ticket() -> None:
    opened = at_once(lambda n: open_ticket(data=ASKED, source=Source.BOT, idempotency_key="one").number, 100)
    assert set(opened) == {Ticket.objects.get().number}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_a_hundred_clicks_at_once_are_one_ticket() -> None:
    said = {**ASKED, "conversation_id": "web-1"}
    at_once(lambda n: open_ticket(data=said, source=Source.BOT), 100)
    assert Ticket.objects.count() == 1
