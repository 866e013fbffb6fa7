"""What somebody asks a person for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.callers import Caller
from apps.chat.models import DEFAULT_SENDER
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


ACTIVE = (Status.OPEN, Status.PENDING)


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

    def active(self) -> TicketQuerySet:
        """What somebody still has to work on."""
        return self.filter(status__in=ACTIVE)

    def overdue(self, now: datetime) -> TicketQuerySet:
        return self.filter(overdue_at(now))


def overdue_at(now: datetime) -> models.Q:
    """Active, and past its solution time; or past that of a first answer that nobody gave yet."""
    unanswered = models.Q(first_response_at=None, response_due_at__lt=now)
    return models.Q(status__in=ACTIVE) & (models.Q(due_at__lt=now) | unanswered)


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
    version = models.PositiveIntegerField(default=0, editable=False)
    """Counts the changes: who changes what somebody else changed meanwhile is told."""
    response_due_at = models.DateTimeField(_("primera respuesta antes de"), null=True, editable=False)
    due_at = models.DateTimeField(_("solución antes de"), null=True, editable=False)
    first_response_at = models.DateTimeField(_("primera respuesta"), null=True, editable=False)
    first_response_minutes = models.PositiveIntegerField(
        _("minutos hábiles hasta la primera respuesta"), null=True, editable=False
    )
    solved_at = models.DateTimeField(_("resuelto"), null=True, editable=False)
    solution_minutes = models.PositiveIntegerField(
        _("minutos hábiles hasta la solución"), null=True, editable=False
    )

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
            models.Index(fields=["status", "due_at"], name="ticket_due"),
            models.Index(fields=["assignee", "status"], name="ticket_assignee"),
            models.Index(fields=["conversation_id", "created_at"], name="ticket_conversation"),
            models.Index(fields=["email", "-created_at"], name="ticket_email"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.subject}"

    @property
    def has_conversation(self) -> bool:
        """Of its own, not the one that all have in common who name none."""
        return self.conversation_id not in {"", DEFAULT_SENDER}

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def next_due_at(self) -> datetime | None:
        """Of the first answer while nobody gave one, else of the solution; none when nobody waits."""
        if not self.is_active:
            return None
        waits = [self.due_at, None if self.first_response_at else self.response_due_at]
        return min((moment for moment in waits if moment), default=None)

    def is_overdue(self, now: datetime) -> bool:
        """As overdue_at() says it, of a row that is read already."""
        return self.next_due_at is not None and self.next_due_at < now


class TicketCounter(models.Model):
    """The last number that was given to a ticket of a year."""

    year = TextPrimaryKey(max_length=4)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def number_of(created_at: datetime, count: int) -> str:
    """As people read it: T-2026-000123."""
    return f"T-{timezone.localtime(created_at).year}-{count:06d}"
