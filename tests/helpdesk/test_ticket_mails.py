"""Who asked for help gets mails; nobody can make the helpdesk bomb a mailbox or send a stranger's words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from apps.accounts.callers import ANONYMOUS
from apps.accounts.models import User, UserSettings
from apps.helpdesk.services.changes import change_ticket
from apps.helpdesk.services.comments import add_comment, add_own_comment
from tests.helpdesk.conftest import caller
from tests.helpdesk.test_queue_api import ticket

pytestmark = pytest.mark.django_db


def sent() -> list[tuple[str, str]]:
    found = [(one.to[0], one.subject) for one in mail.outbox]
    mail.outbox.clear()
    return found


def test_the_requester_and_the_team_are_written_to_when_something_happens(
    student: User, soporte: User, committed: Any, env: Callable[..., Any]
) -> None:
    env(EMAIL_TO=["equipo@ejemplo.edu.co"])
    UserSettings.objects.create(pk=str(student.pk), language="es")
    with committed(execute=True):
        row = ticket(student, subject="Uno\n<b>dos</b>")
    assert [student.email, "equipo@ejemplo.edu.co"] == [one.to[0] for one in mail.outbox]
    assert row.number in mail.outbox[0].subject
    assert "Uno\n<b>dos</b>" in mail.outbox[0].body
    assert "&lt;b&gt;dos" in str(mail.outbox[0].alternatives[0])
    assert f"/admin/helpdesk/ticket/{row.pk}/change/" in mail.outbox[1].body
    sent()
    with committed(execute=True):
        add_comment(ticket=row, by=soporte, text="Prueba <otra> vez.")
        add_comment(ticket=row, by=soporte, text="Prueba <otra> vez.")
        add_comment(ticket=row, by=soporte, text="Es un caso raro.", is_public=False)
        change_ticket(ticket=row, by=soporte, assignee=soporte, priority="high")
    assert "Prueba <otra> vez." in mail.outbox[0].body
    assert sent() == [(student.email, f"Respuesta a tu caso {row.number}")]
    with committed(execute=True):
        add_comment(ticket=row, by=soporte, text="Quedó.", status="solved")
    assert "Quedó." in mail.outbox[0].body
    assert sent() == [(student.email, f"Tu caso {row.number} está resuelto")]
    with committed(execute=True):
        add_own_comment(ticket=row, caller=caller(student), text="Sigue igual.")
    assert sent() == [(soporte.email, f"Respondieron en el caso {row.number}")]


def test_an_unconfirmed_address_gets_few_mails_a_day_and_no_words_of_a_stranger(
    soporte: User, committed: Any
) -> None:
    with committed(execute=True):
        rows = [ticket(subject=f"Gana dinero {n}", message="en http://malo.example") for n in range(6)]
    assert len(mail.outbox) == 3
    for one in mail.outbox:
        said = f"{one.subject} {one.body} {one.alternatives}"
        assert not any(word in said for word in ("dinero", "malo.example", "Ana Rojas"))
    sent()
    with committed(execute=True):
        for n in range(12):
            add_comment(ticket=rows[0], by=soporte, text=f"Respuesta {n}")
        add_own_comment(ticket=rows[1], caller=ANONYMOUS, text="Nadie lo espera.")
    assert len(mail.outbox) == 10


def test_one_mailbox_has_no_more_room_under_other_names(committed: Any) -> None:
    with committed(execute=True):
        for n in range(6):
            ticket(email=f"ana+{n}@ejemplo.edu.co", subject=f"Caso {n}")
    assert len(mail.outbox) == 3
