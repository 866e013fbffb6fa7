"""The figures of a day, and how those of several days are added up."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from apps.stats.crowds import is_enough
from apps.stats.latency import percentile

HOURS = 24
MAX_TOPICS = 300
"""Intents of one day that are kept by name, the most frequent ones; of the rest only how many."""
OTHERS = ""
COUNTS = (
    *("turns", "not_understood", "failed", "latency_sum_ms", "thumbs_up", "thumbs_down"),
    *("conversations", "people", "resolved", "asked_person", "to_person"),
)
TOPICS = ("intents", "unclear", "before_person")


@dataclass(slots=True)
class Topic:
    """How often, and a mask of who (crowds.py)."""

    count: int = 0
    mask: int = 0

    def add(self, count: int, mask: int) -> None:
        self.count += count
        self.mask |= mask

    @property
    def is_small(self) -> bool:
        return not is_enough(self.mask)


Topics = dict[str, Topic]


@dataclass(slots=True)
class Figures:
    """Of one day, or of several: then `people`, `conversations` and `resolved` are sums over the days.

    `intents` of all turns but answers in forms, where a name or an address is no topic; `unclear`, what was
    guessed where the bot did not understand; `before_person`, the last topic before a case for a person was
    opened. `failed` turns are not in `not_understood`. What was said `to_person` is in `turns`, and nothing
    of how well or fast the bot answers.
    """

    turns: int = 0
    not_understood: int = 0
    failed: int = 0
    latency_sum_ms: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0
    conversations: int = 0
    people: int = 0
    resolved: int = 0
    asked_person: int = 0
    to_person: int = 0
    latency: Counter[int] = field(default_factory=Counter)
    hours: list[int] = field(default_factory=lambda: [0] * HOURS)
    intents: Topics = field(default_factory=dict)
    unclear: Topics = field(default_factory=dict)
    before_person: Topics = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return self.to_bot - self.failed

    @property
    def to_bot(self) -> int:
        return self.turns - self.to_person

    @property
    def understood_share(self) -> float | None:
        """0 to 1; None without a turn."""
        return 1 - (self.not_understood + self.failed) / self.to_bot if self.to_bot else None

    @property
    def average_ms(self) -> float | None:
        return self.latency_sum_ms / self.answered if self.answered else None

    def latency_ms(self, share: float) -> int | None:
        return percentile(self.latency, share)

    def add(self, other: "Figures") -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.latency.update(other.latency)
        self.hours = [mine + more for mine, more in zip(self.hours, other.hours, strict=True)]
        for name in TOPICS:
            mine: Topics = getattr(self, name)
            for intent, topic in getattr(other, name).items():
                if (known := mine.get(intent)) is None:
                    known = mine[intent] = Topic()
                known.add(topic.count, topic.mask)

    def to_json(self) -> str:
        told: dict[str, Any] = {name: getattr(self, name) for name in COUNTS}
        told["latency"] = sorted(self.latency.items())
        told["hours"] = self.hours
        for name in TOPICS:
            kept = most_frequent(getattr(self, name))
            told[name] = {intent: [topic.count, topic.mask] for intent, topic in kept.items()}
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Figures":
        told = json.loads(text)
        made = cls(**{name: told.get(name, 0) for name in COUNTS}, hours=told["hours"])
        made.latency = Counter(dict(told["latency"]))
        for name in TOPICS:
            setattr(made, name, {intent: Topic(*pair) for intent, pair in told[name].items()})
        return made


def most_frequent(topics: Topics) -> Topics:
    """At most MAX_TOPICS of them, and the rest as one."""
    if len(topics) <= MAX_TOPICS:
        return topics
    order = sorted(topics, key=lambda name: (-topics[name].count, name))
    kept = {name: topics[name] for name in order[:MAX_TOPICS]}
    rest = kept.setdefault(OTHERS, Topic())
    for name in order[MAX_TOPICS:]:
        rest.add(topics[name].count, 0)
    return kept


def ranked(topics: Topics, limit: int | None = None) -> list[tuple[str, Topic]]:
    """By name, the most frequent first; without the rest that has none."""
    rows = [(name, topic) for name, topic in topics.items() if name != OTHERS]
    rows.sort(key=lambda row: (-row[1].count, row[0]))
    return rows[:limit]
