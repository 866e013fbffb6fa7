"""Deleting what is over: refresh-token families, revoked tokens, page sessions, counted login attempts."""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models import RevokedToken, TokenFamily
from apps.accounts.services.sessions import purge_expired


def purge_over(*, dry_run: bool = False, now: datetime | None = None) -> dict[str, int]:
    """Deletes what nothing can use any more; with `dry_run` only counts. Counts per kind."""
    now = now or timezone.now()
    pages = Session.objects.filter(expire_date__lte=now)
    attempts = AccessAttempt.objects.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME).order_by()
    if dry_run:
        return {
            "families": TokenFamily.objects.filter(expires_at__lte=now).count(),
            "revoked_tokens": RevokedToken.objects.filter(expires_at__lte=now).count(),
            "page_sessions": pages.count(),
            "login_attempts": attempts.count(),
        }
    return {
        **purge_expired(now=now),
        "page_sessions": pages.delete()[0],
        "login_attempts": attempts.delete()[0],
    }
