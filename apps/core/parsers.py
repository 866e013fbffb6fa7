"""JSON bodies, read strictly: UTF-8, no duplicate keys, no NaN, no NUL or lone surrogates, bounded size."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from apps.core.errors import TooLarge
from apps.core.text import UNSTORABLE


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate key")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def loads_strictly(raw: bytes) -> Any:
    """The JSON in `raw`. Raises ParseError for everything that two readers could read differently."""
    try:
        data = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_unique_pairs, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise ParseError(_("El cuerpo no es un JSON válido en UTF-8. Revísalo y envíalo de nuevo.")) from None
    if _has_unstorable(data):
        raise ParseError(
            _("El texto contiene caracteres que no se pueden guardar. Quítalos y envíalo de nuevo.")
        )
    return data


def _has_unstorable(value: Any) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if UNSTORABLE.search(item):
                return True
        elif isinstance(item, dict):
            pending += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            pending += item
    return False


class StrictJSONParser(BaseParser):
    """`application/json`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        return loads_strictly(raw)


class CurlJSONParser(StrictJSONParser):
    """JSON sent as a form: what `curl -d '{…}'` does without a -H. For public chat paths only."""

    media_type = "application/x-www-form-urlencoded"
