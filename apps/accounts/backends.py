"""Password login for sessions (Django admin); permissions come from the role, not from groups."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.services.login import sign_in
from apps.core.errors import AppError, TooMany
from apps.core.network import request_address


class RoleBackend(BaseBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        otp: str = "",
        **kwargs: Any,
    ) -> User | None:
        """For Django's own authenticate(); our faces call sign_in() and say why somebody was refused."""
        if not username or password is None:
            return None
        address = request_address(request) if request is not None else None
        try:
            return sign_in(email=username, password=password, otp=otp, address=address)
        except TooMany:
            raise PermissionDenied from None
        except AppError:
            return None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
