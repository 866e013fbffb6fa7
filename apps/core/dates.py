"""Local days: where they begin, and how clients name them (contract http.md, rule 1.9)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

NO_FILTER = frozenset({"", "undefined"})
FORM = "%Y-%m-%d"


def start_of_day(day: date) -> datetime:
    """Its first moment, in the project's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date) -> datetime:
    """The first moment that is no longer in it."""
    return start_of_day(day + timedelta(days=1))


class DayField(serializers.DateField):
    """`YYYY-MM-DD`; nothing and the literal `undefined` are no day. Anything else is refused."""

    default_error_messages = {"invalid": _("Escribe la fecha así: AAAA-MM-DD.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "input_formats": [FORM], **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and data.strip() in NO_FILTER:
            return None
        return super().run_validation(data)

    def to_internal_value(self, value: Any) -> date:
        """Four, two and two digits: `strptime` would take 2026-1-5."""
        day = super().to_internal_value(value)
        if not isinstance(value, str) or day.isoformat() != value.strip():
            self.fail("invalid")
        return day
