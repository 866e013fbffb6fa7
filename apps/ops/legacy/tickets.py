"""The old system's tickets and their comments: written as they stand, so nobody is mailed about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.accounts.services.legacy_documents import EMAIL, NAME
from apps.accounts.services.people import checked_email
from apps.core.db import next_number, run_atomically
from apps.core.errors import Invalid
from apps.core.old_documents import Document, Unusable, first, text_of
from apps.helpdesk.models import Kind, Priority, Source, Status, Ticket, TicketComment, TicketCounter
from apps.helpdesk.models.tickets import ACTIVE, MAX_MESSAGE, MAX_NAME, MAX_SUBJECT, number_of
from apps.ops.legacy.comments import COMMENTS, comments_of
from apps.ops.legacy.people import OWNER, People
from apps.ops.legacy.reading import (
    ERASED,
    OF_EVERY,
    TOO_OLD,
    date_or_none,
    key_here,
    metadata_of,
    not_here_yet,
    read_each,
    when,
)
from apps.ops.legacy.tally import Tally

DATE = ("createdat", "created", "timestamp", "fecha", "fechacreacion", "date")
CHANGED = ("updatedat", "updated", "fechaactualizacion")
SOLVED = ("solvedat", "resolvedat", "closedat", "fechacierre", "fechasolucion")
SUBJECT = ("subject", "asunto", "title", "titulo")
MESSAGE = ("message", "mensaje", "description", "descripcion", "detalle", "body")
STATUS, PRIORITY, KIND = ("status", "estado"), ("priority", "prioridad"), ("kind", "tipo", "tiposoporte")
ASSIGNEE = ("assignee", "assignedto", "asignado", "asignadoa", "responsable", "agente")
NUMBER = ("number", "numero", "ticketid", "ticketnumber")
CONVERSATION = ("conversationid", "senderid", "sender", "sessionid")
PLAIN = {"tipo_soporte": 80, "cedula": 30, "motivo_soporte": 200, "prefer_contacto": 40}
PHONE = ("phone", "telefono", "celular")
KNOWN = OF_EVERY.union(
    *(DATE, CHANGED, SOLVED, SUBJECT, MESSAGE, STATUS, PRIORITY, KIND, ASSIGNEE, NUMBER, PHONE, CONVERSATION),
    *(OWNER, NAME, COMMENTS, ("metadata",), (name.replace("_", "") for name in PLAIN)),
)
STATUSES = {
    **dict.fromkeys(("open", "abierto", "nuevo", "new", "enproceso", "inprogress"), Status.OPEN),
    **dict.fromkeys(("pending", "pendiente", "enespera", "waiting"), Status.PENDING),
    **dict.fromkeys(("solved", "resolved", "resuelto", "solucionado"), Status.SOLVED),
    **dict.fromkeys(("closed", "cerrado", "finalizado"), Status.CLOSED),
}
PRIORITIES = {
    **dict.fromkeys(("low", "baja"), Priority.LOW),
    **dict.fromkeys(("normal", "medium", "media"), Priority.NORMAL),
    **dict.fromkeys(("high", "alta"), Priority.HIGH),
    **dict.fromkeys(("urgent", "urgente", "critical", "critica", "crítica"), Priority.URGENT),
}
NO_SUBJECT = "Sin asunto"


class Tickets:
    """One run's import of tickets. Imported ones have no due times: they were promised by other rules."""

    def __init__(self, people: People, *, since: datetime | None, dry_run: bool) -> None:
        self.people, self.since, self.dry_run = people, since, dry_run

    def take(self, collection: str, documents: Sequence[Document], tally: Tally) -> None:
        read = read_each(
            documents, KNOWN, tally, lambda old, fields: self._read(collection, old, fields, tally)
        )
        found = {ticket.pk: (ticket, document, fields) for document, fields, ticket in read}
        new = sorted(not_here_yet(Ticket, found, tally), key=lambda row: row[0].created_at)
        tally.new += len(new)
        if not new or self.dry_run:
            return
        for ticket, _document, fields in new:
            self._owners(ticket, fields)
        comments = [
            comment
            for ticket, document, fields in new
            for comment in comments_of(ticket, collection, document, fields, self.people, tally)
        ]
        run_atomically(lambda: _insert([ticket for ticket, _document, _fields in new], comments))

    def _read(self, collection: str, document: Document, fields: Document, tally: Tally) -> Ticket:
        """Raises Unusable."""
        try:
            email = checked_email(text_of(fields, EMAIL) or self.people.email_in(fields))
        except Invalid as error:
            raise Unusable(str(error.text)) from None
        message, subject = text_of(fields, MESSAGE, MAX_MESSAGE), text_of(fields, SUBJECT, MAX_SUBJECT)
        if not message and not subject:
            raise Unusable("sin asunto ni mensaje")
        created = when(document, fields, DATE)
        if self.since and created < self.since:
            raise Unusable(TOO_OLD)
        if self.people.is_erased(email=email):
            raise Unusable(ERASED)
        status = _word(fields, STATUS, STATUSES, Status.OPEN, document, tally)
        metadata = metadata_of(fields, collection, document)
        if number := text_of(fields, NUMBER, 60):
            metadata["legacy"]["number"] = number
        return Ticket(
            pk=key_here(collection, document),
            kind=_kind(fields),
            status=status,
            priority=_word(fields, PRIORITY, PRIORITIES, Priority.NORMAL, document, tally),
            name=text_of(fields, NAME, MAX_NAME) or email.partition("@")[0][:MAX_NAME],
            email=email,
            subject=subject or NO_SUBJECT,
            message=message or subject,
            conversation_id=text_of(fields, CONVERSATION, 128),
            phone=text_of(fields, PHONE, 40),
            **{name: text_of(fields, (name.replace("_", ""),), most) for name, most in PLAIN.items()},
            metadata=metadata,
            source=Source.OPEN,
            created_at=created,
            updated_at=date_or_none(fields, CHANGED) or created,
            solved_at=None if status in ACTIVE else _solved(fields, created),
        )

    def _owners(self, ticket: Ticket, fields: Document) -> None:
        assigned = first(fields, ASSIGNEE)
        helper = self.people.email_in({"user": assigned}) if isinstance(assigned, str) else ""
        accounts = self.people.accounts([ticket.email, helper])
        ticket.user_id, ticket.assignee_id = accounts.get(ticket.email), accounts.get(helper)


