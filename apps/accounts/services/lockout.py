"""Failed logins, counted per e-mail and address in django-axes' table, and the lock that follows.

An attempt is counted *before* its password is looked at and forgotten when it succeeds: of any number
of attempts sent at the same moment no more than LOGIN_MAX_ATTEMPTS get an answer about the password.
"""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import normalise_email
from apps.core.errors import TooMany


def reserve_attempt(*, email: str, address: str | None) -> None:
    """Counts an attempt. Raises TooMany when the e-mail is locked for this address; that is not counted."""
    _refuse_if_locked(_recent(email, address), settings.AXES_FAILURE_LIMIT)
    _all(email, address).filter(attempt_time__lte=_threshold()).delete()
    row, _created = AccessAttempt.objects.get_or_create(
        username=_name(email),
        ip_address=address,
        user_agent="",
        defaults={"failures_since_start": 0, "get_data": "", "post_data": "", "http_accept": ""},
    )
    AccessAttempt.objects.filter(pk=row.pk).update(
        failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now()
    )
    _refuse_if_locked(_recent(email, address), settings.AXES_FAILURE_LIMIT + 1)


def forget_attempts(*, email: str, address: str | None) -> None:
    """After a success."""
    _all(email, address).delete()


def unlock(*, email: str) -> int:
    """Ends the locks of an e-mail on all addresses; how many there were."""
    return AccessAttempt.objects.filter(username=_name(email)).delete()[0]


def locked_until(emails: list[str]) -> dict[str, datetime]:
    """The end of the lock of each of these e-mails that is locked somewhere."""
    rows = AccessAttempt.objects.filter(
        username__in=emails,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=_threshold(),
    ).order_by("attempt_time")
    ends = rows.values_list("username", "attempt_time")
    return {email: at + settings.AXES_COOLOFF_TIME for email, at in ends if email}


def _name(email: str) -> str:
    return normalise_email(email)[:255]


def _threshold() -> datetime:
    return timezone.now() - settings.AXES_COOLOFF_TIME


def _all(email: str, address: str | None) -> QuerySet[AccessAttempt]:
    return AccessAttempt.objects.filter(username=_name(email), ip_address=address).order_by()


def _recent(email: str, address: str | None) -> QuerySet[AccessAttempt]:
    return _all(email, address).filter(attempt_time__gt=_threshold())


def _refuse_if_locked(attempts: QuerySet[AccessAttempt], limit: int) -> None:
    seen = attempts.aggregate(count=Sum("failures_since_start"), last=Max("attempt_time"))
    if (seen["count"] or 0) >= limit:
        seconds = int((seen["last"] - _threshold()).total_seconds()) + 1
        minutes = -(-seconds // 60)
        raise TooMany(
            _("Demasiados intentos. Espera %(minutes)d min o restablece tu contraseña.")
            % {"minutes": minutes},
            seconds=seconds,
            code="locked_out",
        )
