"""Making own access tokens."""

import time
import uuid
from typing import Any

import jwt
from django.conf import settings

from apps.accounts.models import User
from apps.accounts.tokens import ACCESS


def issue_access_token(*, user: User) -> str:
    """An HS256 token of the contract's claims (http.md §4), good for ACCESS_TOKEN_EXPIRE_MINUTES."""
    env, now = settings.ENV, int(time.time())
    claims: dict[str, Any] = {
        "sub": str(user.pk),
        "email": user.email,
        "nombre": user.nombre,
        "rol": user.rol,
        "typ": ACCESS,
        "token_type": ACCESS,
        "jti": uuid.uuid4().hex,
        "iat": now,
        "exp": now + env.ACCESS_TOKEN_EXPIRE_MINUTES * 60,
    }
    if env.JWT_ALGORITHM == "HS256":  # then issuer and audience are asked of own tokens too
        claims |= {"iss": env.JWT_ISSUER} if env.JWT_ISSUER else {}
        claims |= {"aud": env.JWT_AUDIENCE} if env.JWT_AUDIENCE else {}
    return jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")
