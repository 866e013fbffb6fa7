"""Intents as CSV: commas, semicolons or tabs; UTF-8 or what Spanish Excel writes."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.core.csv_stream import csv_lines
from apps.core.errors import Invalid
from apps.core.sheets.formats import csv_delimiter
from apps.intents.exchange.cells import Record, rows_of, table_of
from apps.intents.exchange.rows import MAX_ROWS, ImportRow
from apps.intents.knowledge import IntentData


def read_csv(content: bytes) -> list[ImportRow]:
    """Raises Invalid for a file without the columns, or with too many rows."""
    text = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=csv_delimiter(text), strict=True)
    try:
        header = next(reader, [])
    except csv.Error:
        raise Invalid(_("No se puede leer la primera línea. Revisa las comillas.")) from None
    rows: list[ImportRow] = []
    for row in rows_of(header, _records(reader)):
        if len(rows) >= MAX_ROWS:
            text = _("El archivo tiene más de %(max)d filas. Divídelo en varios.") % {"max": MAX_ROWS}
            raise Invalid(text, code="too_many_rows")
        rows.append(row)
    return rows


def write_csv(intents: Iterable[IntentData]) -> bytes:
    header, *rows = table_of(intents)
    return "".join(csv_lines(header, rows)).encode()


def decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _records(reader: Any) -> Iterator[Record]:
    """Each with the line on which it begins; after one that cannot be read the next line is tried."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, str(_("No se puede leer. Revisa las comillas."))
