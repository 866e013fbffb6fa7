"""Tickets that stay without the person: number, kind, dates and status, for figures and legal terms."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.core.db import atomic
from apps.core.personal_data import ERASED, Counts
from apps.helpdesk.models import Actor, Status, Survey, Ticket, TicketComment, TicketEvent
from apps.helpdesk.models.tickets import ACTIVE

BATCH = 200
BLANK: dict[str, Any] = {
    **dict.fromkeys(("name", "subject", "message"), ERASED),
    **dict.fromkeys(("email", "conversation_id", "tipo_soporte", "cedula", "motivo_soporte"), ""),
    **dict.fromkeys(("prefer_contacto", "phone", "request_hash"), ""),
    "metadata": {},
    "user": None,
    "intake_key": None,
    "email_verified": False,
}
"""An e-mail is never empty otherwise: that is how an anonymous ticket is told."""


def named() -> QuerySet[Ticket]:
    """Tickets that still tell of somebody."""
    return Ticket.objects.exclude(email="")


def closed_before(before: datetime) -> QuerySet[Ticket]:
    return named().filter(status__in=[Status.SOLVED, Status.CLOSED], updated_at__lt=before)


def anonymise_tickets(tickets: QuerySet[Ticket], batch: int = BATCH) -> Iterator[Counts]:
    """Batch by batch, each with its comments and surveys; what was open is closed; `updated_at` stays."""
    while keys := list(tickets.order_by().values_list("pk", flat=True)[:batch]):
        with atomic():
            surveys = _anonymise(Survey.objects.filter(ticket__in=keys))
            TicketComment.objects.filter(ticket__in=keys).update(text=ERASED)
            _close(keys)
            done = Ticket.objects.filter(pk__in=keys).update(**BLANK, updated_at=F("updated_at"))
            _anonymise_history(keys)
        yield {"tickets": done, "surveys": surveys}


def anonymise_surveys(surveys: QuerySet[Survey], batch: int = BATCH) -> Iterator[Counts]:
    """The opinion stays as a number, of nobody."""
    rows = surveys.exclude(conversation_id="", comment="", user=None)
    while keys := list(rows.order_by().values_list("pk", flat=True)[:batch]):
        yield {"surveys": _anonymise(Survey.objects.filter(pk__in=keys))}


def _anonymise(surveys: QuerySet[Survey]) -> int:
    """`key` may carry the sender: each gets its own row's."""
    keys = list(surveys.exclude(conversation_id="", comment="", user=None).values_list("pk", flat=True))
    for pk in keys:
        Survey.objects.filter(pk=pk).update(key=f"anon:{pk}", conversation_id="", comment="", user=None)
    return len(keys)


def _close(keys: list[Any]) -> None:
    """Nobody can be answered any more."""
    now = timezone.now()
    for ticket in Ticket.objects.filter(pk__in=keys, status__in=ACTIVE):
        TicketEvent.objects.create(
            ticket=ticket,
            actor=Actor.SYSTEM,
            at=now,
            field="status",
            before=ticket.status,
            after=Status.CLOSED,
        )
    open_ones = Ticket.objects.filter(pk__in=keys, status__in=ACTIVE)
    open_ones.update(status=Status.CLOSED, solved_at=now, updated_at=F("updated_at"))


def _anonymise_history(keys: list[Any]) -> None:
    """Django admin's own lines quote the subject."""
    kind = ContentType.objects.get_for_model(Ticket)
    lines = LogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys])
    lines.update(object_repr=ERASED)
