"""From rows to a day's figures: the only place that reads turns to count them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.core.dates import start_of
from apps.logs.models import ChatTurn, Feedback
from apps.stats import crowds
from apps.stats.figures import Figures, Topic, Topics
from apps.stats.latency import bucket
from apps.stats.people_asked import Asked, asked_on

COLUMNS = (
    *("day", "timestamp", "sender_id", "user_id", "intent"),
    *("is_fallback", "is_form_answer", "error", "latency_ms", "engine"),
)
CHUNK = 2000


@dataclass(slots=True)
class Count:
    """What turns add up to, so far. `helped`: conversations in which something was understood."""

    figures: Figures = field(default_factory=Figures)
    people: set[int] = field(default_factory=set)
    conversations: set[int] = field(default_factory=set)
    helped: set[int] = field(default_factory=set)

    def finished(self, day: date) -> Figures:
        """With what is not in the turns: opinions, and cases that were opened in their conversations."""
        figures = self.figures
        asked = asked_on(day)
        figures.people, figures.conversations = len(self.people), len(self.conversations)
        figures.resolved = len(self.helped - asked.conversations)
        figures.asked_person, figures.before_person = asked.people, _before(asked)
        thumbs = _thumbs(day)
        figures.thumbs_up, figures.thumbs_down = thumbs[Feedback.Value.UP], thumbs[Feedback.Value.DOWN]
        return figures


def turns_of(day: date) -> Iterator[tuple[Any, ...]]:
    return _rows(day=day)


def turns_between(day: date, since: datetime | None, until: datetime | None) -> Iterator[tuple[Any, ...]]:
    """Of this day, `since` ≤ timestamp < `until`. By the index of timestamps where there is a beginning."""
    ends = {"timestamp__lt": until} if until else {}
    if since is None:
        return _rows(day=day, **ends)
    return (row for row in _rows(timestamp__gte=since, **ends) if row[0] == day)


def _rows(**filters: Any) -> Iterator[tuple[Any, ...]]:
    return ChatTurn.objects.filter(**filters).order_by().values_list(*COLUMNS).iterator(CHUNK)


def add_turns(count: Count, rows: Iterable[tuple[Any, ...]]) -> int:
    """Adds turns; how many there were."""
    figures, hours, zone = count.figures, count.figures.hours, timezone.get_current_timezone()
    before = figures.turns
    senders: dict[str, int] = {}
    users: dict[Any, int] = {}
    for _day, timestamp, sender, user, intent, is_fallback, is_form_answer, error, latency_ms, engine in rows:
        if (conversation := senders.get(sender)) is None:
            conversation = senders[sender] = crowds.key("sender", sender)
        person = conversation
        if user is not None and (person := users.get(user, 0)) == 0:
            person = users[user] = crowds.key("user", user)
        count.conversations.add(conversation)
        count.people.add(person)
        figures.turns += 1
        hours[timestamp.astimezone(zone).hour] += 1
        is_missed = is_fallback and not is_form_answer
        mask = crowds.bit(person)
        if intent and not is_form_answer:
            _note(figures.intents, intent, mask)
        if engine == ChatTurn.PERSON:
            figures.to_person += 1
            continue
        if error is not None:
            figures.failed += 1
            continue
        figures.latency[bucket(latency_ms)] += 1
        figures.latency_sum_ms += latency_ms
        if is_missed:
            figures.not_understood += 1
            if intent:
                _note(figures.unclear, intent, mask)
        else:
            count.helped.add(conversation)
    return figures.turns - before


def _note(topics: Topics, intent: str, mask: int) -> None:
    if (topic := topics.get(intent)) is None:
        topic = topics[intent] = Topic()
    topic.count += 1
    topic.mask |= mask


def _before(asked: Asked) -> Topics:
    topics: Topics = {}
    for intent, conversation in asked.topics:
        _note(topics, intent, crowds.bit(conversation))
    return topics


def _thumbs(day: date) -> Counter[str]:
    """Opinions come after their turn: the index of their times bounds what is read."""
    since = start_of(day) - timedelta(days=1)
    given = Feedback.objects.filter(value__in=Feedback.Value.values, updated_at__gte=since, turn__day=day)
    return Counter(given.order_by().values_list("value", flat=True))
