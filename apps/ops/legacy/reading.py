"""What every kind of old document has: a key, a date, an owner, metadata."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from apps.accounts.clients.legacy_mongo import key_text
from apps.chat.serializers import MAX_METADATA_BYTES
from apps.core.old_documents import UNREADABLE, Document, Unusable, by_plain_name, first, moment
from apps.core.text import storable, without_secrets
from apps.ops.legacy.tally import Tally

Made = TypeVar("Made")
Row = TypeVar("Row")

NAMESPACE = uuid.UUID("6f7d6c38-6a4e-5d0c-9a55-7f0c2f1f7f0e")
"""Of the keys that follow from the old ones; never to be changed."""
OF_EVERY = frozenset({"id", "v"})
"""`_id`, `id` and the `__v` of some libraries."""
ERASED = "sus datos se borraron aquí a petición de la persona"
TOO_OLD = "anterior a --since"


def read_each(
    documents: Iterable[Document],
    known: frozenset[str],
    tally: Tally,
    read: Callable[[Document, Document], Made],
) -> Iterator[tuple[Document, Document, Made]]:
    """Document, its fields by plain names, and what `read` makes of them; why one is left out is tallied."""
    for document in documents:
        fields = by_plain_name(document)
        tally.see(fields, known)
        try:
            made = read(document, fields)
        except Unusable as error:
            tally.skip(document.get("_id"), str(error))
        else:
            yield document, fields, made


def not_here_yet(model: type[Model], found: Mapping[Any, Row], tally: Tally) -> list[Row]:
    """Of what is found by key; what is here already stays as it is, and is counted."""
    there = set(model._default_manager.filter(pk__in=list(found)).order_by().values_list("pk", flat=True))
    tally.existing += len(there)
    return [row for key, row in found.items() if key not in there]


def key_here(collection: str, document: Document, part: str = "") -> uuid.UUID:
    """The same document of the same collection has the same key, whenever it is read."""
    return uuid.uuid5(NAMESPACE, f"{collection}/{key_text(document.get('_id'))}{part}")


def when(document: Document, fields: Document, names: tuple[str, ...]) -> datetime:
    """The first of these dates that can be read, else when the document's key was made. Raises Unusable."""
    for name in names:
        if (found := date_or_none(fields, (name,))) is not None:
            break
    else:
        found = getattr(document.get("_id"), "generation_time", None)
    if found is None:
        raise Unusable("sin una fecha que se pueda leer")
    if found > timezone.now():
        raise Unusable("con una fecha que aún no llega")
    return found


def date_or_none(fields: Document, names: tuple[str, ...]) -> datetime | None:
    value = first(fields, names)
    try:
        return moment(value) if value is not None and value != "" else None
    except UNREADABLE:
        return None


def metadata_of(fields: Document, collection: str, document: Document) -> dict[str, Any]:
    """What the document said of itself, without secrets, and where it came from."""
    given = fields.get("metadata")
    kept = without_secrets(as_json(given)) if isinstance(given, dict) else {}
    kept.pop("auth", None)
    if len(json.dumps(kept)) > MAX_METADATA_BYTES:  # more than a message may bring
        kept = {}
    return {**kept, "legacy": {"collection": collection, "id": str(document.get("_id"))[:80]}}


def as_json(value: Any) -> Any:
    """As a JSON column can hold it: dates, keys and whatever else as text."""
    if isinstance(value, dict):
        return {storable(str(name)): as_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    is_plain = value is None or isinstance(value, bool | int)
    is_number = isinstance(value, float) and value == value and abs(value) != float("inf")
    return value if is_plain or is_number else storable(str(value))
