"""Turns go with everything that was made of them; apps above this one say what that is."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from apps.core.db import run_atomically
from apps.logs.models import ChatTurn, Feedback

Keys = Sequence[Any]
Dependant = Callable[[Keys, bool], dict[str, int]]
_dependants: list[Dependant] = []


def with_turns(forget: Dependant) -> None:
    """`forget(keys, is_erasure)` runs before the turns go, in their transaction, and counts what it did.

    An erasure is at a person's wish, not by age: what staff made of those words goes too.
    """
    _dependants.append(forget)


def delete_turns(keys: Keys, *, is_erasure: bool = False) -> dict[str, int]:
    """One batch, whole or not at all."""

    def work() -> dict[str, int]:
        counts: Counter[str] = Counter()
        for forget in _dependants:
            counts.update(forget(keys, is_erasure))
        counts["feedback"] += Feedback.objects.filter(turn__in=keys).delete()[0]
        gone = ChatTurn.objects.filter(pk__in=keys).only("pk").delete()[1]
        counts["turns"] += gone.get(ChatTurn._meta.label, 0)
        return {name: count for name, count in counts.items() if count}

    return run_atomically(work)
