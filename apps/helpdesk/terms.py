"""By when a ticket is answered and solved, by the rules that staff keep in the database."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time

from apps.helpdesk.business_time import DEFAULT_HOURS, Calendar
from apps.helpdesk.models import BusinessHours, ClosedDay, Kind, Priority, ServiceLevel, Ticket, Unit


@dataclass(frozen=True, slots=True)
class Terms:
    first_response: int
    first_response_unit: Unit
    solution: int
    solution_unit: Unit


DEFAULT_TERMS: dict[tuple[str, str], Terms] = {
    (Kind.SOPORTE, ""): Terms(8, Unit.HOURS, 5, Unit.DAYS),
    (Kind.SOPORTE, Priority.HIGH): Terms(4, Unit.HOURS, 2, Unit.DAYS),
    (Kind.SOPORTE, Priority.URGENT): Terms(1, Unit.HOURS, 8, Unit.HOURS),
    (Kind.PQRS, ""): Terms(2, Unit.DAYS, 15, Unit.DAYS),  # Colombia's general term (Ley 1755 of 2015)
    (Kind.PQRS, Priority.HIGH): Terms(1, Unit.DAYS, 10, Unit.DAYS),  # that of documents and information
    (Kind.PQRS, Priority.URGENT): Terms(4, Unit.HOURS, 5, Unit.DAYS),
    (Kind.INTERNO, ""): Terms(2, Unit.DAYS, 10, Unit.DAYS),
    (Kind.INTERNO, Priority.URGENT): Terms(2, Unit.HOURS, 1, Unit.DAYS),
    (Kind.HUMANO, ""): Terms(30, Unit.MINUTES, 1, Unit.DAYS),
    (Kind.HUMANO, Priority.URGENT): Terms(5, Unit.MINUTES, 4, Unit.HOURS),
}
"""What the first migration writes as rows; and what holds for a kind whose rows somebody deleted."""


def calendar() -> Calendar:
    """As the rows say now; without any opening hours, the usual ones."""
    spans: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in BusinessHours.objects.all():
        spans[row.weekday].append((row.opens, row.closes))
    hours = {weekday: tuple(of_day) for weekday, of_day in spans.items()}
    return Calendar(hours or DEFAULT_HOURS, frozenset(ClosedDay.objects.values_list("day", flat=True)))


def business_minutes(start: datetime, end: datetime) -> int:
    return calendar().business_minutes(start, end)


def add_business_minutes(start: datetime, minutes: int) -> datetime:
    return calendar().add_business_minutes(start, minutes)


def set_due(ticket: Ticket) -> None:
    """Writes both terms on the ticket, counted from when it was opened; it is not saved here."""
    terms = _terms_of(ticket.kind, ticket.priority)
    ticket.response_due_at, ticket.due_at = _due(terms, calendar(), ticket.created_at)


def due_by_default(kind: str, priority: str, created_at: datetime) -> tuple[datetime, datetime]:
    """Both terms by the rules of the first day, without a look at any row."""
    return _due(_default(kind, priority), Calendar(), created_at)


def _terms_of(kind: str, priority: str) -> Terms:
    """The row of the priority, else that of all priorities, else what holds without rows."""
    found = {row.priority: row for row in ServiceLevel.objects.filter(kind=kind)}
    row = found.get(priority) or found.get("")
    if row is None:
        return _default(kind, priority)
    units = Unit(row.first_response_unit), Unit(row.solution_unit)
    return Terms(row.first_response, units[0], row.solution, units[1])


def _default(kind: str, priority: str) -> Terms:
    return DEFAULT_TERMS.get((kind, priority)) or DEFAULT_TERMS[(kind, "")]


def _due(terms: Terms, open_hours: Calendar, start: datetime) -> tuple[datetime, datetime]:
    first = _after(open_hours, start, terms.first_response, terms.first_response_unit)
    return first, _after(open_hours, start, terms.solution, terms.solution_unit)


def _after(open_hours: Calendar, start: datetime, amount: int, unit: Unit) -> datetime:
    if unit == Unit.DAYS:
        return open_hours.add_business_days(start, amount)
    return open_hours.add_business_minutes(start, amount * (60 if unit == Unit.HOURS else 1))
