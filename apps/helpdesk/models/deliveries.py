"""Tickets on their way to the outside helpdesk."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel
from apps.helpdesk.models.tickets import Ticket

TRIED_FOR = timedelta(hours=24)
ERRORS = {
    "unreachable": _("No se pudo conectar."),
    "timeout": _("No respondió a tiempo."),
    "tls": _("Su certificado no es válido."),
    "broken": _("Su respuesta no se entiende."),
    "redirect": _("Responde con otra dirección, y no se sigue. Corrige HELPDESK_WEBHOOK."),
    "busy": _("Pidió esperar."),
    "refused": _("No aceptó el caso."),
    "server_error": _("Falló."),
    "not_https": _("HELPDESK_WEBHOOK no es https: no se envía. Corrígela."),
}
"""What went wrong, by its word, for staff."""


class Delivery(UUIDModel):
    """One ticket for the outside helpdesk, written with it. Its id is the same at every attempt.

    `leased_until` is a lease: while it runs, one worker is sending it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Por entregar")
        DELIVERED = "delivered", _("Entregado")
        DEAD = "dead", _("No se entregó")

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="delivery", verbose_name=_("caso"))
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("intentos"), default=0)
    next_at = models.DateTimeField(_("próximo intento"), default=timezone.now)
    give_up_at = models.DateTimeField(_("se intenta hasta"))
    lease = models.CharField(max_length=32, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_status = models.PositiveIntegerField(_("última respuesta"), null=True, blank=True)
    last_error = models.CharField(_("último error"), max_length=20, blank=True, choices=tuple(ERRORS.items()))
    """A word of ERRORS, "" when the last attempt was taken."""
    created_at = models.DateTimeField(_("creada"), default=timezone.now, editable=False)
    delivered_at = models.DateTimeField(_("entregada"), null=True, blank=True)
    updated_at = models.DateTimeField(_("actualizada"), auto_now=True)

    class Meta:
        verbose_name = _("entrega")
        verbose_name_plural = _("entregas")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=["ticket"], name="delivery_ticket"),  # MongoDB's unique index is partial
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["-created_at", "id"], name="delivery_newest"),
        )

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.get_state_display()}"

    @property
    def problem(self) -> str:
        """What went wrong last, with the status of the answer; "" when nothing did."""
        if not self.last_error:
            return ""
        text = str(ERRORS.get(self.last_error, self.last_error))
        return f"{text} ({self.last_status})" if self.last_status else text
