"""Conversations kept as tests of the bot."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel


class SavedConversation(UUIDModel):
    """What somebody says, and what the bot must answer: a model that answers otherwise waits for a person.

    `turns` is a list of `{"say": text, "verified": bool, "intent": name or null, "messages": [text, …],
    "buttons": [title, …]}`; the last three are what is expected.
    """

    name = models.CharField(_("nombre"), max_length=120, unique=True)
    description = models.TextField(_("descripción"), max_length=1000, blank=True)
    turns = models.JSONField(_("turnos"), default=list)
    is_active = models.BooleanField(_("activa"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="saved_conversations",
        verbose_name=_("creada por"),
    )
    created_at = models.DateTimeField(_("creada"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("actualizada"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("conversación de prueba")
        verbose_name_plural = _("conversaciones de prueba")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
