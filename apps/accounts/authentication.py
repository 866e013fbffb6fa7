"""Bearer authentication of protected API paths; public ones inspect the caller without requiring one."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.callers import Caller, caller_of


class BearerAuthentication(BaseAuthentication):
    """`request.user` and `request.auth` are the caller, perhaps without a local account. Junk: 401."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller] | None:
        if not request.META.get("HTTP_AUTHORIZATION"):
            return None
        caller = caller_of(request._request)
        if not caller.is_known:
            raise AuthenticationFailed
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    """A pasted token, or what Swagger's Authorize button gets for an e-mail and a password."""

    target_class = BearerAuthentication
    name = ["bearer", "password"]

    def get_security_requirement(self, auto_schema: object) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]  # either of them

    def get_security_definition(self, auto_schema: object) -> list[dict[str, Any]]:
        flow = {"tokenUrl": "/api/auth/token", "scopes": {}}
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "oauth2", "flows": {"password": flow}},
        ]
