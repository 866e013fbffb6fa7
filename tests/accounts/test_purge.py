"""What is over is deleted, by the worker every hour and by hand."""

from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import RevokedToken, TokenFamily, User
from apps.accounts.services import lockout, sessions
from apps.accounts.tasks import purge_sessions
from apps.core import jobs


def expired(user: User) -> None:
    """One of each kind that is over, beside one that is not."""
    now = timezone.now()
    old, new = now - timedelta(hours=1), now + timedelta(hours=1)
    sessions.open_session(user=user)
    lockout.reserve_attempt(email=user.email, address="10.0.0.1")
    lockout.reserve_attempt(email=user.email, address="10.0.0.2")
    family = sessions.open_session(user=user).refresh_token.partition(".")[0]
    TokenFamily.objects.filter(pk=family).update(expires_at=old)
    AccessAttempt.objects.filter(ip_address="10.0.0.2").update(attempt_time=old)
    for name, ends in (("old", old), ("new", new)):
        RevokedToken.objects.create(jti=name, expires_at=ends)
        Session.objects.create(session_key=name, session_data="", expire_date=ends)


def rows() -> list[int]:
    return [model.objects.count() for model in (TokenFamily, RevokedToken, Session, AccessAttempt)]


@pytest.mark.engines
@pytest.mark.django_db
def test_what_is_over_is_purged_and_nothing_else(student: User) -> None:
    expired(student)
    out = StringIO()
    call_command("purge_sessions", dry_run=True, stdout=out)
    assert [line.rpartition(": ")[2] for line in out.getvalue().splitlines()[1:]] == ["1"] * 4
    assert rows() == [2] * 4
    out = StringIO()
    call_command("purge_sessions", stdout=out)
    assert [line.rpartition(": ")[2] for line in out.getvalue().splitlines()[1:]] == ["1"] * 4
    assert rows() == [1] * 4


@pytest.mark.django_db
def test_the_worker_purges_every_hour(student: User) -> None:
    expired(student)
    purge_sessions()
    assert rows() == [1] * 4
    due = {
        minute: [t.name for t in jobs.queue.read_periodic(timezone.now().replace(minute=minute))]
        for minute in (17, 18)
    }
    assert [minute for minute, names in due.items() if "purge_sessions" in names] == [17]
