"""What the bot knows, as staff edit it: intents with their examples and answers."""

from __future__ import annotations

import re
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel

NAME = re.compile(r"[a-z][a-z0-9_]{1,63}")
"""Contract http.md §5."""
MAX_SENTENCE = 500
MAX_ANSWER = 2000


class Origin(models.TextChoices):
    """Where an example came from."""

    FILES = "files", _("Archivos del proyecto")
    STAFF = "staff", _("Escrito por el equipo")
    IMPORT = "import", _("Importado")
    REVIEW = "review", _("Bandeja de revisión")


class IntentQuerySet(models.QuerySet["Intent"]):
    def with_counts(self) -> IntentQuerySet:
        return self.annotate(
            n_examples=models.Count("examples", distinct=True),
            n_answers=models.Count("answers", distinct=True),
        )


class Intent(UUIDModel):
    """One thing a student can want. Its answers are the project's response `utter_<name>`."""

    name = models.CharField(_("nombre"), max_length=64, unique=True)
    title = models.CharField(
        _("título"),
        max_length=80,
        blank=True,
        help_text=_("Lo que dice el botón que la ofrece. Vacío: nunca se ofrece."),
    )
    description = models.TextField(_("descripción"), max_length=1000, blank=True)
    requires_auth = models.BooleanField(_("protegida"), default=False)
    is_active = models.BooleanField(_("activa"), default=True)
    tags = models.CharField(_("etiquetas"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="intents",
        verbose_name=_("responsable"),
    )
    created_at = models.DateTimeField(_("creada"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("actualizada"), default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[Intent]] = IntentQuerySet.as_manager()

    class Meta:
        verbose_name = _("intención")
        verbose_name_plural = _("intenciones")
        ordering = ("name",)
        indexes = (models.Index(fields=["name"], name="intent_name"),)  # MongoDB's unique index is partial

    def __str__(self) -> str:
        return self.name

    @property
    def response_name(self) -> str:
        return f"utter_{self.name}"


class Example(UUIDModel):
    """A training sentence, entities marked as in Rasa's files: `[técnico](programa)`."""

    intent = models.ForeignKey(Intent, models.CASCADE, related_name="examples", verbose_name=_("intención"))
    position = models.PositiveIntegerField(default=0, editable=False)
    text = models.CharField(_("ejemplo"), max_length=MAX_SENTENCE)
    key = models.CharField(max_length=MAX_SENTENCE, editable=False)
    """Without marks, case, accents and signs: what makes two sentences the same."""
    origin = models.CharField(_("origen"), max_length=10, choices=Origin, default=Origin.STAFF)
    source_turn = models.ForeignKey(
        "logs.ChatTurn",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="examples",
        verbose_name=_("turno de origen"),
    )
    """The student's message that it was taken from, while that is kept."""

    class Meta:
        verbose_name = _("ejemplo")
        verbose_name_plural = _("ejemplos")
        ordering = ("intent", "position", "id")
        indexes = (models.Index(fields=["key"], name="example_key"),)

    def __str__(self) -> str:
        return self.text


class Answer(UUIDModel):
    """One variation of what the bot says; the fields are those of a Rasa response."""

    intent = models.ForeignKey(Intent, models.CASCADE, related_name="answers", verbose_name=_("intención"))
    position = models.PositiveIntegerField(default=0, editable=False)
    text = models.TextField(_("texto"), max_length=MAX_ANSWER, blank=True)
    buttons = models.JSONField(_("botones"), default=list, blank=True)
    image = models.CharField(_("imagen"), max_length=500, blank=True)
    custom = models.JSONField(_("contenido propio"), null=True, blank=True)
    attachment = models.JSONField(_("adjunto"), null=True, blank=True)
    channel = models.CharField(_("canal"), max_length=40, blank=True)
    conditions = models.JSONField(_("condiciones"), default=dict, blank=True)
    valid_from = models.DateField(_("válida desde"), null=True, blank=True)
    valid_until = models.DateField(_("válida hasta"), null=True, blank=True)
    review_by = models.DateField(_("revisar antes de"), null=True, blank=True)

    class Meta:
        verbose_name = _("respuesta")
        verbose_name_plural = _("respuestas")
        ordering = ("intent", "position", "id")

    def __str__(self) -> str:
        return self.text[:80]
