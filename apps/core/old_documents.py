"""Documents of other systems: one field under all the names and in all the shapes that it ever had."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.core.text import storable

Document = Mapping[str, Any]
YEARS = range(1970, 2200)
YES = {True, "true", "1", "si", "sí", "yes", "active", "activo", "activa"}
NO = {False, "false", "0", "no", "inactive", "inactivo", "inactiva", "disabled"}


class Unusable(Exception):
    """The document is left out; the text says why, and quotes no password."""


def plain_name(name: object) -> str:
    """createdAt, created_at and CreatedAt are one name."""
    return str(name).lower().replace("_", "").replace("ñ", "n")


def by_plain_name(document: Document) -> dict[str, Any]:
    """Of two fields of one name that are set the first stands."""
    fields: dict[str, Any] = {}
    for name, value in document.items():
        plain = plain_name(name)
        if fields.get(plain) is None:
            fields[plain] = value
    return fields


def first(fields: Document, names: tuple[str, ...]) -> Any:
    """The first of these fields that is set."""
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def text_of(fields: Document, names: tuple[str, ...], most: int | None = None) -> str:
    """Stripped and cut; a number as its digits, anything else that is no text as nothing."""
    value = first(fields, names)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return storable(value).strip()[:most] if isinstance(value, str) else ""


def yes_or_no(value: Any) -> bool | None:
    """None: nothing is said. Raises ValueError for a word that is neither."""
    plain = value.strip().lower() if isinstance(value, str) else value
    if plain is None or plain == "":
        return None
    if isinstance(plain, bool | int | float | str) and plain in YES | NO:
        return plain in YES
    raise ValueError


def moment(value: Any) -> datetime:
    """With a zone, UTC where none is said. Raises ValueError, TypeError, OverflowError or OSError."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    if not isinstance(value, datetime) or value.year not in YEARS:
        raise ValueError
    return value if value.tzinfo else value.replace(tzinfo=UTC)


UNREADABLE = (ValueError, TypeError, OverflowError, OSError)
"""What moment() raises."""
