"""Who may use an API path: signed in, with a permission of the one table in roles.py."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts.callers import ANONYMOUS, Caller
from apps.accounts.roles import role_allows
from apps.core.errors import Forbidden

if TYPE_CHECKING:  # DRF's views import this module, by DEFAULT_PERMISSION_CLASSES
    from rest_framework.views import APIView


def caller_in(request: Request) -> Caller:
    """What `request.user` is on the API (authentication.py); nobody without a token."""
    user: object = request.user
    return user if isinstance(user, Caller) else ANONYMOUS


def check_own_password(caller: Caller) -> None:
    """Raises Forbidden for a person who must change the password first."""
    if caller.is_own and caller.user is not None and caller.user.must_change_password:
        raise Forbidden(
            _("Tu contraseña es temporal. Cámbiala en /forgot-password y entra otra vez."),
            code="password_change_required",
        )


class KnownCaller(BasePermission):
    """Any valid access token, even one of a person who must change the password first."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return caller_in(request).is_known


class SignedIn(KnownCaller):
    """Any valid access token of a person who has a password of their own."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        check_own_password(caller_in(request))
        return True


def needs(permission: str) -> type[SignedIn]:
    """A permission class: signed in, with a role that `permission` is given to."""

    class Needs(SignedIn):
        def has_permission(self, request: Request, view: "APIView") -> bool:
            return super().has_permission(request, view) and role_allows(caller_in(request).role, permission)

    Needs.__name__ = Needs.__qualname__ = f"Needs({permission})"
    return Needs
