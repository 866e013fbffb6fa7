"""Reading the review inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from apps.core.pagination import Window
from apps.intents.botproject.sentences import bare
from apps.intents.models import Intent, ReviewGroup, ReviewItem

Groups = QuerySet[ReviewGroup]
State = ReviewGroup.State
ORDERS = {
    "count": ("-message_count", "-last_at", "pk"),
    "newest": ("-last_at", "pk"),
}
MAX_FOUND = 5000
"""Groups that a search looks through."""
SHOWN_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Progress:
    open: int
    decided_today: int

    @property
    def total(self) -> int:
        return self.open + self.decided_today


def open_count() -> int:
    return ReviewGroup.objects.filter(state=State.OPEN).count()


def progress() -> Progress:
    """What waits, and what was decided today; one query, by two indexes."""
    is_open = Q(state=State.OPEN)
    is_todays = Q(decided_at__gte=start_of(timezone.localdate()))
    rows = ReviewGroup.objects.filter(is_open | is_todays).order_by()
    counts = rows.aggregate(
        waiting=Count("pk", filter=is_open), decided=Count("pk", filter=is_todays & ~is_open)
    )
    return Progress(counts["waiting"], counts["decided"])


def groups_matching(
    *,
    state: str = "",
    reason: str = "",
    q: str = "",
    desde: date | None = None,
    hasta: date | None = None,
    among: Groups | None = None,
) -> Groups:
    """By state, reason, part of a wording, and the day of the newest message; days are inclusive."""
    rows = ReviewGroup.objects.select_related("intent", "decided_by") if among is None else among
    if state:
        rows = rows.filter(state=state)
    if reason:
        rows = rows.filter(reasons__contains=reason)
    if q.strip():
        rows = rows.filter(pk__in=_with_wording(q))
    if desde:
        rows = rows.filter(last_at__gte=start_of(desde))
    if hasta:
        rows = rows.filter(last_at__lt=start_of(hasta + timedelta(days=1)))
    return rows


def groups_page(*, window: Window, order: str = "count", **filters: Any) -> tuple[list[ReviewGroup], int]:
    """A part of the groups that match, and how many there are."""
    rows = groups_matching(**filters)
    return list(rows.order_by(*ORDERS[order])[window.slice]), rows.count()


@dataclass(slots=True)
class Line:
    """A wording, as its newest message has it; the page adds what is personal in it, and the conversation."""

    text: str
    key: str
    count: int
    newest: ReviewItem
    reasons: list[str]
    comments: list[str]
    personal: str = ""
    conversation: str = ""


def lines_of(group: ReviewGroup) -> list[Line]:
    """The wordings among its newest messages, each with the number of all its messages; two queries."""
    rows = ReviewItem.objects.filter(group=group).order_by()
    counts = dict(rows.values_list("key").annotate(n=Count("pk")))
    lines: dict[str, Line] = {}
    for item in items_of(group):
        line = lines.get(item.key)
        if line is None:
            line = lines[item.key] = Line(item.text, item.key, counts.get(item.key, 1), item, [], [])
        if item.get_reason_display() not in line.reasons:
            line.reasons.append(item.get_reason_display())
        feedback = getattr(item.turn, "feedback", None)
        if feedback and feedback.comment:
            line.comments.append(feedback.comment)
    return list(lines.values())


def items_of(group: ReviewGroup) -> list[ReviewItem]:
    """Its newest messages, with turn and rating."""
    rows = ReviewItem.objects.filter(group=group).select_related("turn__feedback", "example")
    return list(rows.order_by("-at", "pk")[:SHOWN_ITEMS])


def intent_choices() -> list[tuple[str, str]]:
    """Name and title of the intents that a group can be assigned to."""
    rows = Intent.objects.filter(is_active=True).order_by("name")
    return list(rows.values_list("name", "title"))


def start_of(day: date) -> datetime:
    """Raises nothing for the last day of all: there is no later one to be before."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _with_wording(text: str) -> Sequence[Any]:
    """Keys are without case and accents, and so is what is looked for."""
    rows = ReviewItem.objects.filter(key__contains=bare(text)).order_by()
    return list(rows.values_list("group_id", flat=True).distinct()[:MAX_FOUND])
