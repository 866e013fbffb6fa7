"""What staff change, written down: which models and fields, and changes that `save()` does not see.

An entry stands in the transaction of its change: both or none. Who did it is what apps/core/acting.py says.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from auditlog import get_logentry_model
from auditlog.context import disable_auditlog
from auditlog.diff import model_instance_diff
from auditlog.registry import auditlog
from auditlog.signals import pre_log
from django.db.models import Model, QuerySet

from apps.core.db import run_atomically
from apps.core.text import REDACTED, SECRET_KEYS, storable, without_secrets

CREATE, UPDATE, DELETE, ACCESS = range(4)
"""auditlog's numbers."""
ALL = frozenset({CREATE, UPDATE, DELETE})
NEVER = frozenset({"id", "created_at", "updated_at"})
BATCH = 500
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Audited:
    actions: frozenset[int]
    name: Callable[[Any], str]


_audited: dict[type[Model], Audited] = {}


def register(
    model: type[Model],
    *,
    fields: Collection[str] = (),
    exclude: Collection[str] = (),
    masked: Collection[str] = (),
    actions: Collection[int] = ALL,
    name: Callable[[Any], str] = str,
) -> None:
    """Every `save()` and `delete()` of a row is written down, with these fields or all but some.

    Of `masked` fields only that they changed. `name` is what an entry calls the row: no personal data.
    """
    kept = fields or [f.name for f in model._meta.concrete_fields if f.name not in {*NEVER, *exclude}]
    _audited[model] = Audited(frozenset(actions), name)
    auditlog.register(
        model,
        include_fields=[*kept],
        mask_fields=[*masked],
        mask_callable="apps.core.audit.stars",
    )
    pre_log.connect(_is_wanted, sender=model, dispatch_uid=f"audit:{model._meta.label}")


def is_registered(model: type[Model]) -> bool:
    return model in _audited


def audited_models() -> list[type[Model]]:
    return list(_audited)


silence = disable_auditlog
"""Saving and deleting in such a block is not written down: `with audit.silence():`."""


def stars(value: str) -> str:
    return REDACTED


def name_of(row: Model) -> str:
    known = _audited.get(type(row))
    return storable(known.name(row) if known else str(row))


def note(row: Model, changes: Changes, *, action: int = UPDATE) -> None:
    """An entry of its own, for what no field of the row tells: `{what: (before, after)}`."""
    get_logentry_model().objects.log_create(row, action=action, changes=dict(changes), force_log=True)


def note_many(rows: Iterable[tuple[Model, Changes]], *, action: int) -> None:
    """As note(), for many rows in few queries."""
    entries = get_logentry_model().objects
    made = [entries.unsaved(row, action=action, changes=dict(changes)) for row, changes in rows]
    entries.bulk_create(made, batch_size=BATCH)


def note_created(rows: Iterable[Model]) -> None:
    """For `bulk_create()`."""
    note_many(((row, difference(None, row)) for row in rows if is_registered(type(row))), action=CREATE)


@contextmanager
def saved_together(rows: Sequence[Model]) -> Iterator[None]:
    """For `save()` of many stored rows of a model: what they were is read in few queries."""
    if not rows or not is_registered(type(rows[0])):
        yield
        return
    stored = type(rows[0])._base_manager
    keys = [row.pk for row in rows]
    before = {
        row.pk: row
        for start in range(0, len(keys), BATCH)
        for row in stored.filter(pk__in=keys[start : start + BATCH])
    }
    with disable_auditlog():
        yield
    found = ((row, difference(before[row.pk], row)) for row in rows if row.pk in before)
    note_many(((row, changes) for row, changes in found if changes), action=UPDATE)


def update(rows: QuerySet[Any], **changes: Any) -> int:
    """`QuerySet.update()` of few rows, with an entry for each."""

    def work() -> int:
        """Reads anew when it is done again: on MongoDB the second of two is refused."""
        before = list(rows.all())
        done = rows.update(**changes) if before else 0
        if done:
            for row in before:
                note_changed(row, **changes)
        return done

    return run_atomically(work, rows.db)


def note_changed(row: Model, **changes: Any) -> None:
    """What `update()` made of a row that is still as it was read; nothing when that is the same."""
    after = copy(row)
    for name, value in changes.items():
        setattr(after, name, value)
    if found := difference(row, after, changes):
        note(row, found)


def difference(old: Model | None, new: Model | None, fields: Collection[str] = ()) -> dict[str, Any]:
    """Of a registered model's rows, what is different: all that is not default where one of them is None."""
    return model_instance_diff(old, new, fields_to_check=fields, use_json_for_changes=True) or {}


def safe(changes: Changes) -> dict[str, Any]:
    """Without what opens a door: by the name of the field, and inside of JSON by the name of the key."""
    return {name: _starred(name, value) for name, value in changes.items() if not _is_empty(value)}


def _is_empty(pair: Any) -> bool:
    """Fields of a new or a deleted row in which there is nothing."""
    return isinstance(pair, list | tuple) and all(value is None or value in ("", [], {}) for value in pair)


def _starred(name: str, value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return without_secrets(value)
    if SECRET_KEYS.search(name) or "hash" in name:
        return [REDACTED if isinstance(one, str) and one not in {"", "None"} else one for one in value]
    return [without_secrets(one) for one in value]


def _is_wanted(sender: type[Model], action: int, **kwargs: Any) -> bool:
    return action in _audited[sender].actions
