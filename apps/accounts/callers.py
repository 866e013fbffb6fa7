"""Who is calling: the verified claims of a Bearer token, or nobody. The only place that decides it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts import tokens
from apps.accounts.models import RevokedToken, User, normalise_email
from apps.accounts.roles import Role
from apps.core.text import storable

log = structlog.get_logger("tutorbot.tokens")
DEMO_TOKEN = "demo-token"  # noqa: S105 - works under DEMO_MODE and DEBUG alone
MAX_CLAIM = 254


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request. `role` is from the database, never from a token; "" for strangers.

    An e-mail that nobody confirmed is the caller's word: it opens no student's data.
    """

    sub: str = ""
    email: str = ""
    nombre: str = ""
    role: str = ""
    user: User | None = field(default=None, compare=False)
    jti: str = field(default="", compare=False)
    is_email_verified: bool = True

    @property
    def is_known(self) -> bool:
        return bool(self.sub)

    is_authenticated = is_known
    """For DRF's IsAuthenticated: a caller is what `request.user` is on the API."""

    @property
    def is_own(self) -> bool:
        """Whether the token is one of ours, which names a person of ours by id."""
        return self.user is not None and self.sub == str(self.user.pk)

    def claims(self) -> dict[str, str]:
        """The whitelisted claims that a bot engine may see."""
        email = self.email if self.is_email_verified else ""
        given = {"sub": self.sub, "email": email, "rol": self.role, "nombre": self.nombre}
        return {name: value for name, value in given.items() if value}

    def auth_metadata(self) -> dict[str, Any]:
        """`metadata.auth` of a turn (contract http.md §3.1)."""
        return {"hasToken": self.is_known, "claims": self.claims() if self.is_known else {}}


ANONYMOUS = Caller()


def caller_of(request: HttpRequest) -> Caller:
    """The caller, inspected once a request. Never raises: an unusable Bearer is no Bearer."""
    known = getattr(request, "caller", None)
    if known is None:
        known = _inspect(request.META.get("HTTP_AUTHORIZATION", ""))
        request.caller = known  # type: ignore[attr-defined]
    return known


def _inspect(header: str) -> Caller:
    scheme, _space, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return ANONYMOUS
    if token == DEMO_TOKEN and settings.ENV.DEMO_MODE and settings.DEBUG:
        return Caller(sub="demo", nombre=_("Estudiante de demostración"), role=Role.USUARIO)
    try:
        return _caller_from(tokens.verify(token))
    except tokens.InvalidToken as error:
        log.debug("token_refused", reason=str(error))
    except DatabaseError as error:
        log.error("token_not_checked", error=type(error).__name__)
    return ANONYMOUS


def _caller_from(verified: tokens.Verified) -> Caller:
    claims = verified.claims
    user = _local_user(verified)
    if user is None:
        if RevokedToken.objects.filter(jti=_text(claims, "jti")).exists():
            raise tokens.InvalidToken("revoked")
        return _outside_caller(claims, None)
    if user.is_token_revoked:  # type: ignore[attr-defined]
        raise tokens.InvalidToken("revoked")
    if not user.accepts_token_issued_at(_issued_at(claims)):
        raise tokens.InvalidToken("user disabled or sessions ended")
    if verified.is_own:
        return Caller(
            str(user.pk), user.email, user.nombre, user.rol, user, _text(claims, "jti"), user.email_verified
        )
    return _outside_caller(claims, None if user.is_staff else user)


def _outside_caller(claims: Mapping[str, Any], user: User | None) -> Caller:
    """A student of the platform; an outside token opens no staff door, whatever it or the account says."""
    return Caller(
        sub=_text(claims, "sub"),
        email=normalise_email(_text(claims, "email")),
        nombre=_text(claims, "nombre") or _text(claims, "name"),
        role=Role.USUARIO,
        user=user,
        jti=_text(claims, "jti"),
        is_email_verified=_is_email_verified(claims),
    )


def _local_user(verified: tokens.Verified) -> User | None:
    """Own tokens name a user by id, and are void without one; outside ones may match by an e-mail that
    both sides have verified.

    `is_token_revoked` comes with it, in the same query: this runs on every request.
    """
    claims = verified.claims
    jti = _text(claims, "jti")
    names = [name for name in (jti, jti.partition(".")[0]) if name]
    users = User.objects.annotate(is_token_revoked=Exists(RevokedToken.objects.filter(jti__in=names)))
    if verified.is_own:
        user = users.filter(pk=claims["sub"]).first()
        if user is None:
            raise tokens.InvalidToken("unknown user")
        return user
    email = normalise_email(_text(claims, "email"))
    if not email or not _is_email_verified(claims):
        return None
    return users.filter(email=email, email_verified=True).first()  # or anybody could squat it


def _is_email_verified(claims: Mapping[str, Any]) -> bool:
    """Providers that say nothing vouch for their e-mails; some say it as a text ("false")."""
    said = claims.get("email_verified")
    return said is None or str(said).lower() == "true"


def _issued_at(claims: Mapping[str, Any]) -> datetime:
    """An outside token without `iat` counts as issued at the beginning of time: revocation reaches it."""
    try:
        return datetime.fromtimestamp(float(claims.get("iat") or 0), UTC)
    except (OverflowError, OSError, TypeError, ValueError):
        raise tokens.InvalidToken("unreadable iat") from None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return storable(value)[:MAX_CLAIM] if isinstance(value, str) else ""
