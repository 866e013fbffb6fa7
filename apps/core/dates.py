"""Which days a list or a file is of, as clients say it (contract http.md, rule 1.9)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

NO_FILTER = frozenset({"", "undefined"})
LAST_DAY = date(9999, 12, 30)
FIRST_DAY = date(1, 1, 2)


def start_of(day: date) -> datetime:
    """The first moment of a local day; the ends of the calendar have room for a time zone."""
    return timezone.make_aware(datetime.combine(max(FIRST_DAY, min(day, LAST_DAY)), time.min))


def end_of(day: date) -> datetime:
    """The first moment after a local day."""
    return start_of(min(day, LAST_DAY - timedelta(days=1)) + timedelta(days=1))


class FilterQuery(serializers.Serializer):
    """A query whose empty and `undefined` values are no filter."""

    def to_internal_value(self, data: Any) -> Any:
        given = {key: value for key, value in data.items() if str(value).strip() not in NO_FILTER}
        return super().to_internal_value(given)


class DaysQuery(FilterQuery):
    """`desde` and `hasta`, local days, both inclusive."""

    desde = serializers.DateField(required=False, help_text=_("Primer día, inclusive."))
    hasta = serializers.DateField(required=False, help_text=_("Último día, inclusive."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "desde" in attrs and "hasta" in attrs and attrs["desde"] > attrs["hasta"]:
            text = _("«desde» es posterior a «hasta». Cambia una de las dos fechas.")
            raise serializers.ValidationError({"desde": text}, code="reversed")
        return attrs
