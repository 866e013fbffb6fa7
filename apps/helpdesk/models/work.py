"""What was said and done about tickets."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import TextPrimaryKey, UUIDModel
from apps.helpdesk.models.tickets import Ticket

MAX_COMMENT = 5000
MAX_SHOWN = 200


class Actor(models.TextChoices):
    STAFF = "staff", _("Equipo")
    REQUESTER = "requester", _("Solicitante")
    SYSTEM = "system", _("Sistema")


class TicketComment(UUIDModel):
    """An answer to the requester, a word of the requester, or a note among staff."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="comments", verbose_name=_("caso"), editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="ticket_comments",
        verbose_name=_("autor"),
    )
    """Nobody: a requester without an account here, or somebody whose account is gone."""
    actor = models.CharField(_("quién"), max_length=10, choices=Actor, default=Actor.STAFF)
    is_public = models.BooleanField(_("lo ve el solicitante"), default=True)
    text = models.TextField(_("texto"), max_length=MAX_COMMENT)
    created_at = models.DateTimeField(_("escrito"), default=timezone.now, editable=False)
    is_in_chat = False
    """Of an answer that was just written: whether the chat has it too. Not stored."""

    class Meta:
        verbose_name = _("comentario")
        verbose_name_plural = _("comentarios")
        ordering = ("created_at", "id")
        indexes = (models.Index(fields=["ticket", "created_at"], name="comment_of_ticket"),)

    def __str__(self) -> str:
        return self.text[:60]


class TicketEvent(UUIDModel):
    """A change of a ticket: written with it, and never changed."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="events", verbose_name=_("caso"), editable=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="ticket_events",
        verbose_name=_("quién"),
    )
    actor = models.CharField(max_length=10, choices=Actor, default=Actor.STAFF)
    at = models.DateTimeField(_("cuándo"), default=timezone.now)
    field = models.CharField(_("dato"), max_length=30)
    before = models.CharField(_("antes"), max_length=MAX_SHOWN, blank=True)
    after = models.CharField(_("después"), max_length=MAX_SHOWN, blank=True)

    class Meta:
        verbose_name = _("cambio")
        verbose_name_plural = _("cambios")
        ordering = ("at", "id")
        indexes = (models.Index(fields=["ticket", "at"], name="event_of_ticket"),)

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.after}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("what happened is not changed")
        super().save(*args, **kwargs)


class MailCounter(models.Model):
    """A day's mails to an unconfirmed address, or cases; the key begins with the day and names nobody."""

    key = TextPrimaryKey(max_length=100)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key[:10]}: {self.last}"
