"""Bearer authentication of protected API paths; public ones inspect the caller without requiring one."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.callers import Caller, caller_of
from apps.accounts.grants import caller_by_grant


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


class GrantAuthentication(BaseAuthentication):
    """`Turn <grant>` from the action server: for the own records of a student alone."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller] | None:
        scheme, _space, grant = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "turn":
            return None
        caller = caller_by_grant(grant.strip())
        if not caller.is_known:
            raise AuthenticationFailed
        request._request.caller = caller  # type: ignore[attr-defined]  # quotas count the student
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


OWN_RECORD = (GrantAuthentication, BearerAuthentication)
"""How a student's own records are asked for."""


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


class GrantScheme(OpenApiAuthenticationExtension):
    target_class = GrantAuthentication
    name = "turn"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Turn <metadata.grant>`: el servidor de acciones, por el estudiante de un turno.",
        }
