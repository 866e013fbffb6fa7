"""Each conversation: who answers it, what staff look for it by, where it stands on the embedded engine."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel

MAX_LAST_MESSAGE = 200
MAX_LINE = 4000
MAX_AUTHOR = 60
DEFAULT_SENDER = "anonimo"
"""Everybody who gives no sender: not a conversation."""


class Owner(models.TextChoices):
    """Who answers: the bot is silent in a queue and beside a person."""

    BOT = "bot", _("Bot")
    QUEUE = "queue", _("En espera")
    PERSON = "person", _("Con una persona")


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
    owner = models.CharField(_("responde"), max_length=8, choices=Owner, default=Owner.BOT)
    owner_since = models.DateTimeField(_("desde"), null=True, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="held_conversations",
        verbose_name=_("la atiende"),
    )
    agent_name = models.CharField(max_length=MAX_AUTHOR, blank=True, editable=False)
    """As the student knows who answers."""
    attended_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When it last moved, or staff last wrote in it: what nobody attends goes back to the bot."""
    is_told = models.BooleanField(default=False, editable=False)
    """Whether who waits was told that it takes longer."""
    lines = models.PositiveIntegerField(default=0, editable=False)
    """How many ConversationLines it has: the `seq` of the last one."""
    delivered = models.PositiveIntegerField(default=0, editable=False)
    """Up to which of them the student's client has asked on, or was answered with."""
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
            models.Index(fields=["owner", "attended_at"], name="conversation_owner"),
        )

    def __str__(self) -> str:
        return self.sender_id

    @property
    def unread(self) -> int:
        """Turns that no member of staff has seen."""
        return max(0, self.turns - self.staff_read)

    @property
    def is_waiting(self) -> bool:
        """In the queue, or left behind by somebody whose account is gone."""
        return self.owner == Owner.QUEUE or (self.owner == Owner.PERSON and self.agent_id is None)


class ConversationLine(UUIDModel):
    """What a student read that the bot did not say: a person's words, and who answers from now on.

    Append-only: it is the log of who had a conversation when, too. `seq` counts within a conversation in the
    order of commits, so that who reads on from one misses none.
    """

    class Kind(models.TextChoices):
        SAID = "said", _("Mensaje")
        QUEUED = "queued", _("Pasó a la espera")
        TAKEN = "taken", _("La tomó una persona")
        LATE = "late", _("Aviso de demora")
        RETURNED = "returned", _("Volvió al bot")
        SOLVED = "solved", _("Volvió al bot: caso resuelto")
        LEFT = "left", _("El estudiante volvió al bot")
        EXPIRED = "expired", _("Volvió al bot: nadie atendía")

    sender_id = models.CharField(_("remitente"), max_length=128)
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("qué"), max_length=8, choices=Kind)
    text = models.TextField(_("texto"), max_length=MAX_LINE, blank=True)
    """Of a notice: what it says besides its kind."""
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversation_lines",
        verbose_name=_("quién"),
    )
    author_name = models.CharField(max_length=MAX_AUTHOR, blank=True)
    """As the student read it."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("persona"),
    )
    """Whose conversation it was then: nobody else reads it."""
    key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - unique where there is one
    at = models.DateTimeField(_("momento"), default=timezone.now)

    class Meta:
        verbose_name = _("mensaje de una persona")
        verbose_name_plural = _("mensajes de personas")
        ordering = ("sender_id", "seq")
        constraints = (models.UniqueConstraint(fields=["sender_id", "seq"], name="line_once"),)
        indexes = (
            models.Index(
                fields=["sender_id", "seq"], name="line_sender"
            ),  # MongoDB's unique index is partial
            models.Index(fields=["sender_id", "at"], name="line_moment"),
            models.Index(fields=["key"], name="line_key"),
            models.Index(fields=["at"], name="line_at"),
        )

    def __str__(self) -> str:
        return self.text[:60] or self.get_kind_display()
