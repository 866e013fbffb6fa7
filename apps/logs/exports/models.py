"""An export: what was asked for, by whom, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel


class Export(UUIDModel):
    """A file that a job makes and keeps for a while, or a download that was sent as it was read.

    `slot` is held by the exports that are being made: there are MAX_RUNNING. `token` is of who makes it:
    another one takes it over by writing its own.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En espera")
        RUNNING = "running", _("En curso")
        DONE = "done", _("Lista")
        FAILED = "failed", _("Falló")
        CANCELLED = "cancelled", _("Cancelada")
        EXPIRED = "expired", _("Vencida")
        STREAMED = "streamed", _("Descargada")

    OPEN = (State.WAITING, State.RUNNING)

    kind = models.CharField(_("tipo"), max_length=40)
    filters = models.JSONField(_("filtros"), default=dict, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="exports",
        verbose_name=_("persona"),
    )
    email = models.CharField(_("correo"), max_length=254, blank=True)
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField(_("filas"), default=0)
    rows_expected = models.PositiveIntegerField(_("filas previstas"), null=True, blank=True)
    file = models.CharField(_("archivo"), max_length=120, blank=True, help_text=_("En DATA_DIR/exports."))
    name = models.CharField(_("nombre del archivo"), max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    endpoint = models.CharField(_("dirección"), max_length=200, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("intentos"), default=0)
    slot = models.CharField(max_length=8, null=True, blank=True, unique=True, editable=False)
    token = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("pedida"), default=timezone.now)
    day = models.DateField(_("día"), editable=False, help_text=_("Día local en que se pidió."))
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("terminada"), null=True, blank=True)
    expires_at = models.DateTimeField(_("vence"), null=True, blank=True)

    class Meta:
        verbose_name = _("exportación")
        verbose_name_plural = _("exportaciones")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=["-created_at", "id"], name="export_newest"),
            models.Index(fields=["state", "created_at"], name="export_state"),
            models.Index(fields=["day"], name="export_day"),
            models.Index(fields=["slot"], name="export_slot"),  # MongoDB's unique index is partial
        )

    def __str__(self) -> str:
        return self.name or self.kind

    @property
    def share(self) -> float | None:
        """0 to 1, where it is known how much there is to do."""
        if self.state == self.State.DONE:
            return 1.0
        return min(1.0, self.rows / self.rows_expected) if self.rows_expected else None
