"""What the bot did not understand, waiting for somebody to say what it meant."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import TextPrimaryKey, UUIDModel
from apps.intents.models.knowledge import MAX_SENTENCE, Example, Intent


class ReviewGroup(UUIDModel):
    """Messages that say much the same; decided on together."""

    class State(models.TextChoices):
        OPEN = "open", _("Pendiente")
        ASSIGNED = "assigned", _("Asignado")
        DISCARDED = "discarded", _("Descartado")

    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.OPEN)
    text = models.CharField(_("mensaje"), max_length=MAX_SENTENCE)
    """The newest wording."""
    key = models.CharField(max_length=MAX_SENTENCE, editable=False)
    """What makes two wordings the same; new messages are compared with it."""
    message_count = models.PositiveIntegerField(_("mensajes"), default=0)
    wording_count = models.PositiveIntegerField(_("formas"), default=0)
    reasons = models.CharField(_("motivos"), max_length=60, blank=True, editable=False)
    """The different reasons of its messages, separated by blanks; kept with the counts."""
    guesses = models.JSONField(_("lo que supuso el bot"), default=list)
    """The three best: `[{"intent": name, "confidence": 0 to 1}, …]`."""
    first_at = models.DateTimeField(_("primera vez"))
    last_at = models.DateTimeField(_("última vez"))
    intent = models.ForeignKey(
        Intent,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="review_groups",
        verbose_name=_("intención"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="review_groups",
        verbose_name=_("decidió"),
    )
    decided_at = models.DateTimeField(_("decidido"), null=True, blank=True)

    class Meta:
        verbose_name = _("grupo por revisar")
        verbose_name_plural = _("bandeja de revisión")
        ordering = ("-message_count", "-last_at", "id")
        indexes = (
            models.Index(fields=["state", "last_at"], name="review_state"),
            models.Index(fields=["key"], name="review_key"),
            models.Index(fields=["decided_at"], name="review_decided"),
        )

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class ReviewItem(UUIDModel):
    """One message of a group, and why it is there."""

    class Reason(models.TextChoices):
        FALLBACK = "fallback", _("No entendido")
        LOW = "low", _("Entendido con dudas")
        THUMBS_DOWN = "thumbs_down", _("Respuesta mal valorada")

    group = models.ForeignKey(ReviewGroup, models.CASCADE, related_name="items", verbose_name=_("grupo"))
    turn = models.OneToOneField(
        "logs.ChatTurn", models.CASCADE, related_name="review_item", verbose_name=_("turno")
    )
    reason = models.CharField(_("motivo"), max_length=12, choices=Reason)
    text = models.CharField(_("mensaje"), max_length=MAX_SENTENCE)
    key = models.CharField(max_length=MAX_SENTENCE, editable=False)
    at = models.DateTimeField(_("momento"), default=timezone.now)
    example = models.ForeignKey(
        Example,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="review_items",
        verbose_name=_("ejemplo"),
    )
    """What was made of it."""
    moved_from = models.ForeignKey(
        Intent,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("intención de la que vino"),
    )
    """Of an example that a decision took from another intent; undoing it brings it back."""

    class Meta:
        verbose_name = _("mensaje por revisar")
        verbose_name_plural = _("mensajes por revisar")
        ordering = ("-at", "id")
        indexes = (
            models.Index(fields=["turn"], name="review_turn"),  # MongoDB's unique index is partial
            models.Index(fields=["key"], name="review_item_key"),
        )

    def __str__(self) -> str:
        return self.text[:80]


class ReviewMark(models.Model):
    """How far a log has been looked through; two collectors never write the same round."""

    name = TextPrimaryKey(max_length=16)
    at = models.DateTimeField()
    round = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
