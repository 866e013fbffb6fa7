"""What happened: one row per turn of the chat (contract http.md §3.2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import TextPrimaryKey, UUIDModel
from apps.logs.audit_entry import AuditEntry
from apps.logs.exports.models import Export
from apps.logs.fields import FoldedWords, TimePosition, TurnStatus
from apps.logs.keeping import PersonalDataRequest, PurgeRun

__all__ = ["AuditEntry", "ChangedDay", "ChatTurn", "Export", "Feedback", "PersonalDataRequest", "PurgeRun"]


class ChatTurn(UUIDModel):
    """What a student said, what the bot answered, and how it went; written once, failed turns too."""

    PERSON = "person"
    """The `engine` of what was said while a person, and no bot, was to answer."""

    class Origin(models.TextChoices):
        WIDGET = "widget", _("Sin identificar")
        AUTHENTICATED = "autenticado", _("Identificado")

    timestamp = models.DateTimeField(_("momento"))
    day = models.DateField(_("día"), help_text=_("Día local, según la zona horaria configurada."))
    request_id = models.CharField(_("petición"), max_length=64)
    sender_id = models.CharField(_("remitente"), max_length=128)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="turns",
        verbose_name=_("persona"),
    )
    user_message = models.TextField(_("mensaje"))
    bot_response = models.JSONField(_("respuesta"), default=list)
    intent = models.CharField(_("intención"), max_length=128, null=True, blank=True)  # noqa: DJ001 - null on the wire
    confidence = models.FloatField(_("confianza"), null=True, blank=True)
    is_fallback = models.BooleanField(_("no entendido"), default=False)
    is_form_answer = models.BooleanField(
        _("respuesta a un formulario"),
        default=False,
        help_text=_("Lo que un formulario tomó como respuesta no cuenta como no entendido ni se revisa."),
    )
    engine = models.CharField(_("motor"), max_length=16)
    model_version = models.CharField(_("modelo"), max_length=128, blank=True)
    error = models.CharField(_("error"), max_length=32, null=True, blank=True)  # noqa: DJ001 - a word or null
    latency_ms = models.PositiveIntegerField(_("latencia (ms)"), default=0)
    endpoint = models.CharField(_("dirección"), max_length=128, blank=True)
    ip = models.CharField(_("IP"), max_length=45, blank=True)
    user_agent = models.CharField(_("navegador"), max_length=300, blank=True)
    origen = models.CharField(_("origen"), max_length=16, choices=Origin.choices, default=Origin.WIDGET)
    metadata = models.JSONField(_("metadatos"), default=dict)
    position = TimePosition(_("posición"), unique=True)
    """Grows with `timestamp`: the key of pages, exports and the search index."""
    status = TurnStatus(_("estado"))
    words = FoldedWords(of="user_message")

    class Meta:
        verbose_name = _("turno")
        verbose_name_plural = _("turnos")
        ordering = ("-timestamp", "id")
        indexes = (
            models.Index(fields=["timestamp"], name="turn_timestamp"),
            models.Index(fields=["day", "intent"], name="turn_day_intent"),
            models.Index(fields=["request_id"], name="turn_request"),
            models.Index(fields=["position"], name="turn_position"),  # MongoDB's unique index is partial
            models.Index(fields=["sender_id", "position"], name="turn_sender_position"),
            models.Index(fields=["intent", "position"], name="turn_intent_position"),
            models.Index(fields=["status", "position"], name="turn_status_position"),
            models.Index(fields=["engine", "position"], name="turn_engine_position"),
            models.Index(fields=["origen", "position"], name="turn_origin_position"),
            models.Index(
                fields=["is_fallback", "is_form_answer", "position", "intent"], name="turn_not_understood"
            ),
        )

    def __str__(self) -> str:
        return self.user_message[:60]


class Feedback(UUIDModel):
    """What a student thought of an answer; the last word counts."""

    class Value(models.TextChoices):
        UP = "up", _("Sirvió")
        DOWN = "down", _("No sirvió")

    turn = models.OneToOneField(ChatTurn, models.CASCADE, related_name="feedback", verbose_name=_("turno"))
    value = models.CharField(_("valoración"), max_length=4, choices=Value)
    comment = models.CharField(_("comentario"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("creada"), auto_now_add=True)
    updated_at = models.DateTimeField(_("actualizada"), auto_now=True)

    class Meta:
        verbose_name = _("valoración")
        verbose_name_plural = _("valoraciones")
        ordering = ("-updated_at", "id")
        indexes = (
            models.Index(fields=["turn"], name="feedback_turn"),  # MongoDB's unique index is partial
            models.Index(fields=["value", "updated_at"], name="feedback_value"),
            models.Index(fields=["updated_at"], name="feedback_updated"),
        )

    def __str__(self) -> str:
        return self.get_value_display()


class ChangedDay(models.Model):
    """A day that something changed in after its figures were counted; each change leaves another token."""

    day = TextPrimaryKey(max_length=10)
    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.day
