"""Opening, renewing and ending sign-ins: refresh-token families, and the access tokens made with them."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.models import RevokedToken, TokenFamily, User
from apps.accounts.services import second_factor
from apps.accounts.services.tokens import issue_access_token
from apps.core import acting, audit
from apps.core.errors import NotAuthenticated

log = structlog.get_logger("tutorbot.sessions")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a client gets; `expires_in` is the access token's life in seconds."""

    user: User
    access_token: str
    refresh_token: str
    expires_in: int


class NoSession(NotAuthenticated):
    """No refresh token came at all. The React panel shows this text for a refused login too (panel.md §4)."""

    code = "no_session"

    def __init__(self) -> None:
        super().__init__(_("No has iniciado sesión. Revisa tu correo y tu contraseña, e inténtalo de nuevo."))


class SessionEnded(NotAuthenticated):
    """The refresh token is missing, unknown, expired, used before, or taken back: one text for all."""

    code = "session_ended"

    def __init__(self) -> None:
        super().__init__(_("Tu sesión terminó. Inicia sesión otra vez."))


def open_session(
    *, user: User, ip: str = "", user_agent: str = "", since: datetime | None = None
) -> SignedIn:
    """A new family with its first pair of tokens.

    `since`: when the person began to prove who they are. Whatever ends their sessions while the proof is
    looked at, which takes a while, ends this one too.
    """
    now, secret = since or timezone.now(), secrets.token_urlsafe(32)
    now = max(now, user.tokens_valid_after or now)  # in the millisecond in which sessions were ended
    try:
        family = TokenFamily.objects.create(
            user=user,
            token_hash=_hash(secret),
            started_at=now,
            rotated_at=now,
            expires_at=now + _refresh_life(),
            ip=ip[:45],
            user_agent=user_agent[:200],
        )
    except IntegrityError:  # the person was deleted at this very moment
        raise SessionEnded from None
    return _signed_in(user, family.pk, secret, now)


def renew_session(*, refresh_token: str) -> SignedIn:
    """A new pair of tokens for a refresh token, which is used up by it. Raises SessionEnded, NoSession.

    Of several requests with the same token exactly one wins, by one conditional update; the others find
    a token that was used before, which ends the whole family, and what the winner is given with it.
    """
    if not refresh_token:
        raise NoSession
    family_id, secret = _parse(refresh_token)
    now, fresh = timezone.now(), secrets.token_urlsafe(32)
    won = TokenFamily.objects.filter(
        pk=family_id, token_hash=_hash(secret), revoked_at=None, expires_at__gt=now
    ).update(token_hash=_hash(fresh), rotated_at=now, expires_at=now + _refresh_life())
    family = TokenFamily.objects.select_related("user").filter(pk=family_id).first()
    if family is None:
        raise SessionEnded
    if not won:
        _end_if_reused(family, secret)
        raise SessionEnded
    if not family.user.accepts_token_issued_at(family.started_at):
        raise SessionEnded
    if second_factor.must_enrol(family.user):  # STAFF_2FA became "required" after this sign-in
        raise SessionEnded
    return _signed_in(family.user, family.pk, fresh, now)


def end_session(*, refresh_token: str) -> None:
    """Ends the family of a refresh token, used up or not: its access tokens too. Never raises for junk.

    Used up, because a logout may come at the same moment as a renewal, or from somebody's old copy.
    """
    try:
        family_id, _secret = _parse(refresh_token)
    except SessionEnded:
        return
    family = TokenFamily.objects.filter(pk=family_id).first()
    if family is not None:
        end_family(family=family)


def end_access_token(*, jti: str) -> None:
    """Takes back one own access token before its end, and the family it was made with."""
    family_id = jti.partition(".")[0]
    RevokedToken.objects.get_or_create(jti=jti[:64], defaults={"expires_at": _last_access_token_ends()})
    with_family = TokenFamily.objects.filter(pk=family_id).first() if _is_uuid(family_id) else None
    if with_family is not None:
        end_family(family=with_family)


def end_all_sessions(*, user: User) -> None:
    """Every token and page session of this person issued until now is void at once."""
    user.tokens_valid_after = end_of_sessions()
    User.objects.filter(pk=user.pk).update(tokens_valid_after=user.tokens_valid_after)
    audit.note(user, {"sessions": ("open", "all_ended")})
    revoke_families(user=user)


def end_of_sessions() -> datetime:
    """The next millisecond, because MongoDB keeps no more; tokens are issued in milliseconds too."""
    now = timezone.now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000) + timedelta(milliseconds=1)


def revoke_families(*, user: User) -> None:
    TokenFamily.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def purge_expired(*, now: datetime | None = None) -> dict[str, int]:
    """Deletes families and revoked tokens that nothing can use any more; counts per kind."""
    now = now or timezone.now()
    families = TokenFamily.objects.filter(expires_at__lte=now).delete()[0]
    revoked = RevokedToken.objects.filter(expires_at__lte=now).delete()[0]
    return {"families": families, "revoked_tokens": revoked}


def _signed_in(user: User, family_id: uuid.UUID, secret: str, now: datetime) -> SignedIn:
    return SignedIn(
        user=user,
        access_token=issue_access_token(user=user, family=family_id, now=now),
        refresh_token=_sealed(f"{family_id.hex}.{secret}"),
        expires_in=settings.ENV.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    )


def _end_if_reused(family: TokenFamily, secret: str) -> None:
    if family.revoked_at is None and family.token_hash != _hash(secret):
        log.warning("refresh_token_reused", family=str(family.pk), user=str(family.user_id))
        end_family(family=family)


def end_family(*, family: TokenFamily) -> None:
    """Ends one sign-in, its access tokens included."""
    now = timezone.now()
    ended = TokenFamily.objects.filter(pk=family.pk, revoked_at=None).update(revoked_at=now)
    if ended and acting.current().actor not in {"", str(family.user_id)}:  # somebody else's, by staff
        audit.note(family.user, {"session": (str(family.pk), "ended")})
    ends = {"expires_at": _last_access_token_ends()}
    RevokedToken.objects.get_or_create(jti=family.pk.hex, defaults=ends)


def _last_access_token_ends() -> datetime:
    """When the youngest own access token of now is refused by its own end, leeway included."""
    env = settings.ENV
    life = timedelta(minutes=env.ACCESS_TOKEN_EXPIRE_MINUTES, seconds=env.JWT_LEEWAY_SECONDS)
    return timezone.now() + life


def _sealed(body: str) -> str:
    """The token with a seal, so that nobody who merely knows a family's id can end it with a made-up one."""
    return f"{body}.{_seal(body)}"


def _seal(body: str) -> str:
    mac = salted_hmac("tutorbot.refresh", body.encode("utf-8", "surrogatepass"), algorithm="sha256")
    return mac.hexdigest()[:32]


def _parse(refresh_token: str) -> tuple[uuid.UUID, str]:
    """Family and secret of a token that we made. Raises SessionEnded for everything else."""
    body, _dot, seal = refresh_token.rpartition(".")
    family, _dot, secret = body.partition(".")
    if not _is_uuid(family) or not secret or not constant_time_compare(_seal(body), seal):
        raise SessionEnded
    return uuid.UUID(family), secret


def _is_uuid(text: str) -> bool:
    return len(text) == 32 and text.isalnum() and all(c in "0123456789abcdef" for c in text)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _refresh_life() -> timedelta:
    return timedelta(days=settings.ENV.REFRESH_TOKEN_EXPIRE_DAYS)
