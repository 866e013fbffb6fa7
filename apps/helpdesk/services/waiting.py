"""Whoever waits for a person is told how long, and is not left alone with a silent bot."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.chat.models import Conversation, ConversationLine, Owner
from apps.chat.services import handoff
from apps.core.errors import AppError
from apps.helpdesk.terms import add_business_minutes

log = structlog.get_logger("tutorbot.handoff")
BATCH = 200


def attended_from(now: datetime) -> datetime:
    """The first moment from now on in which somebody of the team is there."""
    return add_business_minutes(now, 0)


def waiting_note(now: datetime) -> str:
    """What somebody who asks for a person now may expect."""
    opens = timezone.localtime(attended_from(now))
    if opens <= now:
        return _("Suele tardar unos minutos.")
    when = {"day": date_format(opens, r"l j \d\e F"), "time": time_format(opens, "g:i a")}
    return _("Ahora no hay nadie del equipo: te escriben desde las %(time)s del %(day)s.") % when


def late_note(now: datetime) -> str:
    opens = attended_from(now)
    if opens > now:
        return waiting_note(now)
    return _(
        "Puedes seguir en espera o volver al asistente: tu caso queda abierto y te responden por correo."
    )


def look_after_waiting(now: datetime | None = None) -> dict[str, int]:
    """Says once to who waits long how long it takes, and gives back to the bot what nobody attends.

    Does the same when it is done twice, or by two workers at once.
    """
    now = now or timezone.now()
    env = settings.ENV
    with override(settings.LANGUAGE_CODE):
        return {
            "told": _tell(now, timedelta(minutes=env.HANDOFF_LATE_MINUTES)),
            "returned": _give_back(now, timedelta(hours=env.HANDOFF_IDLE_HOURS)),
        }


def _tell(now: datetime, patience: timedelta) -> int:
    waiting = Conversation.objects.filter(
        owner=Owner.QUEUE, is_told=False, attended_at__lt=now - patience
    ).order_by("attended_at")
    rows = list(waiting.only("pk")[:BATCH])
    return sum(handoff.tell_late(conversation=row, note=late_note(now)) for row in rows)


def _give_back(now: datetime, patience: timedelta) -> int:
    idle = Q(attended_at__lt=now - patience)
    left = Conversation.objects.filter(idle, owner__in=[Owner.QUEUE, Owner.PERSON]).order_by("attended_at")
    done = 0
    for row in list(left.only("pk", "owner")[:BATCH]):
        try:
            after = handoff.hand_back(conversation=row, kind=ConversationLine.Kind.EXPIRED, only=idle)
        except AppError as error:
            log.warning("not_given_back", error=error.code)
            continue
        done += after.owner == Owner.BOT
    return done
