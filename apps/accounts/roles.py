"""Roles, and what each may do: one table for the API and Django admin alike."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administración")
    SOPORTE = "soporte", _("Soporte")
    USUARIO = "usuario", _("Estudiante")


ADMINS = frozenset({Role.ADMIN})
STAFF = frozenset({Role.ADMIN, Role.SOPORTE})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "accounts.view_user": STAFF,  # the list of people; the rest of a person is for admins
    "accounts.add_user": ADMINS,
    "accounts.change_user": ADMINS,
    "accounts.delete_user": ADMINS,
    "accounts.export_user": ADMINS,
    "accounts.view_tokenfamily": ADMINS,
    "accounts.change_tokenfamily": ADMINS,
    "accounts.view_usersettings": ADMINS,
    "axes.view_accessattempt": ADMINS,
    "axes.delete_accessattempt": ADMINS,
    "chat.view_conversation": STAFF,  # who it is with: for those who may see people
    "chat.export_conversation": STAFF,
    "chat.answer_conversation": STAFF,  # take it from the bot, write to the student, give it back
    "chat.change_conversation": ADMINS,  # make the bot forget it
    "chat.view_recording": STAFF,
    "chat.delete_recording": ADMINS,
    "helpdesk.view_ticket": STAFF,
    "helpdesk.change_ticket": STAFF,
    "helpdesk.view_cannedanswer": STAFF,
    "helpdesk.add_cannedanswer": STAFF,
    "helpdesk.change_cannedanswer": STAFF,
    "helpdesk.view_businesshours": STAFF,
    "helpdesk.view_closedday": STAFF,
    "helpdesk.view_servicelevel": STAFF,
    "helpdesk.view_delivery": STAFF,
    "helpdesk.change_delivery": STAFF,  # send it again
    "helpdesk.view_survey": STAFF,
    "helpdesk.export_survey": STAFF,
    "intents.view_intent": STAFF,
    "intents.add_intent": ADMINS,
    "intents.change_intent": ADMINS,
    "intents.delete_intent": ADMINS,
    "intents.import_intent": ADMINS,
    "intents.export_intent": ADMINS,
    "intents.view_modelversion": STAFF,
    "intents.change_modelversion": ADMINS,  # activate, roll back
    "intents.view_trainingrun": ADMINS,
    "intents.add_trainingrun": ADMINS,
    "intents.change_trainingrun": ADMINS,  # cancel
    "intents.view_reviewgroup": STAFF,
    "intents.change_reviewgroup": STAFF,  # assign, discard; a new intent needs add_intent
    "intents.view_savedconversation": STAFF,
    "intents.add_savedconversation": ADMINS,
    "intents.change_savedconversation": ADMINS,
    "intents.delete_savedconversation": ADMINS,
    "ops.view_selftestrun": STAFF,
    "ops.add_selftestrun": STAFF,
    "ops.view_eventcount": STAFF,
    "logs.view_feedback": STAFF,
    "logs.view_export": STAFF,
    "logs.add_export": STAFF,
    "logs.change_export": STAFF,  # cancel, delete its file
    "logs.view_chatturn": STAFF,
    "stats.view_daystats": STAFF,
}
"""Django's permission names → who has them. What is not named here is for admins alone."""

SOPORTE_PERMISSIONS = frozenset(name for name, roles in PERMISSIONS.items() if Role.SOPORTE in roles)


def role_allows(role: str, permission: str) -> bool:
    """Admins may do everything; `soporte` what the table names; students nothing."""
    return role == Role.ADMIN or role in PERMISSIONS.get(permission, ())


def role_allows_app(role: str, app_label: str) -> bool:
    """Whether Django admin shows this role anything of an app."""
    if role == Role.ADMIN:
        return True
    return any(p.startswith(f"{app_label}.") and role in roles for p, roles in PERMISSIONS.items())
