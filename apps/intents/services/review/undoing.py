"""What a decision taught is taken back: examples that it made go, those that it moved return."""

from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.intents.models import Example, Intent, Origin, ReviewGroup, ReviewItem
from apps.intents.services import history
from apps.intents.services.review.teaching import Taught


def take_back(group: ReviewGroup) -> Taught:
    """`group` still names the intent that it was assigned to. `added` is negative.

    One that staff have rewritten or moved since stays, and so does one that another group's messages have
    become too; `refused` names those that should have returned to another intent. To be called in a
    transaction.
    """
    items = ReviewItem.objects.filter(group=group)
    rows = list(items.select_related("moved_from", "example").order_by("-at", "pk"))
    examples = {row.example_id for row in rows if row.example_id}
    others = ReviewItem.objects.filter(example__in=examples).exclude(group=group).order_by()
    shared = set(others.values_list("example_id", flat=True))
    turns = {row.turn_id for row in rows}
    moved = {row.key: (row, row.moved_from) for row in reversed(rows) if row.moved_from}
    items.update(example=None, moved_from=None)
    taught = Taught()
    for row, home in moved.values():
        _return(row, home, group, shared, taught)
    kept = shared | {row.example_id for row, _home in moved.values()}
    made = Example.objects.filter(intent=group.intent_id, origin=Origin.REVIEW, source_turn__in=turns)
    own = [row for row in made if row.pk not in kept]  # also those that no message says: they were edited
    Example.objects.filter(pk__in=[row.pk for row in own]).delete()
    if own and group.intent is not None:
        history.note_moved(group.intent, gone=[row.text for row in own])
    taught.added = -len(own)
    _touch({row.intent_id for row in own})
    return taught


def _return(item: ReviewItem, home: Intent, group: ReviewGroup, shared: set[Any], taught: Taught) -> None:
    """To the end of the intent that it came from; when the sentence is there again, it just goes."""
    example = item.example
    if example is None or example.intent_id != group.intent_id or example.pk in shared:
        text = _("«%(text)s» no volvió a «%(intent)s»: cambió o se usó en otro grupo después.")
        message = text % {"text": item.text[:80], "intent": home.name}
        taught.refused.append({"text": item.text, "code": "not_returned", "message": message})
        return
    there = Example.objects.filter(intent=home)
    if group.intent is not None:
        history.note_moved(group.intent, gone=[example.text])
    if there.filter(key=example.key).exists():
        example.delete()
    else:
        last = there.aggregate(last=Max("position"))["last"]
        example.intent, example.position = home, 0 if last is None else last + 1
        example.save(update_fields=["intent", "position"])
        history.note_moved(home, new=[example.text])
    taught.returned += 1
    _touch({group.intent_id, home.pk})


def _touch(intents: set[Any]) -> None:
    Intent.objects.filter(pk__in=intents).update(updated_at=timezone.now())
