"""Opening tickets, and noting that they were answered."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from apps.accounts.callers import ANONYMOUS, Caller
from apps.accounts.models import User, normalise_email
from apps.core.db import is_mongo, next_number, run_atomically
from apps.core.text import without_secrets
from apps.helpdesk.models import Actor, Kind, Priority, Source, Ticket, TicketCounter
from apps.helpdesk.models.tickets import number_of
from apps.helpdesk.services.ceiling import count, is_full, places_of, refusal
from apps.helpdesk.services.conversation_queue import queue_conversation
from apps.helpdesk.services.deliveries import note_delivery
from apps.helpdesk.services.history import locked, note, note_first_response
from apps.helpdesk.services.mails import announce
from apps.helpdesk.terms import set_due

log = structlog.get_logger("tutorbot.tickets")
SAME_WITHIN = timedelta(seconds=60)
"""The same words in the same conversation this soon are a second click (contract http.md §6)."""
CRISIS = "crisis"
"""What the bot gives as the reason of a hand-over when somebody is in danger."""
NEVER_KEPT = frozenset({"auth", "grant"})


def open_ticket(
    *,
    data: Mapping[str, Any],
    source: Source,
    caller: Caller = ANONYMOUS,
    idempotency_key: str = "",
    address: str = "",
) -> Ticket:
    """The ticket that these words ask for: a new one, or the one that they opened before.

    `data` has the fields of TicketInput. Who asks is `caller`, whatever the fields say; `address` is theirs
    on the network, where it is known. Raises TooMany (code limited) when the day has had as many as it may.
    """
    ticket = _ticket(data, source, caller)
    ticket.intake_key = _intake_key(ticket, caller, idempotency_key)
    set_due(ticket)
    places = places_of(ticket, caller, address)
    is_too_many = bool(places) and is_full(places)
    first = _first(ticket) if is_too_many or is_mongo() else None  # on MongoDB a number taken is gone
    if first is None and is_too_many:
        raise refusal()
    first = first or _insert(ticket)
    if first is ticket:
        count(places)
        log.info("ticket_opened", ticket=ticket.number, kind=ticket.kind, source=ticket.source)
        announce(ticket)
    elif first.request_hash != ticket.request_hash:
        log.warning("ticket_key_reused", ticket=first.number)
    queue_conversation(first, caller)
    return first


class _IsOpenAlready(Exception):
    """Rolls back, and so gives the number back."""


def _insert(ticket: Ticket) -> Ticket:
    """The ticket, or the one that somebody else opened by the same key at the same time."""

    def work() -> None:
        """The number first: on SQL whoever asks meanwhile waits here, and finds what was opened."""
        number = next_number(TicketCounter, str(timezone.localtime(ticket.created_at).year))
        if _first(ticket):
            raise _IsOpenAlready
        ticket.number = number_of(ticket.created_at, number)
        ticket.save(force_insert=True)
        note(ticket, "status", "", ticket.status, by=ticket.user, actor=Actor.REQUESTER)
        note_delivery(ticket)

    try:
        run_atomically(work)
    except (_IsOpenAlready, IntegrityError):
        if first := _first(ticket):
            return first
        raise
    return ticket


def _first(ticket: Ticket) -> Ticket | None:
    """The ticket that the same request, or the same words a moment ago, opened."""
    same = Q(pk__in=[])
    if ticket.intake_key:
        same |= Q(intake_key=ticket.intake_key)
    if ticket.has_conversation:
        same |= Q(
            conversation_id=ticket.conversation_id,
            created_at__gte=ticket.created_at - SAME_WITHIN,
            email=ticket.email,
            subject=ticket.subject,
            message=ticket.message,
        )
    found = list(Ticket.objects.filter(same).order_by()[:2])  # one by the key, one by the words
    return min(found, key=lambda one: one.intake_key != ticket.intake_key, default=None)


def _ticket(data: Mapping[str, Any], source: Source, caller: Caller) -> Ticket:
    email = normalise_email(data["email"])
    known = {name: value for name, value in data.items() if name not in {"email", "metadata", "kind"}}
    metadata = {k: v for k, v in (data.get("metadata") or {}).items() if k not in NEVER_KEPT}
    kind = data.get("kind") or _kind_said(data.get("tipo_soporte", ""))
    is_emergency = source == Source.BOT and kind == Kind.HUMANO and data.get("motivo_soporte") == CRISIS
    return Ticket(
        **known,
        email=email,
        kind=kind,
        priority=Priority.URGENT if is_emergency else Priority.NORMAL,
        metadata=without_secrets(metadata),
        user=caller.user,
        email_verified=bool(caller.email) and caller.is_email_verified and caller.email == email,
        source=source,
        request_hash=_digest(data),
        created_at=timezone.now(),
    )


def _kind_said(tipo_soporte: str) -> str:
    """Programs that know no `kind` name one here."""
    word = tipo_soporte.strip().lower()
    return word if word in Kind.values else Kind.SOPORTE


def _intake_key(ticket: Ticket, caller: Caller, idempotency_key: str) -> str | None:
    """Of one caller's own key, which opens nobody else's ticket; else of the words and the minute."""
    if idempotency_key:
        asking = "bot" if ticket.source == Source.BOT else caller.sub
        return f"key:{_digest([asking, idempotency_key])}"
    if not ticket.has_conversation:
        return None
    minute = int(ticket.created_at.timestamp() // SAME_WITHIN.total_seconds())
    return f"words:{_digest([ticket.conversation_id, ticket.email, ticket.subject, ticket.message, minute])}"


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def answered(ticket: Ticket, by: User) -> Ticket:
    """Notes that somebody of the team answered the requester, here or in the chat; the first time counts."""

    def work() -> Ticket:
        row = locked(ticket)
        note_first_response(row, by)
        return row

    return run_atomically(work)
