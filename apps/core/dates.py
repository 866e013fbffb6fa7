"""Local days: where they begin and end, and how clients name them (contract http.md, rule 1.9)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

NO_FILTER = frozenset({"", "undefined"})
FORM = "%Y-%m-%d"
FIRST_DAY = date(1, 1, 2)
LAST_DAY = date(9999, 12, 30)
"""The ends of the calendar, with room for a time zone."""


def start_of(day: date) -> datetime:
    """The first moment of a local day."""
    return timezone.make_aware(datetime.combine(max(FIRST_DAY, min(day, LAST_DAY)), time.min))


def end_of(day: date) -> datetime:
    """The first moment after a local day."""
    return start_of(min(day, LAST_DAY - timedelta(days=1)) + timedelta(days=1))


def seconds_to_midnight() -> int:
    now = timezone.localtime()
    return int((end_of(now.date()) - now).total_seconds())


class DayField(serializers.DateField):
    """`YYYY-MM-DD` and nothing else."""

    default_error_messages = {"invalid": _("Escribe la fecha así: AAAA-MM-DD.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "input_formats": [FORM], **kwargs})

    def to_internal_value(self, value: Any) -> date:
        """Four, two and two digits: `strptime` would take 2026-1-5."""
        day = super().to_internal_value(value)
        if not isinstance(value, str) or day.isoformat() != value.strip():
            self.fail("invalid")
        return day


class FilterQuery(serializers.Serializer):
    """A query whose empty and `undefined` values are no filter."""

    def to_internal_value(self, data: Any) -> Any:
        given = {key: value for key, value in data.items() if str(value).strip() not in NO_FILTER}
        return super().to_internal_value(given)


class DaysQuery(FilterQuery):
    """`desde` and `hasta`, local days, both inclusive."""

    desde = DayField(help_text=_("Primer día, inclusive."))
    hasta = DayField(help_text=_("Último día, inclusive."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "desde" in attrs and "hasta" in attrs and attrs["desde"] > attrs["hasta"]:
            text = _("«desde» es posterior a «hasta». Cambia una de las dos fechas.")
            raise serializers.ValidationError({"desde": text}, code="reversed")
        return attrs
