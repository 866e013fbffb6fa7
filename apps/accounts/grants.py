"""Grants: for some minutes the action server may read the own records of the student whom it serves.

With Rasa the student's token never leaves this server; a signed statement of who wrote the turn does.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.core import signing
from django.db import DatabaseError

from apps.accounts.callers import ANONYMOUS, Caller
from apps.accounts.models import User
from apps.accounts.roles import Role

log = structlog.get_logger("tutorbot.tokens")
SALT = "tutorbot.turn-grant"
MINUTES = 15
MAX_LENGTH = 2048


def grant_for(caller: Caller) -> str:
    """Only what was verified: an e-mail that nobody confirmed is left out."""
    said = {**caller.claims(), "own": caller.is_own, "iat": time.time()}
    return signing.dumps(said, salt=SALT, compress=True)


def caller_by_grant(grant: str) -> Caller:
    """Who the grant speaks of, or nobody: too old, forged, or of somebody who is disabled by now."""
    if len(grant) > MAX_LENGTH:
        return ANONYMOUS
    try:
        said = signing.loads(grant, salt=SALT, max_age=MINUTES * 60)
        return _caller(said)
    except signing.BadSignature as error:
        log.debug("grant_refused", reason=type(error).__name__)
    except DatabaseError as error:
        log.error("grant_not_checked", error=type(error).__name__)
    return ANONYMOUS


def _caller(said: dict[str, object]) -> Caller:
    sub, email, name = (str(said.get(key, "")) for key in ("sub", "email", "nombre"))
    is_own = bool(said["own"])
    if is_own:
        user = User.objects.filter(pk=UUID(sub)).first()
    else:
        user = User.objects.filter(email=email, email_verified=True).first() if email else None
    issued_at = datetime.fromtimestamp(float(str(said["iat"])), UTC)
    if user is None:
        return ANONYMOUS if is_own else Caller(sub, email, name, Role.USUARIO, is_email_verified=bool(email))
    if not user.accepts_token_issued_at(issued_at):
        return ANONYMOUS
    if is_own:
        return Caller(sub, user.email, user.nombre, user.rol, user, is_email_verified=user.email_verified)
    own = None if user.is_staff else user
    return Caller(sub, email, name, Role.USUARIO, own, is_email_verified=bool(email))
