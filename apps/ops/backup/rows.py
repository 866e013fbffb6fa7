"""Rows of a table as lines of JSON and back, as they stand: nothing is computed, no signal is sent."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import connections, models
from django.utils.duration import duration_iso_string

from apps.core.db import is_mongo
from apps.ops.backup.schema import Model

CHUNK = 500
AUTOMATIC = frozenset({"AutoField", "BigAutoField", "SmallAutoField", "ObjectIdAutoField"})
Tell = Callable[[int], None]
"""Told after some rows how many they were."""


def columns_of(model: Model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def dump(model: Model, using: str, out: IO[bytes] | None = None) -> tuple[int, str]:
    """How many rows, and the SHA-256 of their lines; in the order of their keys."""
    rows = model._base_manager.using(using).order_by("pk").values_list(*columns_of(model))
    count, digest = 0, hashlib.sha256()
    for chunk in _batches(rows.iterator(chunk_size=CHUNK), CHUNK):
        lines = b"".join(json.dumps(row, default=_plain).encode() + b"\n" for row in chunk)
        digest.update(lines)
        if out is not None:
            out.write(lines)
        count += len(chunk)
    return count, digest.hexdigest()


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value)  # decimals, MongoDB's ObjectIds


class NewKeys:
    """Automatic keys where the archive's are of another kind: numbers on SQL, ObjectIds on MongoDB."""

    def __init__(self, make: Callable[[int], Any] | None) -> None:
        self._make = make
        self._known: dict[str, dict[Any, Any]] = {}

    def of(self, field: Any, value: Any) -> Any:
        """The key that stands here for `value`, for a key's own field and for one that points to it."""
        target = field
        while target.remote_field:
            target = target.target_field
        if value is None or self._make is None or target.get_internal_type() not in AUTOMATIC:
            return target.to_python(value) if target is not field else field.to_python(value)
        known = self._known.setdefault(target.model._meta.label_lower, {})
        return known.setdefault(value, self._make(len(known) + 1))


def load(
    model: Model, lines: Iterable[bytes], columns: Sequence[str], using: str, keys: NewKeys, tell: Tell
) -> int:
    """How many rows were put in. A column that the other kind of database alone has is left out."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    there = list(fields.values())
    count = 0
    for chunk in _batches(_objects(model, lines, columns, fields, keys), _batch_size(there, using)):
        rows: Any = model._base_manager.using(using)
        rows._insert(chunk, fields=there, using=using, raw=True)  # bulk_create, without any pre_save
        count += len(chunk)
        tell(len(chunk))
    return count


def _objects(
    model: Model, lines: Iterable[bytes], columns: Sequence[str], fields: Mapping[str, Any], keys: NewKeys
) -> Iterator[models.Model]:
    for line in lines:
        row = zip(columns, json.loads(line), strict=True)
        yield model(**{name: keys.of(fields[name], value) for name, value in row if name in fields})


def _batch_size(fields: Sequence[Any], using: str) -> int:
    """Small on MongoDB: an insert that lasts longer than the client waits is sent a second time."""
    most = 100 if is_mongo(using) else CHUNK
    return max(1, min(most, connections[using].ops.bulk_batch_size(fields, [None] * most)))
