"""Into which group each message goes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from apps.intents.models import ModelVersion, ReviewGroup, ReviewItem
from apps.intents.services.review.grouping import NearGroups
from apps.intents.services.review.sources import Message

State = ReviewGroup.State


@dataclass(frozen=True, slots=True)
class Home:
    """A group that has a wording already; `is_taught` when an example was made of it."""

    group: Any
    state: str
    decided_at: datetime | None
    is_taught: bool


@dataclass(slots=True)
class Placement:
    """The messages of each group, and the state in which a group that exists must still be."""

    messages: dict[Any, list[Message]] = field(default_factory=lambda: defaultdict(list))
    expected: dict[Any, str] = field(default_factory=dict)


class Placer:
    """Knows the open groups, read once.

    A wording that a group has goes there: to an open one first, else to the one decided on last, where it is
    counted. But it opens a new group when it was assigned without becoming an example, or when the model
    that misunderstood it was trained after the decision: the example did not help. Anything else joins the
    open group that it is near to (grouping.py), or opens one.
    """

    def __init__(self) -> None:
        rows = ReviewGroup.objects.filter(state=State.OPEN).order_by().values_list("pk", "key")
        self._near = NearGroups(rows.iterator(chunk_size=2000))
        self._new: dict[str, Any] = {}

    def place(self, messages: Sequence[Message]) -> Placement:
        homes = _homes({message.key for message in messages})
        trained = _training_times(homes, messages)
        found, opened = Placement(), set[Any]()
        for message in messages:
            home = _home_of(message, homes.get(message.key, ()), trained)
            owner = home.group if home else self._new.get(message.key) or self._near.nearest(message.key)
            if owner is None:
                owner = uuid4()
                self._near.add(owner, message.key)
                self._new[message.key] = owner
                opened.add(owner)
            if owner not in opened:
                found.expected[owner] = home.state if home else State.OPEN
            found.messages[owner].append(message)
        return found


def _homes(keys: set[str]) -> dict[str, list[Home]]:
    rows = ReviewItem.objects.filter(key__in=keys).order_by().distinct()
    columns = ("key", "group_id", "group__state", "group__decided_at", "example_id")
    found: dict[str, list[Home]] = defaultdict(list)
    for key, group, state, decided_at, example in rows.values_list(*columns):
        found[key].append(Home(group, state, decided_at, example is not None))
    return found


def _home_of(message: Message, homes: Iterable[Home], trained: dict[str, datetime]) -> Home | None:
    still_open = next((home for home in homes if home.state == State.OPEN), None)
    decided = [home for home in homes if home.decided_at is not None]
    if still_open or not decided:
        return still_open
    last = max(decided, key=lambda home: (home.decided_at, home.is_taught))
    if last.state == State.DISCARDED:
        return last
    knew = message.model_version in trained and trained[message.model_version] > last.decided_at  # type: ignore[operator]
    return last if last.is_taught and not knew else None


def _training_times(homes: dict[str, list[Home]], messages: Sequence[Message]) -> dict[str, datetime]:
    """When the models that answered began to be trained, where that matters."""
    if not any(home.is_taught for rows in homes.values() for home in rows):
        return {}
    rows = ModelVersion.objects.filter(name__in={message.model_version for message in messages}).order_by()
    times = rows.values_list("name", "trained_at", "duration_seconds")
    return {name: at - timedelta(seconds=seconds) for name, at, seconds in times}
