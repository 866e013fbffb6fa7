"""Answers that somebody has to look at: past their last day, or at the day of their review."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engines.project import Response
from apps.intents.models import Answer


def is_stale(answer: Response, day: str) -> bool:
    """`day` is ISO, as the answer's dates are."""
    return bool(
        (answer.valid_until and answer.valid_until < day) or (answer.review_by and answer.review_by <= day)
    )


def stale_answers() -> QuerySet[Answer]:
    """Of active intents: the others' are not said."""
    return Answer.objects.filter(_of(timezone.localdate()), intent__is_active=True).order_by()


def with_stale(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Intents with `n_stale`, how many of their answers are stale."""
    of_answers = Q(answers__valid_until__lt=timezone.localdate())
    of_answers |= Q(answers__review_by__lte=timezone.localdate())
    return rows.annotate(n_stale=Count("answers", filter=of_answers, distinct=True))


def stale_counts(user: User) -> tuple[int, int]:
    """Everybody's, and those of the intents that this person answers for."""
    rows = stale_answers()
    return rows.count(), rows.filter(intent__owner=user).count()


def said_of_dates(answer: Response, day: str) -> str:
    """What its dates mean on that day, for people; nothing when they mean nothing yet."""
    if answer.valid_until and answer.valid_until < day:
        return _("venció el %(day)s: el bot entrenado con esa fecha ya no la dice.") % {
            "day": _shown(answer.valid_until)
        }
    if answer.review_by and answer.review_by <= day:
        return _("había que revisarla antes del %(day)s.") % {"day": _shown(answer.review_by)}
    if answer.valid_from > day:
        return _("el bot la dice desde el %(day)s.") % {"day": _shown(answer.valid_from)}
    if answer.valid_until:
        return _("el bot la dice hasta el %(day)s.") % {"day": _shown(answer.valid_until)}
    return ""


def _of(today: date) -> Q:
    return Q(valid_until__lt=today) | Q(review_by__lte=today)


def _shown(day: str) -> str:
    return date_format(date.fromisoformat(day), "DATE_FORMAT")
