"""What the bot keeps for a student: opinions, half-done forms, and how often a tutor was written to."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Tutor
from apps.core.fields import TextPrimaryKey, UUIDModel
from apps.helpdesk.models.tickets import Ticket

MAX_COMMENT = 1000


class Survey(UUIDModel):
    """How content somebody was, from 1 to 5; the last word of one `key` counts."""

    key = models.CharField(max_length=128, unique=True, editable=False)
    conversation_id = models.CharField(_("conversación"), max_length=128, blank=True)
    ticket = models.ForeignKey(
        Ticket,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("caso"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("cuenta"),
    )
    level = models.PositiveSmallIntegerField(
        _("nivel"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.CharField(_("comentario"), max_length=MAX_COMMENT, blank=True)
    created_at = models.DateTimeField(_("creada"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("actualizada"), auto_now=True)

    class Meta:
        verbose_name = _("encuesta")
        verbose_name_plural = _("encuestas")
        ordering = ("-updated_at", "id")
        indexes = (
            models.Index(fields=["key"], name="survey_key"),  # MongoDB's unique index is partial
            models.Index(fields=["-updated_at", "id"], name="survey_newest"),
            models.Index(fields=["conversation_id"], name="survey_conversation"),
        )

    def __str__(self) -> str:
        return f"{self.level}/5"


class SavedProgress(models.Model):
    """A form that somebody will go on with. `owner`: `sub:…` of a verified person, else `sender:…`."""

    owner = TextPrimaryKey(max_length=270)
    form = models.CharField(max_length=64)
    slots = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["updated_at"], name="progress_updated"),)

    def __str__(self) -> str:
        return self.form


class TutorMessage(UUIDModel):
    """That a student wrote to the tutor, the how-manieth of the day; the text went by mail alone."""

    student = models.CharField(max_length=254)
    day = models.DateField()
    count = models.PositiveSmallIntegerField()
    tutor = models.ForeignKey(Tutor, models.SET_NULL, null=True)
    key = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique where there is one
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["student", "day", "count"], name="tutor_message_once"),
        )
        indexes = (
            models.Index(fields=["day"], name="tutor_message_day"),
            models.Index(fields=["key"], name="tutor_message_key"),
        )

    def __str__(self) -> str:
        return f"{self.day} · {self.count}"
