"""What the helpdesk keeps of a person: cases and surveys are made anonymous, the rest goes."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.chat.models import DEFAULT_SENDER
from apps.core.personal_data import Part, Person, exempt, gone, register
from apps.helpdesk.models import SavedProgress, Survey, Ticket, TicketComment, TutorMessage
from apps.helpdesk.services.anonymising import anonymise_surveys, anonymise_tickets, named

EXPORTED = (
    *("number", "kind", "status", "priority", "name", "email", "subject", "message", "conversation_id"),
    *("tipo_soporte", "cedula", "motivo_soporte", "prefer_contacto", "phone", "metadata", "created_at"),
)


def _tickets(person: Person) -> QuerySet[Ticket]:
    """By account and e-mail; in their conversations those that are not proved to be somebody else's."""
    theirs = Q(conversation_id__in=person.senders)
    if not person.is_asked_by_sender:
        theirs &= (Q(user=None) | Q(user__in=person.users)) & (
            Q(email_verified=False) | Q(email=person.email)
        )
        theirs |= Q(user__in=person.users) | Q(email=person.email)
    return named().filter(theirs)


def _told_tickets(person: Person) -> list[dict[str, Any]]:
    """With what the person could read of them."""
    told = []
    for row in _tickets(person).order_by("created_at", "pk").values("pk", *EXPORTED):
        comments = TicketComment.objects.filter(ticket=row.pop("pk"), is_public=True)
        told.append({**row, "comments": list(comments.values("actor", "text", "created_at"))})
    return told


def _find(person: Person) -> Person:
    """Conversations in which they asked for something with their e-mail confirmed, an account here or not."""
    if not person.email:
        return person
    proved = Ticket.objects.filter(email=person.email, email_verified=True).exclude(conversation_id="")
    return person.also(senders=set(proved.values_list("conversation_id", flat=True)) - {DEFAULT_SENDER})


def _surveys(person: Person) -> QuerySet[Survey]:
    theirs = Q(conversation_id__in=person.senders) | Q(user__in=person.users)
    if not person.is_asked_by_sender:
        theirs = (Q(conversation_id__in=person.senders) & Q(user=None)) | Q(user__in=person.users)
    return Survey.objects.filter(theirs).exclude(conversation_id="", comment="", user=None)


def _progress(person: Person) -> QuerySet[SavedProgress]:
    owners = [f"sub:{sub}" for sub in person.subjects] + [f"sender:{sender}" for sender in person.senders]
    return SavedProgress.objects.filter(pk__in=owners)


def _tutor_messages(person: Person) -> QuerySet[TutorMessage]:
    rows = TutorMessage.objects.all()
    return rows.filter(student=person.email) if person.email else rows.none()


register(
    Part(
        "tickets",
        _("casos (quedan número, tipo, fechas y estado)"),
        ("helpdesk.Ticket", "helpdesk.TicketComment"),
        lambda person: _tickets(person).count(),
        lambda person: anonymise_tickets(_tickets(person)),
        _told_tickets,
        _find,
        place=20,
    )
)
register(
    Part(
        "surveys",
        _("encuestas (queda el nivel)"),
        ("helpdesk.Survey",),
        lambda person: _surveys(person).count(),
        lambda person: anonymise_surveys(_surveys(person)),
        lambda person: list(
            _surveys(person).order_by("created_at", "pk").values("level", "comment", "created_at")
        ),
        place=30,
    )
)
register(
    Part(
        "saved_forms",
        _("formularios a medias"),
        ("helpdesk.SavedProgress",),
        lambda person: _progress(person).count(),
        lambda person: gone("saved_forms", _progress(person)),
        lambda person: list(_progress(person).values("form", "slots", "updated_at")),
        place=30,
    )
)
register(
    Part(
        "tutor_messages",
        _("mensajes al tutor (solo cuántos)"),
        ("helpdesk.TutorMessage",),
        lambda person: _tutor_messages(person).count(),
        lambda person: gone("tutor_messages", _tutor_messages(person)),
        lambda person: list(_tutor_messages(person).values("day", "count")),
        place=30,
    )
)
exempt(
    {
        "helpdesk.TicketCounter": "the last number of a year",
        "helpdesk.MailCounter": "digests of today's addresses, people and conversations, gone tomorrow",
        "helpdesk.TicketEvent": "words of ours, and staff's names: what was done with a case, and when",
        "helpdesk.CannedAnswer": "prepared answers to nobody in particular",
        "helpdesk.ClosedDay": "days of the institution",
        "helpdesk.Delivery": "how the outside helpdesk got a case; what was sent is made of the case itself",
    }
)
