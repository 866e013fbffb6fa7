"""Voice messages that are kept for a while."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel


class Recording(UUIDModel):
    """A voice message that is kept for AUDIO_TTL_DAYS, with AUDIO_STORE; its file is in DATA_DIR/audio."""

    sender_id = models.CharField(_("remitente"), max_length=128)
    session_id = models.CharField(_("sesión"), max_length=128, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recordings",
        verbose_name=_("persona"),
    )
    file = models.CharField(_("archivo"), max_length=64)
    """A random name; "" is never one."""
    mime = models.CharField(_("tipo"), max_length=40)
    size_bytes = models.PositiveIntegerField(_("tamaño"))
    duration_ms = models.PositiveIntegerField(_("duración (ms)"), null=True, blank=True)
    lang = models.CharField(_("idioma"), max_length=20)
    transcript = models.TextField(_("transcripción"), blank=True)
    created_at = models.DateTimeField(_("recibida"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("grabación")
        verbose_name_plural = _("grabaciones")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=["-created_at", "id"], name="recording_newest"),
            models.Index(fields=["sender_id", "-created_at"], name="recording_sender"),
        )

    def __str__(self) -> str:
        return (
            f"{self.sender_id}, {date_format(timezone.localtime(self.created_at), 'SHORT_DATETIME_FORMAT')}"
        )
