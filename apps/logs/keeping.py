"""What is known of deletions: runs of retention, and what was done with one person's data."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel


class State(models.TextChoices):
    QUEUED = "queued", _("En cola")
    RUNNING = "running", _("En curso")
    DONE = "done", _("Terminado")
    FAILED = "failed", _("Falló")


class PurgeRun(UUIDModel):
    """Of one kind, everything older than `before`; a run that was cut short is simply run again."""

    kind = models.CharField(_("qué"), max_length=40)
    before = models.DateTimeField(_("anterior a"))
    is_dry = models.BooleanField(_("solo contar"), default=False)
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.RUNNING)
    counts = models.JSONField(_("borrado"), default=dict)
    via = models.CharField(_("por dónde"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("empezó"), default=timezone.now)
    ended_at = models.DateTimeField(_("terminó"), null=True, blank=True)

    class Meta:
        verbose_name = _("depuración")
        verbose_name_plural = _("depuraciones")
        ordering = ("-started_at", "id")
        indexes = (
            models.Index(fields=["-started_at", "id"], name="purge_newest"),
            models.Index(fields=["kind", "before"], name="purge_kind"),
        )

    def __str__(self) -> str:
        return self.kind


class PersonalDataRequest(UUIDModel):
    """The receipt of an erasure or an export: what was done, never whose data it was.

    `fingerprint` is keyed with SECRET_KEY: with the e-mail or the sender one can tell whose receipt it is.
    """

    class Kind(models.TextChoices):
        ERASE = "erase", _("Borrar")
        EXPORT = "export", _("Exportar")

    class By(models.TextChoices):
        EMAIL = "email", _("Correo")
        SENDER = "sender", _("Remitente del chat")

    kind = models.CharField(_("qué"), max_length=10, choices=Kind)
    by = models.CharField(_("buscado por"), max_length=10, choices=By)
    fingerprint = models.CharField(_("huella"), max_length=64, db_index=True)
    with_account = models.BooleanField(_("con la cuenta"), default=False)
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.QUEUED)
    counts = models.JSONField(_("cuentas"), default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quién lo pidió"),
    )
    started_at = models.DateTimeField(_("empezó"), default=timezone.now)
    ended_at = models.DateTimeField(_("terminó"), null=True, blank=True)

    class Meta:
        verbose_name = _("solicitud de datos personales")
        verbose_name_plural = _("datos personales")
        ordering = ("-started_at", "id")
        indexes = (models.Index(fields=["-started_at", "id"], name="personal_request_newest"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.fingerprint[:12]}"
