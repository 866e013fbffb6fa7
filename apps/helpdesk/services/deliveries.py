"""Tickets delivered to the outside helpdesk: written with the ticket, sent after, never lost."""

import json
import random
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.services.mails import absolute
from apps.core.db import lock_rows, run_atomically
from apps.core.errors import Conflict
from apps.core.jobs import JobsUnavailable, job
from apps.helpdesk.clients import webhook
from apps.helpdesk.clients.webhook import Outcome, delivers_outside
from apps.helpdesk.models import Delivery, Ticket
from apps.helpdesk.models.deliveries import TRIED_FOR

log = structlog.get_logger("tutorbot.deliveries")
EVENT = "ticket.created"
LEASE = timedelta(seconds=60)
"""Longer than any attempt: only that of a worker that died runs out."""
FIRST_WAIT, LONGEST_WAIT = 30, 3 * 3600
"""Seconds; each wait is twice the one before, a tenth more or less so that not all come back at once."""
SWEEP_AT_MOST, SWEEP_SECONDS = 100, 45
SILENCE = ("unreachable", "timeout")
SILENT_FOR = timedelta(seconds=60)
SILENT_AT_MOST = 2
"""Attempts in a row that a silent helpdesk gets of one sweep: mails and trainings wait behind it."""
TICKET_FIELDS = (
    *("number", "kind", "status", "priority", "name", "email", "email_verified", "subject", "message"),
    *("conversation_id", "tipo_soporte", "cedula", "motivo_soporte", "prefer_contacto", "phone"),
    *("metadata", "source", "created_at"),
)
State = Delivery.State


def note_delivery(ticket: Ticket) -> None:
    """For inside the transaction that writes a new ticket; sent when that is over.

    Nothing where no outside helpdesk is configured.
    """
    if not delivers_outside():
        return
    now = timezone.now()
    row = Delivery.objects.create(ticket=ticket, created_at=now, next_at=now, give_up_at=now + TRIED_FOR)
    deliver_soon(row)


def deliver_soon(row: Delivery) -> None:
    """Where jobs cannot be queued, the next sweep sends it."""
    try:
        deliver.later(str(row.pk))
    except JobsUnavailable:
        log.warning("delivery_left_to_sweep", delivery=str(row.pk))


@job()
def deliver(delivery_id: str) -> None:
    """While the other side is silent, sweeps alone look whether it is back."""
    if delivers_outside() and not _is_silent():
        attempt_delivery(UUID(delivery_id))


def sweep_deliveries() -> int:
    """Sends what is due: after a failure, or left by a process that was killed. How many were taken."""
    started, silent, sent = timezone.now(), 0, 0
    if not delivers_outside():
        return 0
    due = Delivery.objects.filter(free(), state=State.WAITING, next_at__lte=started)
    for key in list(due.order_by("next_at").values_list("pk", flat=True)[:SWEEP_AT_MOST]):
        outcome = attempt_delivery(key)
        sent += bool(outcome and outcome.is_delivered)
        silent = silent + 1 if outcome and outcome.word in SILENCE else 0
        if silent == SILENT_AT_MOST or timezone.now() - started > timedelta(seconds=SWEEP_SECONDS):
            break
    return sent


def attempt_delivery(key: UUID) -> Outcome | None:
    """One attempt, if it is due and nobody else is at it."""
    row = claim(key)
    if row is None:
        return None
    outcome = post(row)
    mark(row, outcome)
    return outcome


def free() -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())


def claim(key: UUID) -> Delivery | None:
    """The delivery, ours for a minute and counted as tried; None when it is not due, or another's."""
    now = timezone.now()
    due = Delivery.objects.filter(free(), pk=key, state=State.WAITING, next_at__lte=now)
    row = due.select_related("ticket").first()
    if row is None:
        return None
    lease, before = secrets.token_hex(16), row.attempts
    row.lease, row.leased_until, row.attempts = lease, now + LEASE, before + 1
    taken = Delivery.objects.filter(free(), pk=key, state=State.WAITING, attempts=before).update(
        lease=lease, leased_until=row.leased_until, attempts=row.attempts
    )
    return row if taken else None


def post(row: Delivery) -> Outcome:
    """Outside of any transaction. The ticket as it stands now."""
    return webhook.send(delivery_id=str(row.pk), event=EVENT, attempt=row.attempts, body=body_of(row))


def body_of(row: Delivery) -> bytes:
    ticket = row.ticket
    address = absolute(reverse("admin:helpdesk_ticket_change", args=[ticket.pk]))
    told = {name: getattr(ticket, name) for name in TICKET_FIELDS}
    body = {
        "event": EVENT,
        "delivery_id": row.pk,
        "created_at": row.created_at,
        "ticket": {"id": ticket.pk, **told, "url": address},
    }
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def mark(row: Delivery, outcome: Outcome) -> None:
    """What became of the attempt, unless the lease ran out and another worker has it."""
    now = timezone.now()
    values: dict[str, Any] = {"lease": "", "leased_until": None, "updated_at": now}
    values |= {"last_status": outcome.status, "last_error": outcome.word}
    if outcome.is_delivered:
        values |= {"state": State.DELIVERED, "delivered_at": now}
    elif outcome.is_final or now >= row.give_up_at:
        values |= {"state": State.DEAD}
    else:
        wait = timedelta(seconds=max(wait_after(row.attempts), outcome.retry_after))
        values |= {"next_at": min(now + wait, row.give_up_at)}
    Delivery.objects.filter(pk=row.pk, lease=row.lease).update(**values)
    tell = log.error if values.get("state") == State.DEAD else log.info
    tell(
        "delivery_tried",
        delivery=str(row.pk),
        ticket=row.ticket.number,
        attempt=row.attempts,
        state=str(values.get("state", State.WAITING)),
        status=outcome.status,
        error=outcome.word,
    )


def wait_after(attempts: int) -> int:
    """Seconds until the next attempt."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return round(wait * random.uniform(0.9, 1.1))


def _is_silent() -> bool:
    """Whether the last minute has brought silence: then one attempt at a time is enough."""
    since = timezone.now() - SILENT_FOR
    waiting = Delivery.objects.filter(state=State.WAITING, last_error__in=SILENCE)
    return waiting.filter(updated_at__gte=since).exists()


def resend(*, delivery: Delivery) -> Delivery:
    """Sent again under the same id, with a day of attempts before it. Raises Conflict.

    For one that was taken too: the other side knows it by its id.
    """
    if not delivers_outside():
        text = _("No hay una mesa de ayuda externa: define HELPDESK_KIND y HELPDESK_WEBHOOK.")
        raise Conflict(text, code="no_outside_helpdesk")

    def work() -> Delivery:
        row: Delivery = lock_rows(Delivery.objects.filter(pk=delivery.pk))[0]
        now = timezone.now()
        if row.leased_until is not None and row.leased_until > now:
            raise Conflict(_("Se está enviando ahora mismo. Espera un minuto."), code="delivery_busy")
        row.state, row.attempts, row.last_status, row.last_error = State.WAITING, 0, None, ""
        row.next_at, row.give_up_at, row.delivered_at = now, now + TRIED_FOR, None
        row.save()
        return row

    row = run_atomically(work)
    deliver_soon(row)
    return row
