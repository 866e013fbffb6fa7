"""Pages of turns, newest first: by number, or by the place where the one before ended."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from apps.logs.fields import LAST
from apps.logs.filters import TurnFilter
from apps.logs.models import ChatTurn
from apps.logs.totals import total


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the place of the older page, `previous` of the newer one; None: there is none."""

    rows: Sequence[ChatTurn]
    total: int
    number: int | None
    next: int | None
    previous: int | None


def newest(wanted: TurnFilter, limit: int, offset: int = 0) -> list[ChatTurn]:
    return _rows(wanted.positions(-LAST, LAST, limit, skip=offset))


def numbered(wanted: TurnFilter, number: int | Literal["last"], size: int) -> Page:
    """What is nearer to the oldest turn is counted from there: the last page costs what the first does."""
    count = total(wanted)
    last = max(1, math.ceil(count / size))
    page = last if number == "last" else number
    skip = (page - 1) * size
    if skip >= count:
        return Page([], count, page, None, None)
    here = min(size, count - skip)
    if skip <= count // 2:
        found = wanted.positions(-LAST, LAST, here, skip=skip)
    else:
        found = wanted.positions(-LAST, LAST, here, skip=count - skip - here, is_descending=False)[::-1]
    rows = _rows(found)
    older = rows[-1].position if rows and skip + here < count else None
    return Page(rows, count, page, older, rows[0].position if rows and page > 1 else None)


def after(wanted: TurnFilter, place: int, size: int) -> Page:
    """The turns older than that place."""
    found = wanted.positions(-LAST, place - 1, size + 1)
    rows = _rows(found[:size])
    first = rows[0].position if rows else None
    return Page(rows, total(wanted), None, found[size - 1] if len(found) > size else None, first)


def before(wanted: TurnFilter, place: int, size: int) -> Page:
    """The turns newer than that place, those next to it."""
    found = wanted.positions(place + 1, LAST, size + 1, is_descending=False)
    rows = _rows(found[:size][::-1])
    last = rows[-1].position if rows else None
    return Page(rows, total(wanted), None, last, found[size - 1] if len(found) > size else None)


def _rows(positions: list[int]) -> list[ChatTurn]:
    rows = ChatTurn.objects.filter(position__in=positions).select_related("user")
    return list(rows.order_by("-position"))
