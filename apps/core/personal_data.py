"""What is kept of a person: each app says how to find, erase and export its part of it.

Every model that could hold something of a person is in the `models` of a part, or exempt with a reason: a
test goes over all of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

Counts = dict[str, int]
ERASED = "—"
"""What stands where something of a person stood."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data is meant. An e-mail that nobody proved makes no account and no conversation theirs."""

    email: str = ""
    users: frozenset[Any] = frozenset()
    """Keys of accounts."""
    subjects: frozenset[str] = frozenset()
    """Of tokens: own accounts, and of the learning platform."""
    senders: frozenset[str] = frozenset()
    """Conversations of the chat."""

    @property
    def is_asked_by_sender(self) -> bool:
        return not self.email

    def also(
        self, *, users: Iterable[Any] = (), subjects: Iterable[str] = (), senders: Iterable[str] = ()
    ) -> "Person":
        return replace(
            self,
            users=self.users | frozenset(users),
            subjects=self.subjects | frozenset(subjects),
            senders=self.senders | frozenset(senders),
        )


def gone(name: str, rows: QuerySet[Any]) -> Iterator[Counts]:
    """An erasure of few rows in one step."""
    if count := rows.delete()[0]:
        yield {name: count}


def nothing(person: Person) -> list[Any]:
    return []


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of data. `erase` gives the counts of each step once it is committed, and may be repeated.

    `export` gives what JSON can hold. With `of_account` it is only erased with the account.
    """

    name: str
    label: Any
    models: tuple[str, ...]
    count: Callable[[Person], int]
    erase: Callable[[Person], Iterator[Counts]]
    export: Callable[[Person], Any] = nothing
    find: Callable[[Person], Person] = field(default=lambda person: person)
    check: Callable[[Person], None] = field(default=lambda person: None)
    """Raises an AppError where this part may not be erased; asked before anything is."""
    place: int = 50
    of_account: bool = False


_parts: dict[str, Part] = {}
_exempt: dict[str, str] = {}


def register(part: Part) -> None:
    _parts[part.name] = part


def exempt(reasons: Mapping[str, str]) -> None:
    """Models (`app.Model`) that hold nothing of a student, or nothing that this must erase, and why."""
    _exempt.update(reasons)


def parts(*, with_account: bool = True) -> list[Part]:
    """In the order in which they are erased: what leads to something else goes after it."""
    found = [part for part in _parts.values() if with_account or not part.of_account]
    return sorted(found, key=lambda part: (part.place, part.name))


def covered_models() -> set[str]:
    return {model for part in _parts.values() for model in part.models}


def exempt_models() -> dict[str, str]:
    return dict(_exempt)


def found_by_all(person: Person) -> Person:
    """With every account, token and conversation that the parts know of, however they lead to each other."""
    while True:
        wider = person
        for part in parts():
            wider = part.find(wider)
        if wider == person:
            return person
        person = wider
