"""Reading the queue of tickets, as staff work on it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.core.dates import end_of, start_of
from apps.core.errors import NotFound
from apps.core.pagination import Window
from apps.helpdesk.models import CannedAnswer, Priority, Status, Ticket, TicketComment, TicketEvent
from apps.helpdesk.models.tickets import ACTIVE, TicketQuerySet, overdue_at

SEARCHED = ("number", "subject", "name", "email", "cedula", "conversation_id")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
MAX_SHOWN = 500
"""Comments, and lines of the history, that a ticket shows: the newest."""
URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}
ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("-created_at", "pk"),
    "oldest": ("created_at", "pk"),
    "updated": ("-updated_at", "pk"),
    "due": ("next_due", "pk"),
    "priority": ("urgency", "next_due", "pk"),
}


def tickets_matching(
    *,
    by: User | None = None,
    status: Sequence[str] = (),
    kind: str = "",
    priority: str = "",
    assignee: str | UUID = "",
    overdue: bool | None = None,
    q: str = "",
    desde: date | None = None,
    hasta: date | None = None,
) -> TicketQuerySet:
    """Days are of the opening, inclusive; `assignee` is somebody's id, `me` (that is `by`) or `none`."""
    rows: TicketQuerySet = Ticket.objects.all()
    named = {"kind": kind, "priority": priority, "status__in": status}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    if assignee:
        own = {"me": by.pk if by else None, "none": None}
        rows = rows.filter(assignee=own[assignee] if isinstance(assignee, str) else assignee)
    if overdue is not None:
        late = overdue_at(timezone.now())
        rows = rows.filter(late) if overdue else rows.exclude(late)
    if q.strip():
        rows = rows.filter(_mentions(q.strip()))
    if desde:
        rows = rows.filter(created_at__gte=start_of(desde))
    if hasta:
        rows = rows.filter(created_at__lt=end_of(hasta))
    return rows


def tickets_page(*, window: Window, order: str, **filters: Any) -> tuple[list[Ticket], int]:
    """A part of the tickets that match, and how many there are."""
    rows = tickets_matching(**filters)
    total = rows.count()
    ordered = by_next_due(by_urgency(rows)).select_related("assignee").order_by(*ORDERS[order])
    return list(ordered[window.slice]), total


def by_urgency(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With `urgency`, 0 for the most urgent."""
    whens = [When(priority=priority, then=Value(place)) for priority, place in URGENCY.items()]
    return rows.annotate(urgency=Case(*whens, default=Value(2), output_field=IntegerField()))


def by_next_due(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With `next_due`: the first answer's term while nobody gave one, else the solution's; none: last."""
    answer = When(
        first_response_at=None, response_due_at__lt=Coalesce("due_at", NEVER), then="response_due_at"
    )
    return rows.annotate(next_due=Case(answer, default=Coalesce("due_at", NEVER)))


def ticket_by(key: str, among: QuerySet[Ticket] | None = None) -> Ticket:
    """By its id, or by its number. Raises NotFound."""
    rows = Ticket.objects.all() if among is None else among
    try:
        found = Q(pk=UUID(key))
    except ValueError:
        found = Q(number=key.strip().upper()[:20].replace("\0", ""))
    ticket = rows.filter(found).select_related("assignee", "user").first()
    if ticket is None:
        raise NotFound
    return ticket


def tickets_by_ids(ids: Iterable[UUID]) -> list[Ticket]:
    """Those that exist, in the order of their ids in the request."""
    wanted = list(dict.fromkeys(ids))
    found = {ticket.pk: ticket for ticket in Ticket.objects.filter(pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


def comments_of(ticket: Ticket) -> list[TicketComment]:
    """Oldest first."""
    rows = TicketComment.objects.filter(ticket=ticket).select_related("author")
    return list(rows.order_by("-created_at", "-pk")[:MAX_SHOWN])[::-1]


def events_of(ticket: Ticket) -> list[TicketEvent]:
    """Newest first."""
    return list(
        TicketEvent.objects.filter(ticket=ticket).select_related("by").order_by("-at", "-pk")[:MAX_SHOWN]
    )


def public_comments_of(tickets: Sequence[Ticket]) -> dict[UUID, list[TicketComment]]:
    """By ticket, oldest first; one query for all of them."""
    found: dict[UUID, list[TicketComment]] = {ticket.pk: [] for ticket in tickets}
    rows = TicketComment.objects.filter(ticket__in=list(found), is_public=True)
    for comment in rows.order_by("-created_at", "-pk")[: MAX_SHOWN * 2]:
        found[comment.ticket_id].insert(0, comment)
    return found


def queue_counts(user: User | None) -> dict[str, int]:
    """How many are active, by what staff look for; one query. `mine` are the user's."""
    late, waiting = overdue_at(timezone.now()), Q(status__in=ACTIVE)
    mine = Q(assignee=user.pk) if user else Q(pk__in=[])
    counted = Ticket.objects.filter(status__in=(*ACTIVE, Status.SOLVED)).order_by()  # never all the closed
    return counted.aggregate(
        active=Count("pk", filter=waiting),
        mine=Count("pk", filter=waiting & mine),
        unassigned=Count("pk", filter=waiting & Q(assignee=None)),
        overdue=Count("pk", filter=late),
        open=Count("pk", filter=Q(status=Status.OPEN)),
        pending=Count("pk", filter=Q(status=Status.PENDING)),
        solved=Count("pk", filter=Q(status=Status.SOLVED)),
    )


def canned_answers() -> list[CannedAnswer]:
    return list(CannedAnswer.objects.filter(is_active=True).order_by("shortcut"))


def _mentions(text: str) -> Q:
    found = Q(pk__in=[])
    for name in SEARCHED:
        found |= Q(**{f"{name}__icontains": text})
    return found
