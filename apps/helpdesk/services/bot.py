"""What the bot does for a student besides tickets: surveys, half-done forms, messages to the tutor."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.callers import ANONYMOUS, Caller
from apps.accounts.models import Tutor
from apps.accounts.services import records
from apps.chat.models import DEFAULT_SENDER
from apps.core.dates import seconds_to_midnight
from apps.core.db import atomic
from apps.core.errors import Invalid, TooMany
from apps.core.jobs import JobsUnavailable
from apps.helpdesk.models import MailCounter, SavedProgress, Survey, Ticket, TutorMessage
from apps.helpdesk.selectors import PROGRESS_DAYS, progress_owner
from apps.helpdesk.services.mails import mail_to_tutor

MESSAGES_A_DAY = 3
SURVEYED_WITHIN = timedelta(hours=1)
"""A survey this soon after a ticket of the conversation is about that ticket."""


def save_survey(
    *, key: str, level: int, comment: str = "", sender: str, caller: Caller = ANONYMOUS
) -> Survey:
    """One survey a key: the last word counts."""
    said = {"level": level, "comment": comment}
    first = {"conversation_id": sender, "user": caller.user, "ticket": _ticket_asked_about(sender)}
    try:
        return Survey.objects.update_or_create(key=key, defaults=said, create_defaults={**said, **first})[0]
    except IntegrityError:  # two at once: the other one is there now
        return Survey.objects.update_or_create(key=key, defaults=said)[0]


def _ticket_asked_about(sender: str) -> Ticket | None:
    if sender in {"", DEFAULT_SENDER}:
        return None
    since = timezone.now() - SURVEYED_WITHIN
    return (
        Ticket.objects.filter(conversation_id=sender, created_at__gte=since).order_by("-created_at").first()
    )


def save_progress(
    *, form: str, slots: Mapping[str, Any], sender: str, caller: Caller = ANONYMOUS
) -> SavedProgress:
    """Replaces what this person had saved. Raises Invalid for nobody in no conversation."""
    owner = progress_owner(caller, sender)
    if not owner:
        raise Invalid.field("sender", _("Para guardar hace falta una conversación propia."), "required")
    values = {"form": form, "slots": dict(slots), "updated_at": timezone.now()}
    try:
        return SavedProgress.objects.update_or_create(owner=owner, defaults=values)[0]
    except IntegrityError:
        return SavedProgress.objects.update_or_create(owner=owner, defaults=values)[0]


def discard_progress(*, sender: str, caller: Caller = ANONYMOUS) -> None:
    SavedProgress.objects.filter(pk=progress_owner(caller, sender)).delete()


def purge_kept() -> dict[str, int]:
    """Deletes forms that nobody went on with, and what was counted of messages to tutors."""
    now = timezone.now()
    forms = SavedProgress.objects.filter(updated_at__lt=now - timedelta(days=PROGRESS_DAYS))
    counted = TutorMessage.objects.filter(day__lt=timezone.localdate(now) - timedelta(days=PROGRESS_DAYS))
    mails = MailCounter.objects.filter(pk__lt=timezone.localdate(now).isoformat())
    return {
        "forms": forms.delete()[0],
        "tutor_messages": counted.delete()[0],
        "mail_counters": mails.delete()[0],
    }


def write_to_tutor(*, text: str, caller: Caller, idempotency_key: str = "") -> Tutor:
    """Hands a mail to the queue: from the student's record to the student's tutor; one mail a key.

    Raises Forbidden and NotFound as own_tutor, TooMany (code limited), and JobsUnavailable.
    """
    record = records.own_state(caller=caller)
    tutor = records.own_tutor(caller=caller)
    said = f"{record.email}\n{idempotency_key}"
    key = hashlib.sha256(said.encode()).hexdigest() if idempotency_key else None
    counted = _count_message(record.email, tutor, key)
    if counted is None:
        return tutor
    try:
        mail_to_tutor.later(str(tutor.pk), record.nombre, record.email, text)
    except JobsUnavailable:
        counted.delete()
        raise
    return tutor


def _count_message(student: str, tutor: Tutor, key: str | None) -> TutorMessage | None:
    """Takes one of the day's places; the database gives each to one alone. None: it was sent already."""
    if key and TutorMessage.objects.filter(key=key).exists():
        return None
    day = timezone.localdate()
    taken = TutorMessage.objects.filter(student=student, day=day).count()
    for count in range(taken + 1, MESSAGES_A_DAY + 1):
        try:
            with atomic():
                return TutorMessage.objects.create(
                    student=student, day=day, count=count, tutor=tutor, key=key
                )
        except IntegrityError:
            if key and TutorMessage.objects.filter(key=key).exists():
                return None
    text = _("Ya le escribiste %(most)d veces hoy a tu tutor. Espera su respuesta o escríbele mañana.")
    raise TooMany(text % {"most": MESSAGES_A_DAY}, seconds=seconds_to_midnight(), code="limited")
