"""Cases opened in a range of days: how they stand now, by kind, and how long the first answer took.

Read from the cases themselves, by the index of `created_at`: they change for weeks, and there are few.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from apps.core.dates import end_of, start_of
from apps.helpdesk.models import Kind, Status, Ticket
from apps.stats.periods import Period

ACTIVE = (Status.OPEN, Status.PENDING)
MINUTES = {"first_response": "first_response_minutes", "solution": "solution_minutes"}
"""Columns of business minutes."""


@dataclass(slots=True)
class TicketFigures:
    """`answered` and `solved` have a time; sums are of business minutes."""

    by_status: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    answer_minutes: int = 0
    solved: int = 0
    solution_minutes: int = 0

    @property
    def opened(self) -> int:
        return self.by_status.total()

    @property
    def average_answer(self) -> float | None:
        return round(self.answer_minutes / self.answered, 1) if self.answered else None

    @property
    def average_solution(self) -> float | None:
        return round(self.solution_minutes / self.solved, 1) if self.solved else None

    def add(self, other: "TicketFigures") -> None:
        self.by_status.update(other.by_status)
        self.answered += other.answered
        self.answer_minutes += other.answer_minutes
        self.solved += other.solved
        self.solution_minutes += other.solution_minutes


def tickets_by_kind(period: Period) -> dict[str, TicketFigures]:
    """One query; every kind is there."""
    found = {kind: TicketFigures() for kind in Kind.values}
    sums: dict[str, Any] = {"count": Count("pk")}
    for name, column in MINUTES.items():
        sums |= {f"{name}_count": Count(column), f"{name}_sum": Sum(column)}
    rows: Iterable[Any] = opened_in(period).order_by().values("kind", "status").annotate(**sums)
    for row in rows:
        figures = found.setdefault(row["kind"], TicketFigures())
        figures.by_status[row["status"]] += row["count"]
        figures.answered += row.get("first_response_count") or 0
        figures.answer_minutes += row.get("first_response_sum") or 0
        figures.solved += row.get("solution_count") or 0
        figures.solution_minutes += row.get("solution_sum") or 0
    return found


def all_kinds(by_kind: dict[str, TicketFigures]) -> TicketFigures:
    total = TicketFigures()
    for figures in by_kind.values():
        total.add(figures)
    return total


def opened_in(period: Period) -> QuerySet[Ticket]:
    if not period.length:
        return Ticket.objects.none()
    return Ticket.objects.filter(created_at__gte=start_of(period.first), created_at__lt=end_of(period.last))


def opened_per_day(period: Period) -> Counter[date]:
    moments = opened_in(period).order_by().values_list("created_at", flat=True)
    return Counter(timezone.localdate(moment) for moment in moments.iterator())


def waiting() -> dict[str, int]:
    """Cases that somebody still has to work on: all, nobody's, and those past their time."""
    active = Ticket.objects.filter(status__in=ACTIVE)
    counts = active.aggregate(all=Count("pk"), unassigned=Count("pk", filter=Q(assignee=None)))
    return {**counts, "overdue": Ticket.objects.overdue(timezone.now()).count()}
