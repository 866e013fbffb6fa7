"""Messages whose turns go leave the inbox; at a person's wish so do the examples that were made of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.intents.models import Example, Intent, Origin, ReviewGroup, ReviewItem
from apps.intents.services import history
from apps.intents.services.review.counting import recount
from apps.logs.personal_audit import strike

SHOWN_KEY = 80
"""Signs of a group's key that the audit calls it by."""


def forget_messages(turns: Sequence[Any], is_erasure: bool) -> dict[str, int]:
    """Groups without messages go; the others are counted anew. To be called in a transaction."""
    items = ReviewItem.objects.filter(turn__in=turns)
    groups = set(items.order_by().values_list("group_id", flat=True).distinct())
    words = _words_of(turns) if is_erasure else set()
    counts = {"examples": _forget_examples(turns)} if is_erasure else {}
    if words:
        counts["audit_entries"] = strike(words, [Intent, ReviewGroup])
    counts["review_messages"] = items.delete()[0]
    if groups:
        left = {item.group_id: item for item in _newest_of(groups)}
        recount({key: _shown(item, is_erasure) for key, item in left.items()})
        counts["review_groups"] = ReviewGroup.objects.filter(pk__in=groups - left.keys()).delete()[0]
    return counts


def _words_of(turns: Sequence[Any]) -> set[str]:
    """As the audit may have them; not those that somebody else said too."""
    items = list(ReviewItem.objects.filter(turn__in=turns).select_related("example"))
    others = ReviewItem.objects.filter(key__in={item.key for item in items}).exclude(turn__in=turns)
    shared = set(others.order_by().values_list("key", flat=True))
    own = [item for item in items if item.key not in shared]
    made = {item.example.text for item in own if item.example}
    return made | {word for item in own for word in (item.text, item.key, item.key[:SHOWN_KEY])}


def _newest_of(groups: Iterable[Any]) -> list[ReviewItem]:
    """Of each group that has messages left; by group."""
    return [
        item
        for key in groups
        if (item := ReviewItem.objects.filter(group=key).order_by("-at", "pk").first()) is not None
    ]


def _shown(item: ReviewItem, is_erasure: bool) -> dict[str, Any]:
    """The group may have shown the words that go, and may have been known by them."""
    return {"text": item.text, "key": item.key} if is_erasure else {}


def _forget_examples(turns: Sequence[Any]) -> int:
    """Those that nobody else said too: a wording of several people tells of none of them."""
    made = Example.objects.filter(source_turn__in=turns, origin=Origin.REVIEW).select_related("intent")
    others = ReviewItem.objects.filter(example__in=made).exclude(turn__in=turns).order_by()
    shared = set(others.values_list("example_id", flat=True))
    gone = [example for example in made if example.pk not in shared]
    Example.objects.filter(pk__in=[example.pk for example in gone]).delete()
    for intent in {example.intent_id: example.intent for example in gone}.values():
        history.note_erased(intent, sum(example.intent_id == intent.pk for example in gone))
    return len(gone)
