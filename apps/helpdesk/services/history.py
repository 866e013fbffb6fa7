"""What every change of a ticket is made of: the row held, an event written, the times kept."""

from django.utils import timezone

from apps.accounts.models import User
from apps.core.db import lock_rows
from apps.core.errors import NotFound
from apps.helpdesk.models import Actor, Ticket, TicketEvent
from apps.helpdesk.models.work import MAX_SHOWN
from apps.helpdesk.terms import business_minutes


def locked(ticket: Ticket) -> Ticket:
    """The row as it is now, nobody else's until the transaction ends. Raises NotFound."""
    rows = lock_rows(Ticket.objects.filter(pk=ticket.pk))
    if not rows:
        raise NotFound
    row: Ticket = rows[0]
    return row


def note(
    ticket: Ticket, field: str, before: str, after: str, *, by: User | None, actor: Actor = Actor.STAFF
) -> None:
    """A line of the history; inside the transaction of the change."""
    TicketEvent.objects.create(
        ticket=ticket,
        by=by,
        actor=actor,
        at=timezone.now(),
        field=field,
        before=before[:MAX_SHOWN],
        after=after[:MAX_SHOWN],
    )


def note_first_response(ticket: Ticket, by: User) -> None:
    """Keeps when somebody answered for the first time, and how long that took; on a held row."""
    if ticket.first_response_at is not None:
        return
    ticket.first_response_at = timezone.now()
    ticket.first_response_minutes = business_minutes(ticket.created_at, ticket.first_response_at)
    ticket.save(update_fields=["first_response_at", "first_response_minutes", "updated_at"])
    note(ticket, "first_response", "", ticket.first_response_at.isoformat(timespec="seconds"), by=by)
