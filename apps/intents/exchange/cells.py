"""Intents as rows of a table (contract http.md §5): several values in a cell, harmless in a spreadsheet."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.core.csv_stream import FORMULA_STARTS
from apps.core.errors import Invalid
from apps.core.text import printable
from apps.intents.botproject.sentences import bare
from apps.intents.exchange.rows import FLAGS, ImportRow, answer_of, flag_of, value_of
from apps.intents.knowledge import TEXTS, IntentData

HEADER = (
    "intent",
    "examples",
    "responses",
    "title",
    "requires_auth",
    "is_active",
    "description",
    "tags",
)
REQUIRED = HEADER[:3]
SYNONYMS = {
    "intent": {"intent", "intencion", "name", "nombre", "tag"},
    "examples": {"examples", "example", "ejemplos", "ejemplo", "patterns"},
    "responses": {"responses", "response", "respuestas", "respuesta"},
    "title": {"title", "titulo"},
    "requires_auth": {"requires auth", "protegida"},
    "is_active": {"is active", "active", "activa"},
    "description": {"description", "descripcion"},
    "tags": {"tags", "etiquetas"},
}
MAX_CELL = 30_000
"""A spreadsheet's cell holds 32,767 characters; longer lists go on in a row below."""
_SEPARATOR = re.compile(r"\r\n|\r|\n|\\n|\|")
_ESCAPED = {"\\\\": "\\u005c", "\\n": "\\u000a", "|": "\\u007c"}
Record = tuple[int, list[str] | str]
"""A line number with its cells, or with what is wrong with the line."""


def split_values(cell: str) -> list[str]:
    """At `|`, line ends and a written-out `\\n`; blanks are left out."""
    return [value for part in _SEPARATOR.split(cell) if (value := part.strip())]


def table_of(intents: Iterable[IntentData]) -> Iterator[list[str]]:
    """The header and the rows, as `rows_of` reads them back."""
    yield list(HEADER)
    for one in intents:
        examples = _packed(_example_value(text) for text in one.examples)
        answers = _packed(_answer_value(value_of(answer)) for answer in one.answers)
        for place in range(max(len(examples), len(answers), 1)):
            cells = [
                one.name,
                examples[place] if place < len(examples) else "",
                answers[place] if place < len(answers) else "",
            ]
            rest = [one.title, _word(one.requires_auth), _word(one.is_active), one.description, one.tags]
            yield [neutral(cell) for cell in (*cells, *(rest if place == 0 else [""] * 5))]


def rows_of(header: list[str], records: Iterable[Record]) -> Iterator[ImportRow]:
    """Raises Invalid when a column is missing or stands twice; what is wrong in a row is in the row."""
    names = column_names(header)
    for line, cells in records:
        if isinstance(cells, str):
            yield ImportRow(line, IntentData(""), error=cells)
        elif any(cell.strip() for cell in cells):
            yield _row(line, names, cells)


def neutral(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs; `original` takes the mark away again."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def original(cell: str) -> str:
    is_marked = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS)
    return cell[1:] if is_marked else cell


def column_names(header: list[str]) -> list[str]:
    """Our names of the columns, "" for those that are not ours. Raises Invalid."""
    given = [bare(cell) for cell in header]
    names = [next((name for name, known in SYNONYMS.items() if cell in known), "") for cell in given]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        text = _("Faltan columnas: %(names)s. La primera línea debe ser: intent,examples,responses")
        raise Invalid(text % {"names": ", ".join(missing)}, code="missing_columns")
    repeated = next((name for name in names if name and names.count(name) > 1), "")
    if repeated:
        text = _("La columna «%(name)s» está dos veces. Deja una sola.") % {"name": repeated}
        raise Invalid(text, code="repeated_column")
    return names


def _row(line: int, names: list[str], cells: list[str]) -> ImportRow:
    values = {name: original(cell) for name, cell in zip(names, cells, strict=False) if name}
    name = printable(values.get("intent", "")).strip()
    if any(cell.strip() for cell in cells[len(names) :]):
        text = _("Sobran columnas. Revisa las comillas y los separadores.")
        return ImportRow(line, IntentData(name), error=text)
    try:
        return _read_row(line, name, values)
    except Invalid as error:
        return ImportRow(line, IntentData(name), error=str(error.text))


def _read_row(line: int, name: str, values: dict[str, str]) -> ImportRow:
    if not name:
        raise Invalid(_("Falta el nombre de la intención. Escríbelo."))
    flags: dict[str, Any] = {key: flag for key in FLAGS if (flag := flag_of(values.get(key))) is not None}
    texts: dict[str, Any] = {key: printable(values[key]).strip() for key in TEXTS if key in values}
    data = IntentData(
        name,
        examples=tuple(_read_values(values.get("examples", ""), _example_of)),
        answers=tuple(_read_values(values.get("responses", ""), answer_of)),
        **texts,
        **flags,
    )
    lists = {name for name in ("examples", "answers") if getattr(data, name)}  # a blank cell says nothing
    return ImportRow(line, data, frozenset({*lists, *texts, *flags}))


def _read_values(cell: str, read: Callable[[Any], Any]) -> list[Any]:
    return [read(_value(value)) for value in split_values(cell)]


def _value(text: str) -> Any:
    """An object written as JSON, or the text itself: an answer may begin with the slot `{nombre}`."""
    if not text.startswith("{"):
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        if not re.match(r'\{\s*"', text):
            return text
        raise Invalid(_("Hay una respuesta en JSON mal escrita: «%(text)s».") % {"text": text[:60]}) from None
    return found if isinstance(found, dict) else text


def _example_of(value: Any) -> str:
    text = value.get("text") if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise Invalid(_("Un ejemplo debe ser un texto. Corrígelo."))
    return printable(text).strip()


def _example_value(text: str) -> str:
    return text if _is_simple(text) else _as_json({"text": text})


def _answer_value(value: str | dict[str, Any]) -> str:
    if isinstance(value, str):
        return value if _is_simple(value) else _as_json({"text": value})
    return _as_json(value)


def _is_simple(text: str) -> bool:
    return split_values(text) == [text] and not text.startswith("{")


def _as_json(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return re.sub(r"\\\\|\\n|\|", lambda found: _ESCAPED[found[0]], written)


def _packed(values: Iterable[str]) -> list[str]:
    """Cells of several values each, none longer than MAX_CELL unless one value alone is."""
    cells: list[str] = []
    for value in values:
        if cells and len(cells[-1]) + len(value) < MAX_CELL:
            cells[-1] += f"|{value}"
        else:
            cells.append(value)
    return cells


def _word(flag: bool) -> str:
    return "true" if flag else "false"
