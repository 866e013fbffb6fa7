"""Verifying access tokens: our own (HS256) and the identity provider's (RS256 or ES256 by PEM or JWKS)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings

from apps.accounts.clients.jwks import JwksClient, JwksUnavailable

MAX_TOKEN_LENGTH = 8192
ACCESS = "access"
OUTSIDE_ACCESS = frozenset({ACCESS, "bearer", "at+jwt"})
"""What identity providers call an access token; never "refresh" or "id"."""


class InvalidToken(Exception):
    """The token counts as no token; the text is for the debug log."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims whose signature, times, issuer and audience are right. `is_own`: `sub` is a user of ours."""

    claims: Mapping[str, Any]
    is_own: bool


def verify(token: str) -> Verified:
    """The claims of an access token. Raises InvalidToken for everything else, refresh tokens included."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise InvalidToken("too long")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        claims = _decode(token, algorithm, header.get("kid"))
    except (jwt.PyJWTError, JwksUnavailable, ValueError, TypeError, OverflowError) as error:
        raise InvalidToken(type(error).__name__) from None
    is_own = algorithm == "HS256" and _is_uuid(claims["sub"])
    if algorithm == "HS256" and not is_own and settings.ENV.JWT_ALGORITHM != "HS256":
        raise InvalidToken("an own token names a user of ours")
    allowed = {ACCESS} if is_own else OUTSIDE_ACCESS
    for name in ("token_type", "typ"):
        if claims.get(name) is not None and str(claims[name]).lower() not in allowed:
            raise InvalidToken("not an access token")
    return Verified(claims, is_own)


def _decode(token: str, algorithm: Any, key_id: str | None) -> dict[str, Any]:
    """The key follows from the algorithm, so a public key can never be used as an HMAC secret."""
    env = settings.ENV
    is_outside = algorithm != "HS256"
    if algorithm not in ("HS256", env.JWT_ALGORITHM):
        raise InvalidToken("algorithm not allowed")
    strict = is_outside or env.JWT_ALGORITHM == "HS256"
    claims: dict[str, Any] = jwt.decode(
        token,
        _public_key(key_id) if is_outside else settings.SECRET_KEY,
        algorithms=[algorithm],
        issuer=(env.JWT_ISSUER or None) if strict else None,
        audience=(env.JWT_AUDIENCE or None) if strict else None,
        leeway=env.JWT_LEEWAY_SECONDS,
        options={"require": ["exp", "sub"], "verify_aud": strict and bool(env.JWT_AUDIENCE)},
    )
    if not claims["sub"].strip():
        raise InvalidToken("empty subject")
    return claims


def _public_key(key_id: str | None) -> Any:
    env = settings.ENV
    if env.JWT_PUBLIC_KEY:
        return env.JWT_PUBLIC_KEY.replace("\\n", "\n")
    return jwks_client(env.JWT_JWKS_URL).key(key_id)


@lru_cache(maxsize=4)
def jwks_client(url: str) -> JwksClient:
    """One cache of keys per process and address."""
    return JwksClient(url)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
