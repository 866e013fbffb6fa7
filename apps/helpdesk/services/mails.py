"""Mails of the helpdesk: to tutors, to those who asked for help, and to the team."""

import hashlib
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Tutor
from apps.accounts.services.mails import absolute, language_of, mail_job, send_mail_to
from apps.core.db import atomic, next_number
from apps.core.jobs import Job, JobsUnavailable
from apps.helpdesk.models import MailCounter, Ticket, TicketComment

log = structlog.get_logger("tutorbot.mails")
SUBJECT = _("Mensaje de %(student)s en %(brand)s")
SUBJECTS = {
    "ticket_opened": _("Recibimos tu caso %(number)s"),
    "ticket_comment": _("Respuesta a tu caso %(number)s"),
    "ticket_solved": _("Tu caso %(number)s está resuelto"),
    "ticket_for_team": _("Caso nuevo %(number)s"),
    "comment_for_team": _("Respondieron en el caso %(number)s"),
}
OPENED_A_DAY, ANSWERS_A_DAY = 3, 10
"""Mails that an address nobody confirmed gets in a day: anybody may have written it there."""


@mail_job
def mail_to_tutor(tutor_id: str, student: str, email: str, text: str) -> None:
    """What a student wrote; an answer goes to the student. Nothing to a tutor who is gone."""
    tutor = Tutor.objects.filter(pk=UUID(tutor_id)).first()
    if tutor is None:
        return
    name = " ".join(student.split())
    send_mail_to(
        tutor.email,
        "tutor_message",
        SUBJECT,
        lambda: {"student": name, "email": email, "text": text},
        reply_to=email,
        about=str(tutor.pk),
    )


def announce(ticket: Ticket) -> None:
    """A new ticket: its number to who asked, all of it to EMAIL_TO. Never raises: the ticket is there."""
    _later(mail_requester, str(ticket.pk), "ticket_opened", "")
    for address in settings.ENV.EMAIL_TO:
        _later(mail_team, str(ticket.pk), "ticket_for_team", "", address)


def tell_comment(comment: TicketComment) -> None:
    _later(mail_requester, str(comment.ticket_id), "ticket_comment", comment.text)


def tell_solved(ticket: Ticket, text: str) -> None:
    _later(mail_requester, str(ticket.pk), "ticket_solved", text)


def tell_team(comment: TicketComment) -> None:
    """The requester wrote: to who is in charge, else to EMAIL_TO."""
    in_charge = comment.ticket.assignee
    for address in [in_charge.email] if in_charge else settings.ENV.EMAIL_TO:
        _later(mail_team, str(comment.ticket_id), "comment_for_team", comment.text, address)


@mail_job
def mail_requester(ticket_id: str, template: str, text: str) -> None:
    """To who asked, in the language of the account if the e-mail is that person's.

    To an unconfirmed address go no words that a stranger wrote, and only a few mails a day.
    """
    ticket = Ticket.objects.filter(pk=UUID(ticket_id)).select_related("user").first()
    if ticket is None or not ticket.email or not (ticket.email_verified or _has_place(ticket, template)):
        return
    is_known = ticket.email_verified and ticket.user is not None
    language = language_of(ticket.user) if is_known and ticket.user else settings.LANGUAGE_CODE
    with translation.override(language):
        _send(ticket.email, template, ticket, text)


@mail_job
def mail_team(ticket_id: str, template: str, text: str, address: str) -> None:
    ticket = Ticket.objects.filter(pk=UUID(ticket_id)).first()
    if ticket is not None:
        _send(address, template, ticket, text)


def _send(address: str, template: str, ticket: Ticket, text: str) -> None:
    link = absolute(reverse("admin:helpdesk_ticket_change", args=[ticket.pk]))
    values: dict[str, Any] = {"ticket": ticket, "number": ticket.number, "text": text, "link": link}
    send_mail_to(address, template, SUBJECTS[template], lambda: values, about=ticket.number)


def _has_place(ticket: Ticket, template: str) -> bool:
    """Counts a mail to an unconfirmed address. A retry of one that failed counts again."""
    is_opening = template == "ticket_opened"
    key = key_of_today("opened" if is_opening else "answer", mailbox(ticket.email))
    most = OPENED_A_DAY if is_opening else ANSWERS_A_DAY
    if not MailCounter.objects.filter(pk=key, last__gte=most).exists():  # who bombs costs no writes
        with atomic():
            if next_number(MailCounter, key) <= most:
                return True
    log.warning("mail_limited", mail=template, ticket=ticket.number)
    return False


def key_of_today(kind: str, name: str) -> str:
    """Of a MailCounter: what is counted, and for whom, who cannot be read from it."""
    return f"{timezone.localdate().isoformat()}:{kind}:{hashlib.sha256(name.encode()).hexdigest()}"


def mailbox(email: str) -> str:
    """ana+1@… and ana+2@… lie in one box."""
    local, _at, domain = email.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def _later(job: Job[Any], *args: str) -> None:
    try:
        job.later(*args)
    except JobsUnavailable:  # the log has it; what was asked for is done
        return
