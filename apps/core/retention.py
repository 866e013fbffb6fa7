"""How long things are kept: each app registers its kinds; what is older goes, in small batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from apps.core.db import atomic

Counts = dict[str, int]
Batches = Iterator[Counts]


@dataclass(frozen=True, slots=True)
class Kind:
    """`batches` deletes what is older than a moment and gives the counts of each batch once it is committed.

    `days` 0 keeps it for ever. Kinds run in the order of `place`.
    """

    name: str
    label: Any
    days: Callable[[], int]
    count: Callable[[datetime], int]
    batches: Callable[[datetime, int], Batches]
    place: int = 50


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: (kind.place, kind.name))


def kind_named(name: str) -> Kind:
    """Raises KeyError."""
    return _kinds[name]


def rows_kind(
    name: str,
    label: Any,
    rows: Callable[[], models.QuerySet[Any]],
    field: str,
    days: Callable[[], int],
    place: int = 50,
) -> Kind:
    """Of a model whose rows go by the age of one field, with what hangs on them."""

    def older(before: datetime) -> models.QuerySet[Any]:
        return rows().filter(**{f"{field}__lt": before})

    def batches(before: datetime, size: int) -> Batches:
        while keys := list(older(before).order_by(field).values_list("pk", flat=True)[:size]):
            yield {name: _delete(rows(), keys)}

    return Kind(name, label, days, lambda before: older(before).order_by().count(), batches, place)


def _delete(rows: models.QuerySet[Any], keys: list[Any]) -> int:
    model = rows.model
    with atomic(rows.db):
        gone: int = model._base_manager.filter(pk__in=keys).delete()[1].get(model._meta.label, 0)
    return gone
