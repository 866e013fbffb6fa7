"""Where each conversation of the embedded engine stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel

DEFAULT_SENDER = "anonimo"
"""Everybody who gives no sender: not a conversation."""


class Conversation(UUIDModel):
    """A sender's dialogue state. `locked_until` is a lease: while it runs, one turn owns the row."""

    sender_id = models.CharField(_("remitente"), max_length=128, unique=True)
    state = models.TextField(_("estado"), blank=True, help_text=_("JSON del motor embebido."))
    lock_token = models.CharField(max_length=32, blank=True, editable=False)
    locked_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("creada"), auto_now_add=True)
    updated_at = models.DateTimeField(_("actualizada"), auto_now=True)

    class Meta:
        verbose_name = _("conversación")
        verbose_name_plural = _("conversaciones")
        ordering = ("-updated_at", "id")
        indexes = (
            models.Index(
                fields=["sender_id"], name="conversation_sender"
            ),  # MongoDB's unique index is partial
            models.Index(fields=["updated_at"], name="conversation_updated"),
        )

    def __str__(self) -> str:
        return self.sender_id
