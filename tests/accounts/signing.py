"""Tokens of any make, and the caller that each one gives."""

import time
from typing import Any

import jwt
from django.conf import settings
from django.test import RequestFactory

from apps.accounts import callers
from apps.accounts.callers import Caller

ISSUER, AUDIENCE = "https://idp.example", "tutorbot"


def caller(token: str, scheme: str = "Bearer") -> Caller:
    return callers.caller_of(RequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {token}"))


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    base = {"sub": "aprendiz-7", "email": "Ana@Ejemplo.edu.co ", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def signed(key: Any = None, algorithm: str = "HS256", kid: str | None = None, **changes: Any) -> str:
    headers = {"kid": kid} if kid else None
    return jwt.encode(claims(**changes), key or settings.SECRET_KEY, algorithm=algorithm, headers=headers)
