"""Making own access tokens."""

import secrets
import uuid
from datetime import datetime
from typing import Any

import jwt
from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.tokens import ACCESS


def issue_access_token(*, user: User, family: uuid.UUID | None = None, now: datetime | None = None) -> str:
    """An HS256 token of the contract's claims (http.md §4), good for ACCESS_TOKEN_EXPIRE_MINUTES.

    `jti` begins with the refresh-token family, so that all access tokens of a family can be taken back
    together; `iat` is in milliseconds, so that a login in the second of a password change is good.
    """
    env, now = settings.ENV, now or timezone.now()
    if user.tokens_valid_after:
        now = max(now, user.tokens_valid_after)  # in the millisecond in which sessions were ended
    issued_at = int(now.timestamp() * 1000) / 1000
    claims: dict[str, Any] = {
        "sub": str(user.pk),
        "email": user.email,
        "nombre": user.nombre,
        "rol": user.rol,
        "typ": ACCESS,
        "token_type": ACCESS,
        "jti": f"{family.hex}.{secrets.token_hex(8)}" if family else uuid.uuid4().hex,
        "iat": issued_at,
        "exp": int(issued_at) + env.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    }
    if env.JWT_ALGORITHM == "HS256":  # then issuer and audience are asked of own tokens too
        claims |= {"iss": env.JWT_ISSUER} if env.JWT_ISSUER else {}
        claims |= {"aud": env.JWT_AUDIENCE} if env.JWT_AUDIENCE else {}
    return jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")