def _insert(tickets: Sequence[Ticket], comments: Sequence[TicketComment]) -> None:
    for ticket in tickets:
        count = next_number(TicketCounter, str(timezone.localtime(ticket.created_at).year))
        ticket.number = number_of(ticket.created_at, count)
    changed = {ticket.pk: ticket.updated_at for ticket in tickets}
    Ticket.objects.bulk_create(tickets)
    for key, at in changed.items():  # a new row's own is the moment of its writing
        Ticket.objects.filter(pk=key).update(updated_at=at)
    TicketComment.objects.bulk_create(comments)


def _solved(fields: Document, created: datetime) -> datetime:
    found = date_or_none(fields, SOLVED) or date_or_none(fields, CHANGED)
    return max(found, created) if found else created


def _kind(fields: Document) -> str:
    return next(
        (kind for name in KIND if (kind := text_of(fields, (name,)).lower()) in Kind.values), "soporte"
    )


def _word(
    fields: Document,
    names: tuple[str, ...],
    words: dict[str, Any],
    default: str,
    document: Document,
    tally: Tally,
) -> str:
    said = text_of(fields, names, 40)
    plain = said.lower().replace(" ", "").replace("_", "").replace("-", "")
    if said and plain not in words:
        tally.note(document.get("_id"), f"{names[-1]} «{said}»: queda {default}")
    return str(words.get(plain, default))
