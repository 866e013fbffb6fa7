"""Failed logins, counted per e-mail and address in django-axes' table, and the lock that follows.

An attempt is counted *before* its password is looked at and forgotten when it succeeds: of any number
of attempts sent at the same moment no more than LOGIN_MAX_ATTEMPTS get an answer about the password.
"""

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User, normalise_email
from apps.core import audit
from apps.core.db import atomic
from apps.core.errors import TooMany
from apps.core.network import bucket

RACES = 3


def reserve_attempt(*, email: str, address: str | None) -> None:
    """Counts an attempt. Raises TooMany when the e-mail is locked for this address; that is not counted."""
    _all(email, address).filter(attempt_time__lte=_threshold()).delete()
    for _attempt in range(RACES):
        row, _created = AccessAttempt.objects.get_or_create(
            username=_name(email),
            ip_address=bucket(address),
            user_agent="",
            defaults={"failures_since_start": 0, "get_data": "", "post_data": "", "http_accept": ""},
        )
        counted = AccessAttempt.objects.filter(
            pk=row.pk, failures_since_start__lt=settings.AXES_FAILURE_LIMIT
        ).update(failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now())
        if counted:
            return
        if AccessAttempt.objects.filter(pk=row.pk).exists():
            raise _locked(row.attempt_time)
    raise _locked(timezone.now())  # a success at the same moment forgot the row, time and again


def forget_attempts(*, email: str, address: str | None) -> None:
    """After a success."""
    _all(email, address).delete()


def unlock(*, email: str) -> int:
    """Ends the locks of an e-mail on all addresses; how many there were."""
    return AccessAttempt.objects.filter(username=_name(email)).delete()[0]


def unlock_person(*, user: User) -> int:
    """At the word of staff."""
    with atomic():
        ended = unlock(email=user.email)
        if ended:
            audit.note(user, {"lock": (True, False)})
    return ended


def locked_until(emails: list[str]) -> dict[str, datetime]:
    """The end of the lock of each of these e-mails that is locked somewhere."""
    rows = only_locked(AccessAttempt.objects.filter(username__in=emails)).order_by("attempt_time")
    ends = rows.values_list("username", "attempt_time")
    return {email: at + settings.AXES_COOLOFF_TIME for email, at in ends if email}


def locked_emails() -> QuerySet[AccessAttempt, Any]:
    """The e-mails that are locked somewhere, as a subquery: an attacker may have locked any number."""
    return only_locked(AccessAttempt.objects.order_by()).values_list("username", flat=True)


def only_locked(attempts: QuerySet[AccessAttempt]) -> QuerySet[AccessAttempt]:
    """Those of these rows that lock their e-mail for their address now."""
    return attempts.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=_threshold()
    )


def end_of_lock(attempt: AccessAttempt) -> datetime | None:
    """When the lock of this row ends; None when it locks nothing now."""
    is_locked = attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT
    return (
        attempt.attempt_time + settings.AXES_COOLOFF_TIME
        if is_locked and attempt.attempt_time > _threshold()
        else None
    )


def _name(email: str) -> str:
    return normalise_email(email)[:255]


def _threshold() -> datetime:
    return timezone.now() - settings.AXES_COOLOFF_TIME


def _all(email: str, address: str | None) -> QuerySet[AccessAttempt]:
    return AccessAttempt.objects.filter(username=_name(email), ip_address=bucket(address)).order_by()


def _locked(last: datetime) -> TooMany:
    seconds = int((last - _threshold()).total_seconds()) + 1
    minutes = {"minutes": -(-seconds // 60)}
    text = _("Demasiados intentos. Espera %(minutes)d min o restablece tu contraseña.") % minutes
    return TooMany(text, seconds=seconds, code="locked_out")
