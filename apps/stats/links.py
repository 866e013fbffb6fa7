"""From a number to its rows: addresses of lists in Django admin, with the filters that make the number."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from apps.core.dates import start_of
from apps.helpdesk.models import Status
from apps.stats.periods import Period

TURNS = "admin:logs_chatturn_changelist"
TICKETS = "admin:helpdesk_ticket_changelist"
CONVERSATIONS = "admin:chat_conversation_changelist"
UNDERSTOOD = {"is_fallback__exact": 0, "error__isnull": True}
NOT_UNDERSTOOD = {"is_fallback__exact": 1, "error__isnull": True}
FAILED = {"error__isnull": False}
ACTIVE: dict[str, Any] = {"status__in": f"{Status.OPEN},{Status.PENDING}"}


def turns(period: Period, **filters: Any) -> str:
    return _address(TURNS, {**_days(period), **filters})


def turns_at(period: Period, hour: int, weekday: int | None = None) -> str:
    """Of one hour of the day, on one weekday (0 for Monday) or on all."""
    at: dict[str, Any] = {"timestamp__hour": hour}
    if weekday is not None:
        at["timestamp__iso_week_day"] = weekday + 1
    return turns(period, **at)


def conversations(period: Period) -> str:
    """The list knows when somebody wrote last: of a period that has ended, its turns instead."""
    if period.last < timezone.localdate():
        return turns(period)
    return _address(CONVERSATIONS, {"last_turn_at__gte": start_of(period.first).isoformat()})


def without_a_case(period: Period) -> str:
    """Conversations that ended in the period, so far, and never became a case."""
    days = {
        "last_turn_at__gte": start_of(period.first).isoformat(),
        "last_turn_at__lt": start_of(period.after).isoformat(),
    }
    return _address(CONVERSATIONS, {**days, "casos": "no"})


def tickets(period: Period | None = None, **filters: Any) -> str:
    """Opened in the period."""
    opened = {}
    if period is not None:
        opened = {
            "created_at__gte": start_of(period.first).isoformat(),
            "created_at__lt": start_of(period.after).isoformat(),
        }
    return _address(TICKETS, {**opened, **filters})


def overdue_tickets() -> str:
    return tickets(cola="vencidos")


def _days(period: Period) -> dict[str, str]:
    if period.length == 1:
        return {"day": period.first.isoformat()}
    return {"day__gte": period.first.isoformat(), "day__lte": period.last.isoformat()}


def _address(name: str, filters: dict[str, Any]) -> str:
    return f"{reverse(name)}?{urlencode(filters)}"
