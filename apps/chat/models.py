"""Each conversation: what staff look for it by, and where it stands on the embedded engine."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel

MAX_LAST_MESSAGE = 200
DEFAULT_SENDER = "anonimo"
"""Everybody who gives no sender: not a conversation."""


class Conversation(UUIDModel):
    """One sender's turns, summed up, and the dialogue state that the embedded engine keeps of them.

    `locked_until` is a lease: while it runs, one turn owns the state.
    """

    sender_id = models.CharField(_("remitente"), max_length=128, unique=True)
    state = models.TextField(_("estado"), blank=True, help_text=_("JSON del motor embebido."))
    lock_token = models.CharField(max_length=32, blank=True, editable=False)
    locked_until = models.DateTimeField(null=True, blank=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("persona"),
    )
    """The last one with an account who wrote in it."""
    last_message = models.CharField(_("último mensaje"), max_length=MAX_LAST_MESSAGE, blank=True)
    last_turn_at = models.DateTimeField(_("última actividad"), default=timezone.now)
    turns = models.PositiveIntegerField(_("turnos"), default=0)
    fallbacks = models.PositiveIntegerField(_("no entendidos"), default=0)
    staff_read = models.PositiveIntegerField(default=0, editable=False)
    """How many of the turns staff have seen, whoever of them it was."""
    owner_read = models.PositiveIntegerField(default=0, editable=False)
    """How many of them the person has said to have seen, by the API."""
    engine = models.CharField(_("motor"), max_length=16, blank=True)
    model_version = models.CharField(_("modelo"), max_length=128, blank=True)
    created_at = models.DateTimeField(_("creada"), auto_now_add=True)
    updated_at = models.DateTimeField(_("actualizada"), auto_now=True)

    class Meta:
        verbose_name = _("conversación")
        verbose_name_plural = _("conversaciones")
        ordering = ("-last_turn_at", "id")
        indexes = (
            models.Index(
                fields=["sender_id"], name="conversation_sender"
            ),  # MongoDB's unique index is partial
            models.Index(fields=["updated_at"], name="conversation_updated"),
            models.Index(fields=["-last_turn_at", "id"], name="conversation_newest"),
        )

    def __str__(self) -> str:
        return self.sender_id

    @property
    def unread(self) -> int:
        """Turns that no member of staff has seen."""
        return max(0, self.turns - self.staff_read)
