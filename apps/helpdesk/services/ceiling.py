"""How many cases a day may bring of one person, conversation, mailbox or network; danger is not counted."""

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.accounts.roles import STAFF
from apps.core.dates import seconds_to_midnight
from apps.core.db import atomic, next_number
from apps.core.errors import TooMany
from apps.core.network import bucket
from apps.helpdesk.models import MailCounter, Priority, Ticket
from apps.helpdesk.services.mails import key_of_today, mailbox
from rasa.actions.phrases import cries

log = structlog.get_logger("tutorbot.tickets")
OF_A_NETWORK = 10
"""Times as many: a whole institution may stand behind one address."""
Places = dict[str, int]
"""Counters of the day, and how far each may go."""


def places_of(ticket: Ticket, caller: Caller, address: str) -> Places:
    """Staff open cases for others: they are not counted, those whom they are for are.

    A mailbox is counted where it is only claimed: strangers who name it use up nothing of its owner's.
    """
    most = settings.ENV.TICKETS_PER_DAY
    if not most or ticket.priority == Priority.URGENT or cries(f"{ticket.subject} {ticket.message}"):
        return {}
    who = {} if ticket.email_verified else {f"mailbox:{mailbox(ticket.email)}": most}
    if caller.is_known and caller.role not in STAFF:
        who[f"person:{caller.sub}"] = most
    if ticket.has_conversation:
        who[f"conversation:{ticket.conversation_id}"] = most
    if address:
        who[f"network:{bucket(address)}"] = most * OF_A_NETWORK
    return {key_of_today("case", name): n for name, n in sorted(who.items())}


def is_full(places: Places) -> bool:
    counted = MailCounter.objects.filter(pk__in=places).values_list("pk", "last")
    return any(last >= places[key] for key, last in counted)


def refusal() -> TooMany:
    log.warning("tickets_limited")
    text = _(
        "Ya hay varios casos tuyos abiertos hoy. Te responderemos en ellos; si es otra cosa, escribe mañana."
    )
    return TooMany(text, seconds=seconds_to_midnight(), code="limited")


def count(places: Places) -> None:
    """Never raises: the ticket is there. Those who open some at the same moment may get a few more."""
    try:
        with atomic():
            for key in places:
                next_number(MailCounter, key)
    except DatabaseError as error:
        log.error("ticket_not_counted", error=type(error).__name__)
