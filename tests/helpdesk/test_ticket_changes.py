"""A change is one, with its history, whoever else works on the ticket at the same time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import Conflict, Invalid
from apps.helpdesk.flow import TRANSITIONS
from apps.helpdesk.models import Status, Ticket, TicketComment, TicketEvent
from apps.helpdesk.services.changes import change_ticket, take_ticket
from apps.helpdesk.services.comments import add_comment
from apps.helpdesk.services.tickets import answered
from tests.helpdesk.parallel import at_once
from tests.helpdesk.test_queue_api import ticket

pytestmark = pytest.mark.django_db


def test_every_step_of_the_flow_is_allowed_and_no_other(soporte: User) -> None:
    row = ticket()
    for was in Status.values:
        for wanted in Status.values:
            Ticket.objects.filter(pk=row.pk).update(status=was)
            if wanted == was or wanted in TRANSITIONS[was]:
                assert change_ticket(ticket=row, by=soporte, status=wanted).status == wanted
            else:
                with pytest.raises(Invalid):
                    change_ticket(ticket=row, by=soporte, status=wanted)


def test_times_are_kept_in_business_minutes_and_go_when_it_is_opened_again(
    soporte: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def now(text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Bogota"))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    now("2026-11-27T16:30")
    row = ticket()
    now("2026-11-30T08:20")
    answered(row, soporte)
    now("2026-11-30T09:00")
    assert answered(row, soporte).first_response_minutes == 50
    done = change_ticket(ticket=row, by=soporte, status="solved")
    assert done.solution_minutes == 90
    closed = change_ticket(ticket=row, by=soporte, status="closed")
    assert (closed.solved_at, closed.next_due_at) == (done.solved_at, None)
    now("2027-03-01T09:00")
    again = change_ticket(ticket=row, by=soporte, status="open")
    assert (again.solved_at, again.solution_minutes, again.is_overdue(timezone.now())) == (None, None, True)
    assert Ticket.objects.overdue(timezone.now()).get() == row


def test_what_changes_nothing_writes_nothing_and_history_is_never_changed(soporte: User) -> None:
    row = change_ticket(ticket=ticket(), by=soporte, assignee=soporte)
    assert change_ticket(ticket=row, by=soporte, assignee=soporte, status="open").version == row.version
    event = TicketEvent.objects.get(field="assignee")
    assert (event.by, event.before, event.after) == (soporte, "", "Iván Mora")
    event.after = "otra"
    with pytest.raises(TypeError):
        event.save()
    soporte.is_active = False
    soporte.save()
    with pytest.raises(Invalid):
        change_ticket(ticket=row, by=soporte, assignee=soporte, status="pending")


def test_a_change_whose_history_cannot_be_written_is_none(
    soporte: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ticket()
    monkeypatch.setattr(TicketEvent, "save", lambda *args, **kwargs: (_ for _ in ()).throw(IntegrityError))
    with pytest.raises(IntegrityError):
        change_ticket(ticket=row, by=soporte, priority="high")
    assert Ticket.objects.get().priority == "normal"


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_of_two_who_take_a_ticket_at_once_one_wins_and_the_other_is_told(soporte: User, admin: User) -> None:
    row, people = ticket(), (soporte, admin)
    told = at_once(lambda n: take_ticket(ticket=row, by=people[n]), 2)
    winner = Ticket.objects.get().assignee
    assert winner in people
    lost = [(one.code, str(one.text)) for one in told if isinstance(one, Conflict)]
    assert lost == [("taken", f"Ya se encarga {winner}.")]
    assert TicketEvent.objects.filter(field="assignee").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_of_many_changes_of_what_was_read_one_is_done_and_of_one_answer_clicked_often_one_is_kept(
    soporte: User,
) -> None:
    row = ticket()
    told = at_once(
        lambda n: change_ticket(ticket=row, by=soporte, version=0, priority=("high", "low")[n % 2]), 6
    )
    refused = [one.code for one in told if isinstance(one, Conflict)]
    assert (len(refused), set(refused) - {"changed", "busy"}) == (5, set())
    at_once(lambda n: add_comment(ticket=row, by=soporte, text="Prueba otra vez."), 6)
    assert TicketComment.objects.count() == 1
    assert TicketEvent.objects.filter(field="first_response").count() == 1
