"""Which files there are to export: each app registers its own, and streams and jobs make them alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid

Filters = Mapping[str, Any]
Row = Sequence[Any]
VIEW = "logs.view_export"


@dataclass(frozen=True, slots=True)
class Kind:
    """`rows` gets the filters as JSON holds them (days as text); it reads in small queries, not all at once.

    `count` says how many there will be, for the progress; `permission` is what who downloads it needs.
    """

    name: str
    header: Sequence[str]
    rows: Callable[[Filters], Iterable[Row]]
    label: Any
    count: Callable[[Filters], int] | None = None
    permission: str = VIEW


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    header: Sequence[str],
    rows: Callable[[Filters], Iterable[Row]],
    label: Any,
    *,
    count: Callable[[Filters], int] | None = None,
    permission: str = VIEW,
) -> None:
    """For an app's `ready()`."""
    _kinds[kind] = Kind(kind, header, rows, label, count, permission)


def find(kind: str) -> Kind | None:
    return _kinds.get(kind)


def get(kind: str) -> Kind:
    """Raises Invalid."""
    found = find(kind)
    if found is None:
        names = ", ".join(sorted(_kinds))
        raise Invalid.field("kind", _("Usa uno de: %(names)s.") % {"names": names}, "invalid_choice")
    return found


def kinds() -> list[Kind]:
    return list(_kinds.values())


def label_of(kind: str) -> str:
    found = find(kind)
    return str(found.label) if found else kind
