"""What both back ends send for an action: one shape of a ticket, one key of a mail."""

import hashlib

from .backend import NewTicket
from .types import Tracker


def ticket_body(tracker: Tracker, ticket: NewTicket) -> dict[str, str]:
    """As the intake takes it (contract http.md §6)."""
    return {
        "name": ticket.name,
        "email": ticket.email,
        "subject": ticket.subject,
        "message": ticket.message,
        "kind": ticket.kind,
        "conversation_id": tracker.sender,
        "tipo_soporte": ticket.kind,
        "cedula": ticket.document,
        "motivo_soporte": ticket.reason,
        "prefer_contacto": ticket.contact,
        "phone": ticket.phone,
    }


def tutor_mail_key(tracker: Tracker, text: str) -> str:
    """The same form sends the same text once, whichever engine asks."""
    said = f"{tracker.sender}\n{tracker.slots.get('soporte_key')}\n{text}"
    return hashlib.sha256(said.encode()).hexdigest()[:48]
