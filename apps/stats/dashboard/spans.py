"""A period cut into the points of a chart: days, weeks or months, so that there are never too many."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.stats.figures import Figures
from apps.stats.periods import Period
from apps.stats.selectors import PeriodFigures

MAX_DAYS = 92
MAX_WEEKS = 53 * 7


@dataclass(frozen=True, slots=True)
class Span:
    label: str
    period: Period
    figures: Figures


def spans_of(found: PeriodFigures) -> list[Span]:
    return [Span(_label(cut, found.period), cut, _sum(found, cut)) for cut in _cuts(found.period)]


def step_name(period: Period) -> str:
    """What one point is."""
    if period.length <= MAX_DAYS:
        return _("Día")
    return _("Semana") if period.length <= MAX_WEEKS else _("Mes")


def _cuts(period: Period) -> Iterator[Period]:
    first = period.first
    while first <= period.last:
        last = min(_last_with(first, period), period.last)
        yield Period(first, last)
        first = last + timedelta(days=1)


def _last_with(day: date, period: Period) -> date:
    if period.length <= MAX_DAYS:
        return day
    if period.length <= MAX_WEEKS:
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _label(cut: Period, whole: Period) -> str:
    if whole.length <= MAX_WEEKS:
        return date_format(cut.first, "j b")
    return date_format(cut.first, "b Y")


def _sum(found: PeriodFigures, cut: Period) -> Figures:
    if cut.length == 1:
        return found.of(cut.first)
    total = Figures()
    for day in cut.days:
        total.add(found.of(day))
    return total
