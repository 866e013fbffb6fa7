"""When the helpdesk works, and how soon it answers: rules that staff change."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel
from apps.helpdesk.models.tickets import Kind, Priority

MAX_TERM = 10_000


class BusinessHours(UUIDModel):
    """A span of a weekday in which somebody is there; a day may have several, or none."""

    weekday = models.PositiveSmallIntegerField(_("día"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("abre"))
    closes = models.TimeField(_("cierra"))

    class Meta:
        verbose_name = _("horario de atención")
        verbose_name_plural = _("horarios de atención")
        ordering = ("weekday", "opens", "id")

    def __str__(self) -> str:
        span = f"{time_format(self.opens, 'H:i')}–{time_format(self.closes, 'H:i')}"
        return f"{WEEKDAYS.get(self.weekday, '')} {span}"

    def clean(self) -> None:
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _now("Debe cerrar después de abrir.")})


class ClosedDay(UUIDModel):
    """A day on which the institution is closed, besides the holidays of the country."""

    day = models.DateField(_("día"), unique=True)
    name = models.CharField(_("motivo"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("día sin atención")
        verbose_name_plural = _("días sin atención")
        ordering = ("-day", "id")
        indexes = (models.Index(fields=["day"], name="closed_day"),)  # MongoDB's unique index is partial

    def __str__(self) -> str:
        return f"{date_format(self.day, 'SHORT_DATE_FORMAT')} {self.name}".strip()


class Unit(models.TextChoices):
    MINUTES = "minutes", _("minutos hábiles")
    HOURS = "hours", _("horas hábiles")
    DAYS = "days", _("días hábiles")


class ServiceLevel(UUIDModel):
    """How soon a kind of ticket is answered and solved; a row without priority is for all the others."""

    kind = models.CharField(_("tipo"), max_length=10, choices=Kind)
    priority = models.CharField(
        _("prioridad"),
        max_length=10,
        choices=Priority,
        blank=True,
        help_text=_("Vacía: para las prioridades que no tengan su propia fila."),
    )
    first_response = models.PositiveIntegerField(_("primera respuesta"), validators=[MinValueValidator(1)])
    first_response_unit = models.CharField(_("unidad"), max_length=10, choices=Unit, default=Unit.HOURS)
    solution = models.PositiveIntegerField(_("solución"), validators=[MinValueValidator(1)])
    solution_unit = models.CharField(_("unidad"), max_length=10, choices=Unit, default=Unit.DAYS)

    class Meta:
        verbose_name = _("plazo de atención")
        verbose_name_plural = _("plazos de atención")
        ordering = ("kind", "priority", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "priority"],
                name="service_level_once",
                violation_error_message=_("Ya hay un plazo para ese tipo y esa prioridad."),
            ),
        )
        indexes = (models.Index(fields=["kind", "priority"], name="service_level"),)

    def __str__(self) -> str:
        priority = self.get_priority_display() or _now("todas las prioridades")
        return f"{self.get_kind_display()}, {priority}"

    def clean(self) -> None:
        wrong: dict[str, Any] = {
            name: _now("Es mucho: el máximo es %(most)d.") % {"most": MAX_TERM}
            for name in ("first_response", "solution")
            if (getattr(self, name) or 0) > MAX_TERM
        }
        if wrong:
            raise ValidationError(wrong)
