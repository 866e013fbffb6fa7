"""The dates that the dashboard is about: a preset, or a first and a last day; both stand in the address."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.stats.periods import Period
from apps.stats.serializers import PeriodQuery

PRESETS = (1, 7, 30, 90)
DEFAULT = 30


@dataclass(frozen=True, slots=True)
class Preset:
    days: int
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChosenRange:
    """`error` says what is wrong with dates that were written; the default stands in for them then."""

    period: Period
    days: int | None
    error: str = ""

    @property
    def presets(self) -> list[Preset]:
        return [Preset(n, _label(n), n == self.days) for n in PRESETS]

    @property
    def first(self) -> str:
        return self.period.first.isoformat()

    @property
    def last(self) -> str:
        return self.period.last.isoformat()

    @property
    def today(self) -> str:
        return timezone.localdate().isoformat()

    @property
    def told(self) -> str:
        """`3 nov 2026`, or `3 nov 2026 – 9 nov 2026`."""
        ends = [date_format(day, "j b Y") for day in (self.period.first, self.period.last)]
        return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def chosen_range(query: QueryDict) -> ChosenRange:
    """By `dias`, or by `desde` and `hasta`."""
    days = next((n for n in PRESETS if str(n) == query.get("dias", "")), DEFAULT)
    asked = PeriodQuery(data=query)
    if not asked.is_valid():
        return ChosenRange(_last(DEFAULT), DEFAULT, _why(asked.errors))
    if not asked.validated_data:
        return ChosenRange(_last(days), days)
    period = asked.period(default_days=DEFAULT)
    if not period.length:
        return ChosenRange(_last(DEFAULT), DEFAULT, _("Esas fechas todavía no han llegado."))
    return ChosenRange(period, None)


def _why(errors: dict[str, list[str]]) -> str:
    return " ".join(str(text) for texts in errors.values() for text in texts)


def _last(days: int) -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=days - 1), today)


def _label(days: int) -> str:
    return _("Hoy") if days == 1 else _("%(days)d días") % {"days": days}
