"""People in Django admin: addresses, forms and actions of its pages."""

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User

LIST = "/admin/accounts/user/"


def of(user: User, verb: str = "change") -> str:
    if verb == "password":
        return reverse("admin:auth_user_password_change", args=[user.pk])
    return reverse(f"admin:accounts_user_{verb}", args=[user.pk])


def act(client: Client, action: str, *users: User, confirmed: bool = False) -> Any:
    data: dict[str, Any] = {"action": action, "_selected_action": [str(user.pk) for user in users]}
    return client.post(LIST, data | ({"confirmed": "yes"} if confirmed else {}))


def said(client: Client) -> str:
    return client.get(LIST).content.decode()
