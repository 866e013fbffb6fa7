"""JSON that every reader and every database takes the same way."""

import json
from math import isfinite
from typing import Any, NoReturn

from apps.core.text import UNSTORABLE

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1
"""MongoDB's largest; JavaScript's own is smaller still."""


def finite(number: str) -> float:
    """For `parse_float`: 1e999 would become infinity, which JSON does not know."""
    value = float(number)
    if not isfinite(value):
        raise ValueError("a number too large")
    return value


def no_constant(name: str) -> NoReturn:
    """For `parse_constant`: NaN and Infinity are not JSON."""
    raise ValueError(f"{name} is not JSON")


def _bounded(number: str) -> int:
    value = int(number)
    if abs(value) > MAX_INTEGER:
        raise ValueError("a number too large")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def loads(raw: bytes) -> Any:
    """The value in `raw`. ValueError for what is not UTF-8 or JSON, or not the same to every reader."""
    try:
        value = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_float=finite,
            parse_int=_bounded,
            parse_constant=no_constant,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
    check_storable(value)
    return value


def check_storable(value: Any) -> None:
    """ValueError for NUL, lone surrogates and nesting deeper than MAX_DEPTH."""
    pending = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")
        if isinstance(item, str) and UNSTORABLE.search(item):
            raise ValueError("characters that cannot be stored")
        if isinstance(item, dict):
            pending += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            pending += [(part, depth + 1) for part in item]
