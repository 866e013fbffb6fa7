"""Trainings and the models they made."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel


class ModelVersion(UUIDModel):
    """A trained model and its figures. Which one answers is said by the engine's pointer, not here."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("Espera una decisión")
        ACTIVATED = "activated", _("Se activó")
        REPLACED = "replaced", _("No hizo falta")
        """Made while waiting, and passed by: a newer one was activated."""

    name = models.CharField(_("versión"), max_length=128)
    engine = models.CharField(_("motor"), max_length=16)
    data_hash = models.CharField(_("huella de los datos"), max_length=64)
    sha256 = models.CharField(_("huella del archivo"), max_length=64, blank=True)
    file = models.CharField(_("archivo"), max_length=200, blank=True)
    """Its name in the engine's folder of models."""
    size_bytes = models.PositiveBigIntegerField(_("tamaño"), default=0)
    figures = models.JSONField(_("cifras"), default=dict)
    """Of the cross-validation; keys as in `Evaluation.figures`, shares 0 to 1."""
    report = models.JSONField(_("informe"), default=dict)
    """Per intent, confusions, likely mislabelled examples, saved conversations. Large: lists defer it."""
    gate = models.JSONField(_("control"), default=dict)
    """`{"passed": bool, "reasons": [text, …], "compared_with": version or ""}`."""
    decision = models.CharField(_("decisión"), max_length=10, choices=Decision, default=Decision.WAITING)
    trained_at = models.DateTimeField(_("entrenado"), default=timezone.now)
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="trained_versions",
        verbose_name=_("quién entrenó"),
    )
    duration_seconds = models.FloatField(_("duración (s)"), default=0)
    activated_at = models.DateTimeField(_("activado"), null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activated_versions",
        verbose_name=_("quién activó"),
    )

    class Meta:
        verbose_name = _("modelo")
        verbose_name_plural = _("modelos")
        ordering = ("-trained_at", "id")
        constraints = (models.UniqueConstraint(fields=["engine", "name"], name="model_of_engine"),)
        indexes = (
            models.Index(fields=["name"], name="model_name"),
            models.Index(fields=["engine", "trained_at"], name="model_engine"),
        )

    def __str__(self) -> str:
        return self.name


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    def open(self) -> "TrainingRunQuerySet":
        return self.filter(state__in=TrainingRun.OPEN)


class TrainingRun(UUIDModel):
    """One training from the wish to its end. `slot` is unique: while a run holds it, no other begins."""

    class State(models.TextChoices):
        QUEUED = "queued", _("En cola")
        RUNNING = "running", _("Entrenando")
        DONE = "done", _("Terminado")
        FAILED = "failed", _("Falló")
        CANCELLED = "cancelled", _("Cancelado")

    class Mode(models.TextChoices):
        LOCAL = "local", _("Aquí")
        CI = "ci", _("Integración continua")

    class Trigger(models.TextChoices):
        API = "api", _("API")
        ADMIN = "admin", _("Administración")
        COMMAND = "command", _("Comando")
        START = "start", _("Inicio")
        SCHEDULE = "schedule", _("Programado")

    OPEN = (State.QUEUED, State.RUNNING)
    SILENT_SECONDS = 30
    """Without a sign of life for so long, whoever works on a run here is taken for dead."""

    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.QUEUED)
    mode = models.CharField(_("modo"), max_length=8, choices=Mode, default=Mode.LOCAL)
    trigger = models.CharField(_("origen"), max_length=10, choices=Trigger, default=Trigger.COMMAND)
    engine = models.CharField(_("motor"), max_length=16)
    branch = models.CharField(_("rama"), max_length=120, blank=True)
    slot = models.CharField(max_length=16, null=True, unique=True, editable=False)  # noqa: DJ001 - unique when set
    progress = models.FloatField(_("avance"), default=0)
    """0 to 1."""
    step = models.CharField(_("paso"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True)
    """For staff: says what to do."""
    is_cancel_asked = models.BooleanField(_("cancelación pedida"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="training_runs",
        verbose_name=_("quién lo pidió"),
    )
    asked_at = models.DateTimeField(_("pedido"), default=timezone.now)
    started_at = models.DateTimeField(_("empezó"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminó"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Renewed while a process works on it."""
    attempts = models.PositiveIntegerField(_("intentos"), default=0)
    version = models.ForeignKey(
        ModelVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("modelo"),
    )

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("entrenamiento")
        verbose_name_plural = _("entrenamientos")
        ordering = ("-asked_at", "id")
        indexes = (
            models.Index(fields=["asked_at"], name="training_asked"),
            models.Index(fields=["state"], name="training_state"),
        )

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.asked_at), "SHORT_DATETIME_FORMAT")

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_silent(self) -> bool:
        """Worked on here, but nobody gives a sign of life."""
        limit = timezone.now() - timedelta(seconds=self.SILENT_SECONDS)
        is_working_here = self.state == self.State.RUNNING and self.mode == self.Mode.LOCAL
        return is_working_here and (self.heartbeat_at is None or self.heartbeat_at < limit)

    @property
    def log_name(self) -> str:
        """The file that `GET /api/admin/logs/…` reads (contract http.md §7)."""
        return f"train_{self.pk.hex}.log"
