"""What somebody asks a person for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.callers import Caller
from apps.core.fields import TextPrimaryKey, UUIDModel

MAX_NAME = 120
MAX_SUBJECT = 180
MAX_MESSAGE = 5000


class Kind(models.TextChoices):
    SOPORTE = "soporte", _("Soporte")
    PQRS = "pqrs", _("PQRS")
    INTERNO = "interno", _("Interno")
    HUMANO = "humano", _("Hablar con una persona")


class Status(models.TextChoices):
    OPEN = "open", _("Abierto")
    PENDING = "pending", _("En espera")
    SOLVED = "solved", _("Resuelto")
    CLOSED = "closed", _("Cerrado")


class Priority(models.TextChoices):
    LOW = "low", _("Baja")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("Alta")
    URGENT = "urgent", _("Urgente")


class Source(models.TextChoices):
    BOT = "bot", _("Bot")
    PERSON = "person", _("Persona con sesión")
    OPEN = "open", _("Sin identificar")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def of(self, caller: Caller) -> TicketQuerySet:
        """Of the person who asks: by account, and by an e-mail that somebody confirmed."""
        mine = models.Q(user=caller.user) if caller.user else models.Q(pk__in=[])
        if caller.email and caller.is_email_verified:
            mine |= models.Q(email=caller.email)
        return self.filter(mine)


TicketManager = models.Manager.from_queryset(TicketQuerySet)


class Ticket(UUIDModel):
    """A request for help, as it came in, and how it stands."""

    number = models.CharField(_("número"), max_length=20, unique=True, editable=False)
    kind = models.CharField(_("tipo"), max_length=10, choices=Kind, default=Kind.SOPORTE)
    status = models.CharField(_("estado"), max_length=10, choices=Status, default=Status.OPEN)
    priority = models.CharField(_("prioridad"), max_length=10, choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("responsable"),
    )
    name = models.CharField(_("nombre"), max_length=MAX_NAME)
    email = models.EmailField(_("correo"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("cuenta"),
    )
    email_verified = models.BooleanField(
        _("correo comprobado"),
        default=False,
        help_text=_("Lo pidió quien tiene ese correo: con sesión iniciada y el correo confirmado."),
    )
    subject = models.CharField(_("asunto"), max_length=MAX_SUBJECT)
    message = models.TextField(_("mensaje"), max_length=MAX_MESSAGE)
    conversation_id = models.CharField(_("conversación"), max_length=128, blank=True)
    """The sender in the chat."""
    tipo_soporte = models.CharField(_("tipo de soporte"), max_length=80, blank=True)
    cedula = models.CharField(_("documento"), max_length=30, blank=True)
    motivo_soporte = models.CharField(_("motivo"), max_length=200, blank=True)
    prefer_contacto = models.CharField(_("prefiere respuesta por"), max_length=40, blank=True)
    phone = models.CharField(_("teléfono"), max_length=40, blank=True)
    metadata = models.JSONField(_("metadatos"), default=dict, blank=True)
    source = models.CharField(_("origen"), max_length=10, choices=Source, default=Source.OPEN)
    intake_key = models.CharField(max_length=100, unique=True, null=True, editable=False)  # noqa: DJ001 - unique where there is one
    request_hash = models.CharField(max_length=64, editable=False, blank=True)
    created_at = models.DateTimeField(_("creado"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("actualizado"), auto_now=True)

    objects: ClassVar[TicketManager] = TicketManager()

    class Meta:
        verbose_name = _("caso")
        verbose_name_plural = _("casos")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=["number"], name="ticket_number"),  # MongoDB's unique index is partial
            models.Index(fields=["intake_key"], name="ticket_intake_key"),
            models.Index(fields=["-created_at", "id"], name="ticket_newest"),
            models.Index(fields=["status", "-created_at"], name="ticket_status"),
            models.Index(fields=["conversation_id", "created_at"], name="ticket_conversation"),
            models.Index(fields=["email", "-created_at"], name="ticket_email"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.subject}"


class TicketCounter(models.Model):
    """The last number that was given to a ticket of a year."""

    year = TextPrimaryKey(max_length=4)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def number_of(created_at: datetime, count: int) -> str:
    """As people read it: T-2026-000123."""
    return f"T-{timezone.localtime(created_at).year}-{count:06d}"
