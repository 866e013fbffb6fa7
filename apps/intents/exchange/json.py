"""Intents as JSON: our own shape and the old system's."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.core.sheets.formats import CsvText
from apps.core.text import printable
from apps.intents.exchange.cells import split_values
from apps.intents.exchange.rows import (
    FLAGS,
    MAX_ROWS,
    ImportRow,
    ImportRows,
    answer_of,
    flag_of,
    value_of,
)
from apps.intents.knowledge import TEXTS, IntentData

NAMES = ("intent", "name", "tag")
EXAMPLES = ("examples", "patterns", "example")
ANSWERS = ("responses", "response")


def read_json(content: bytes) -> ImportRows:
    """Raises Invalid for what is no JSON."""
    file = CsvText(content)
    text = file.text
    if file.is_damaged(text):
        raise Invalid(_("Hay caracteres que no se leen. Guarda el archivo como UTF-8."), code="bad_json")
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Invalid(_("El archivo no es JSON válido. Revisa comas y comillas."), code="bad_json") from None
    rows = rows_of_json(value)
    return ImportRows(lambda: rows)


def rows_of_json(value: Any) -> list[ImportRow]:
    """An intent, a list of them, or `{"intents": [...]}`; rows are counted from 1. Raises Invalid."""
    if isinstance(value, Mapping):
        value = value.get("intents", [value])
    if not isinstance(value, list):
        raise Invalid(_("Envía una intención o una lista de intenciones."), code="bad_shape")
    if len(value) > MAX_ROWS:
        text = _("El archivo tiene más de %(max)d filas. Divídelo en varios.") % {"max": MAX_ROWS}
        raise Invalid(text, code="too_many_rows")
    return [_row(place, item) for place, item in enumerate(value, start=1)]


def write_json(intents: Iterable[IntentData]) -> bytes:
    found = [
        {
            "intent": one.name,
            "title": one.title,
            "description": one.description,
            "requires_auth": one.requires_auth,
            "active": one.is_active,
            "tags": one.tags,
            "examples": list(one.examples),
            "responses": [value_of(answer) for answer in one.answers],
        }
        for one in intents
    ]
    return json.dumps({"intents": found}, ensure_ascii=False, indent=2).encode()


def _row(place: int, item: Any) -> ImportRow:
    try:
        if not isinstance(item, Mapping):
            raise Invalid(_("Cada intención debe ser un objeto con «intent», «examples» y «responses»."))
        return _read_row(place, item)
    except Invalid as error:
        name = _first(item, NAMES) if isinstance(item, Mapping) else None
        return ImportRow(place, IntentData(name if isinstance(name, str) else ""), error=str(error.text))


def _read_row(place: int, item: Mapping[str, Any]) -> ImportRow:
    name = _first(item, NAMES)
    if not isinstance(name, str) or not name.strip():
        raise Invalid(_("Falta el nombre de la intención. Escríbelo."))
    texts: dict[str, Any] = {key: _text(item, key) for key in TEXTS if item.get(key) is not None}
    given = {"is_active": item["active"], **item} if "active" in item else item
    flags: dict[str, Any] = {key: flag for key in FLAGS if (flag := flag_of(given.get(key))) is not None}
    lists: dict[str, Any] = {}
    if any(key in item for key in EXAMPLES):
        lists["examples"] = tuple(_example(value) for value in _values(_first(item, EXAMPLES)))
    if any(key in item for key in ANSWERS):
        lists["answers"] = tuple(answer_of(value) for value in _values(_first(item, ANSWERS)))
    data = IntentData(printable(name).strip(), **lists, **texts, **flags)
    return ImportRow(place, data, frozenset({*lists, *texts, *flags}))


def _first(item: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((item[key] for key in keys if key in item), None)


def _values(value: Any) -> list[Any]:
    """A list as it is, one text as in a CSV cell."""
    if isinstance(value, str):
        return split_values(value)
    if isinstance(value, Mapping):
        return [value]
    if value is None or isinstance(value, list):
        return value or []
    raise Invalid(_("Ejemplos y respuestas van en una lista de textos."))


def _example(value: Any) -> str:
    if not isinstance(value, str):
        raise Invalid(_("Un ejemplo debe ser un texto. Corrígelo."))
    return printable(value).strip()


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item[key]
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ",".join(value)
    if not isinstance(value, str):
        raise Invalid(_("«%(key)s» debe ser un texto.") % {"key": key})
    return printable(value).strip()


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
