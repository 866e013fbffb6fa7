"""The action server calling: known by HELPDESK_TOKEN, and by nothing under DEBUG while that is unset."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.errors import NotAuthenticated

if TYPE_CHECKING:
    from rest_framework.views import APIView


def has_service_token(request: HttpRequest) -> bool:
    """Whether the Bearer is HELPDESK_TOKEN, compared in constant time."""
    wanted = settings.ENV.HELPDESK_TOKEN
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    is_bearer = scheme.lower() == "bearer" and bool(wanted)
    return is_bearer and secrets.compare_digest(token.strip().encode(), wanted.encode())


def is_open_to_all() -> bool:
    return settings.DEBUG and not settings.ENV.HELPDESK_TOKEN


class ServiceOnly(BasePermission):
    """For the action server alone. Everybody else: 401."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if has_service_token(request._request) or is_open_to_all():
            return True
        raise NotAuthenticated
