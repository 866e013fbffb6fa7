"""What `seed_demo` is made of: parts, which every app can add to, and rows found again by their keys."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from apps.core.db import delete_rows

DEMO = uuid.uuid5(uuid.NAMESPACE_URL, "tutorbot:demo")


@dataclass(frozen=True, slots=True)
class DemoPart:
    """`make` adds what is missing, `clear` removes what make() would add; both say how many rows.

    `one` and `many` are what a row and rows are called. With an `option` it is made when that is asked for.
    """

    one: str
    many: str
    make: Callable[[], int]
    clear: Callable[[], int]
    is_feminine: bool = False
    option: str = ""

    def counted(self, count: int, verb: str) -> str:
        """`counted(2, "cread")` → `2 tutores creados`."""
        ending = ("a" if self.is_feminine else "o") + ("" if count == 1 else "s")
        return f"{count} {self.one if count == 1 else self.many} {verb}{ending}"


PARTS: list[DemoPart] = []
Progress = Callable[[DemoPart, int], None]


def register(part: DemoPart) -> None:
    """Adds a part after those it builds on."""
    PARTS.append(part)


def key(*words: object) -> uuid.UUID:
    """A row's primary key, from what it is."""
    return uuid.uuid5(DEMO, ":".join(str(word) for word in words))


def add_missing(rows: list[Any]) -> int:
    """Creates the rows that are not there; an e-mail that a real row has stays the real row's."""
    model = type(rows[0])
    known = set(model._default_manager.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    new = [row for row in rows if row.pk not in known]
    if hasattr(rows[0], "email"):
        emails = [row.email for row in new]
        taken = set(model._default_manager.filter(email__in=emails).values_list("email", flat=True))
        new = [row for row in new if row.email not in taken]
    model._default_manager.bulk_create(new)
    return len(new)


def remove(rows: list[Any]) -> int:
    """Removes the rows that are there, and what hangs on them; the number of these rows."""
    stored: models.QuerySet[Any] = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
    count = stored.count()
    delete_rows(stored)
    return count
