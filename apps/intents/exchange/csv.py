"""Intents as CSV: commas, semicolons or tabs; UTF-8 or what Spanish Excel writes."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.core.csv_stream import csv_lines
from apps.core.errors import Invalid
from apps.core.sheets.formats import CsvText
from apps.intents.exchange.cells import Record, column_names, rows_of, table_of
from apps.intents.exchange.rows import MAX_ROWS, ImportRow, ImportRows
from apps.intents.knowledge import IntentData


def read_csv(content: bytes) -> ImportRows:
    """Rows are made when they are read. Raises Invalid for a file without the columns, or with too many."""
    text = CsvText(content)
    header, records = _table(text)
    column_names(header)
    if sum(1 for _line, cells in records if any(map(str.strip, cells))) > MAX_ROWS:
        told = _("El archivo tiene más de %(max)d filas. Divídelo en varios.") % {"max": MAX_ROWS}
        raise Invalid(told, code="too_many_rows")
    return ImportRows(lambda: _rows(text))


def write_csv(intents: Iterable[IntentData]) -> bytes:
    header, *rows = table_of(intents)
    return "".join(csv_lines(header, rows)).encode()


def _rows(text: CsvText) -> Iterator[ImportRow]:
    return rows_of(*_table(text))


def _table(text: CsvText) -> tuple[list[str], Iterator[Record]]:
    """The header, and the rest as it is read. Raises Invalid."""
    reader = csv.reader(text.lines(), delimiter=text.delimiter, strict=True)
    try:
        return next(reader, []), _records(reader, text)
    except csv.Error:
        raise Invalid(_("No se puede leer la primera línea. Revisa las comillas.")) from None


def _records(reader: Any, text: CsvText) -> Iterator[Record]:
    """Each with the line on which it begins; after one that cannot be read the next line is tried."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, str(_("No se puede leer. Revisa las comillas."))
            continue
        if any(map(text.is_damaged, cells)):
            yield line, str(_("Hay caracteres que no se leen. Guarda el archivo como UTF-8."))
        else:
            yield line, cells
