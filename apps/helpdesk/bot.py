"""The back end of the bot's actions when they run in this process: the API's services, called directly."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from apps.accounts.callers import ANONYMOUS, Caller
from apps.accounts.models import Certificate, User, normalise_email
from apps.accounts.permissions import check_own_password
from apps.accounts.serializers.auth import ForgotPasswordInput
from apps.accounts.services import mails, records
from apps.accounts.throttles import spend_mailbox_quota
from apps.core import acting
from apps.core.errors import AppError, NotAuthenticated
from apps.core.views.base import valid
from apps.helpdesk import serializers as shapes
from apps.helpdesk.models import Actor, Source, Ticket, TicketComment
from apps.helpdesk.queue_selectors import public_comments_of
from apps.helpdesk.selectors import own_tickets, saved_progress
from apps.helpdesk.services import bot
from apps.helpdesk.services.tickets import open_ticket
from apps.intents.titles import known_titles
from rasa.actions.backend import (
    BackendUnavailable,
    CertificateView,
    NewTicket,
    Progress,
    Refused,
    StateView,
    TicketView,
    TutorView,
)
from rasa.actions.bodies import ticket_body, tutor_mail_key
from rasa.actions.types import Tracker

BY_PERSON = 500
"""From this status on it is not the asker's doing."""


class DirectBackend:
    """`rasa.actions.backend.Backend` over services; whose data it is follows from the turn's verified claims.

    What it refuses has the codes and the fields of the API's answers.
    """

    def create_ticket(self, tracker: Tracker, ticket: NewTicket) -> str:
        with asked():
            data = valid(shapes.TicketInput, ticket_body(tracker, ticket)).validated_data
            opened = open_ticket(
                data=data,
                source=Source.BOT,
                caller=caller_of(tracker),
                idempotency_key=ticket.key,
                address=acting.current().address,
            )
            return opened.number

    def own_tickets(self, tracker: Tracker) -> list[TicketView]:
        with asked():
            tickets = own_tickets(signed_in(tracker))
            comments = public_comments_of(tickets)
            return [_ticket_view(ticket, comments[ticket.pk]) for ticket in tickets]

    def certificates(self, tracker: Tracker) -> list[CertificateView]:
        with asked():
            return [_certificate_view(row) for row in records.own_certificates(caller=signed_in(tracker))]

    def student_state(self, tracker: Tracker) -> StateView:
        with asked():
            record = records.own_state(caller=signed_in(tracker))
            return StateView(
                state=record.estado,
                label=record.get_estado_display(),
                program=record.programa,
                course=record.ficha,
                starts=_day(record.fecha_inicio),
                ends=_day(record.fecha_fin),
            )

    def tutor(self, tracker: Tracker) -> TutorView:
        with asked():
            tutor = records.own_tutor(caller=signed_in(tracker))
            return TutorView(tutor.nombre, tutor.email, tutor.telefono, tutor.horario)

    def mail_tutor(self, tracker: Tracker, text: str) -> str:
        with asked():
            caller = signed_in(tracker)
            said = valid(shapes.TutorMessageInput, {"text": text}).validated_data
            key = tutor_mail_key(tracker, text)
            return bot.write_to_tutor(text=said["text"], caller=caller, idempotency_key=key).nombre

    def request_password_reset(self, tracker: Tracker, email: str) -> None:
        with asked():
            said = valid(ForgotPasswordInput, {"email": email}).validated_data
            spend_mailbox_quota(said["email"])
            mails.request_password_reset(email=said["email"])

    def save_survey(self, tracker: Tracker, key: str, level: int, comment: str) -> None:
        with asked():
            body = {"sender": tracker.sender, "key": key, "level": level, "comment": comment}
            said = valid(shapes.SurveyInput, body).validated_data
            bot.save_survey(**said, caller=caller_of(tracker))

    def save_progress(self, tracker: Tracker, progress: Progress) -> None:
        with asked():
            body = {"sender": tracker.sender, "form": progress.form, "slots": dict(progress.slots)}
            said = valid(shapes.ProgressInput, body).validated_data
            bot.save_progress(**said, caller=caller_of(tracker))

    def load_progress(self, tracker: Tracker) -> Progress | None:
        with asked():
            saved = saved_progress(caller_of(tracker), tracker.sender)
            return Progress(saved.form, saved.slots) if saved else None

    def discard_progress(self, tracker: Tracker) -> None:
        with asked():
            bot.discard_progress(sender=tracker.sender, caller=caller_of(tracker))

    def intent_titles(self) -> Mapping[str, Mapping[str, str]]:
        with asked():
            return known_titles()


def caller_of(tracker: Tracker) -> Caller:
    """Who wrote the turn. An e-mail stands in claims only when it is confirmed (Caller.claims)."""
    claims = tracker.claims or {}
    sub, email = claims.get("sub", ""), claims.get("email", "")
    if not sub:
        return ANONYMOUS
    known = {"email": email, "nombre": claims.get("nombre", ""), "role": claims.get("rol", "")}
    return Caller(sub, **known, user=_account(sub, email), is_email_verified=bool(email))


def signed_in(tracker: Tracker) -> Caller:
    """Whose own records may be read. Raises NotAuthenticated and Forbidden, as SignedIn does."""
    caller = caller_of(tracker)
    if not caller.is_known:
        raise NotAuthenticated
    check_own_password(caller)
    return caller


def _account(sub: str, email: str) -> User | None:
    """Own tokens name an account by id; a platform's student may have one by a confirmed e-mail."""
    try:
        user = User.objects.filter(pk=UUID(sub), is_active=True).first()
    except ValueError:
        user = None
    if user is not None and (not email or user.email == normalise_email(email)):
        return user
    found = User.objects.filter(email=email, email_verified=True, is_active=True).first() if email else None
    return None if found is None or found.is_staff else found


@contextmanager
def asked() -> Iterator[None]:
    """Refused where a service says no, BackendUnavailable where something is broken."""
    try:
        yield
    except ValidationError as error:
        raise Refused("invalid", tuple(str(name) for name in error.detail)) from error
    except AppError as error:
        if error.status >= BY_PERSON:
            raise BackendUnavailable(error.code) from error
        raise Refused(_code(error), tuple(r["field"] for r in getattr(error, "errors", ()))) from error
    except DatabaseError as error:
        raise BackendUnavailable(type(error).__name__) from error


def _code(error: AppError) -> str:
    return "limited" if error.status == 429 else error.code


def _ticket_view(ticket: Ticket, comments: Sequence[TicketComment]) -> TicketView:
    answers = [comment.text for comment in comments if comment.actor == Actor.STAFF]
    return TicketView(
        number=ticket.number,
        status=ticket.status,
        subject=ticket.subject,
        created=timezone.localdate(ticket.created_at).isoformat(),
        answer=answers[-1] if answers else "",
    )


def _certificate_view(row: Certificate) -> CertificateView:
    return CertificateView(
        title=row.nombre or str(row),
        kind=row.get_tipo_display(),
        program=row.programa,
        issued=row.fecha_emision.isoformat(),
        url=row.url,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
