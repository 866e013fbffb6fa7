"""Roles, and what each may do in Django admin: one table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administración")
    SOPORTE = "soporte", _("Soporte")
    USUARIO = "usuario", _("Estudiante")


SOPORTE_PERMISSIONS = frozenset({"logs.view_chatturn", "chat.view_conversation"})


def role_allows(role: str, permission: str) -> bool:
    """Admins may do everything; `soporte` what the table names; students nothing."""
    return role == Role.ADMIN or (role == Role.SOPORTE and permission in SOPORTE_PERMISSIONS)


def role_allows_app(role: str, app_label: str) -> bool:
    if role == Role.ADMIN:
        return True
    return role == Role.SOPORTE and any(p.startswith(f"{app_label}.") for p in SOPORTE_PERMISSIONS)
