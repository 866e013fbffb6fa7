"""The figures that a group keeps of its messages."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Max, Min

from apps.intents.models import ReviewGroup, ReviewItem


class GroupMoved(Exception):
    """Somebody decided on the group meanwhile."""


def recount(changes: Mapping[Any, Mapping[str, Any]], expected: Mapping[Any, str] | None = None) -> None:
    """Counts, times and reasons of these groups, from their messages; with what else is to change.

    A change with a `last_at` is of a new message, and is made when there is no newer one. Raises GroupMoved
    when a group is not in the expected state.
    """
    rows = ReviewItem.objects.filter(group__in=list(changes)).order_by()
    figures = rows.values("group").annotate(
        message_count=Count("pk"),
        wording_count=Count("key", distinct=True),
        first_at=Min("at"),
        last_at=Max("at"),
    )
    reasons: dict[Any, set[str]] = defaultdict(set)
    for group, reason in rows.values_list("group", "reason").distinct():
        reasons[group].add(reason)
    for found in list(figures):
        figure: dict[str, Any] = dict(found)
        group = figure.pop("group")
        given = dict(changes[group])
        if given.get("last_at", figure["last_at"]) < figure["last_at"]:
            given = {}
        values = {**given, **figure, "reasons": " ".join(sorted(reasons[group]))}
        wanted = {"state": expected[group]} if expected and group in expected else {}
        if not ReviewGroup.objects.filter(pk=group, **wanted).update(**values):
            raise GroupMoved
