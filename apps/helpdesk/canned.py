"""Canned answers as they read for one ticket."""

from typing import TypedDict

from django.conf import settings

from apps.accounts.models import User
from apps.helpdesk.models import Ticket
from apps.helpdesk.models.canned import filled
from apps.helpdesk.queue_selectors import canned_answers


class Canned(TypedDict):
    id: str
    name: str
    shortcut: str
    text: str
    text_en: str


def canned_for(ticket: Ticket | None, agent: User | None) -> list[Canned]:
    """Those in use; with their places filled where there is a ticket."""
    values = _values(ticket, agent) if ticket else {}
    return [
        {
            "id": str(one.pk),
            "name": one.name,
            "shortcut": one.shortcut,
            "text": filled(one.text, values),
            "text_en": filled(one.text_en, values),
        }
        for one in canned_answers()
    ]


def _values(ticket: Ticket, agent: User | None) -> dict[str, str]:
    """By the names of VARIABLES."""
    return {
        "nombre": ticket.name,
        "numero": ticket.number,
        "asunto": ticket.subject,
        "agente": str(agent) if agent else "",
        "marca": settings.ENV.BRAND_NAME,
    }
