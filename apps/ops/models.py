"""What those who run the bot look at: self-tests, and what its pages say happens to them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.core.fields import TextPrimaryKey, UUIDModel


class SelfTestRun(UUIDModel):
    """One look at all that the bot stands on, from the wish to its end."""

    class State(models.TextChoices):
        QUEUED = "queued", _("En cola")
        RUNNING = "running", _("En marcha")
        DONE = "done", _("Terminada")

    class Result(models.TextChoices):
        OK = "ok", _("Bien")
        WARN = "warn", _("Con avisos")
        FAIL = "fail", _("Falla")
        SKIPPED = "skipped", _("No aplica")

    OPEN = (State.QUEUED, State.RUNNING)
    SILENT_AFTER = timedelta(seconds=30)
    OPEN_AT_MOST = timedelta(minutes=2)
    """Longer takes none: one that is older was left by a process that died."""

    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.QUEUED)
    result = models.CharField(_("resultado"), max_length=10, choices=Result, blank=True)
    steps = models.JSONField(_("pasos"), default=list)
    """`{"name", "state": a Result, "ms", "text"}` each, in the order in which they were done."""
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="self_tests",
        verbose_name=_("quién la pidió"),
    )
    asked_at = models.DateTimeField(_("pedida"), default=timezone.now)
    started_at = models.DateTimeField(_("empezó"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminó"), null=True, blank=True)

    class Meta:
        verbose_name = _("autoprueba")
        verbose_name_plural = _("autopruebas")
        ordering = ("-asked_at", "id")
        indexes = (models.Index(fields=["-asked_at", "id"], name="self_test_newest"),)

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.asked_at), "SHORT_DATETIME_FORMAT")

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN and timezone.now() - self.asked_at < self.OPEN_AT_MOST

    @property
    def duration_ms(self) -> int | None:
        if self.started_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.started_at).total_seconds() * 1000)


class EventCount(UUIDModel):
    """How often a page said on a day that something happened. Nothing about whom."""

    day = models.DateField(_("día"))
    name = models.CharField(_("suceso"), max_length=64)
    count = models.PositiveIntegerField(_("veces"), default=0)

    class Meta:
        verbose_name = _("suceso de las páginas")
        verbose_name_plural = _("sucesos de las páginas")
        ordering = ("-day", "name")
        constraints = (models.UniqueConstraint(fields=["day", "name"], name="event_of_day"),)
        indexes = (models.Index(fields=["day", "name"], name="event_day"),)

    def __str__(self) -> str:
        return f"{self.day} · {self.name}"


class LegacyMark(models.Model):
    """How far the import of one collection of the old system has come; goes when the import is done."""

    name = TextPrimaryKey(max_length=240)
    """Of the old database and the collection."""
    last_key = models.TextField(blank=True)
    tally = models.JSONField(default=dict)
    is_done = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
