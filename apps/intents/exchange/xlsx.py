"""Intents as an Excel sheet: the same cells as in CSV."""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.core.sheets.formats import DAMAGED_ZIP, UnreadableTable, refuse_bomb
from apps.intents.exchange.cells import Record, column_names, rows_of, table_of
from apps.intents.exchange.rows import MAX_ROWS, ImportRows
from apps.intents.knowledge import IntentData

MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_CELL_TAGS = 700_000
"""MAX_ROWS of our eight columns, each cell with its value and its shared text, each of two tags."""
MAX_PARTS = 500
SHEET_CELL = 32_767
MAX_CHARACTERS = 10_000_000


def read_xlsx(content: bytes) -> ImportRows:
    """The first sheet; of formulas the value last seen. Raises Invalid."""
    _check_size(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on styles
            table = _cells(content)
    except Invalid:
        raise
    except Exception as error:  # openpyxl fails in many ways on a damaged file
        raise Invalid(_("No se puede leer la hoja de cálculo. Guárdala de nuevo como .xlsx.")) from error
    if len(table) > MAX_ROWS + 1:
        text = _("El archivo tiene más de %(max)d filas. Divídelo en varios.") % {"max": MAX_ROWS}
        raise Invalid(text, code="too_many_rows")
    header = table[0] if table else []
    column_names(header)
    return ImportRows(lambda: rows_of(header, _records(table)))


def write_xlsx(intents: Iterable[IntentData]) -> bytes:
    """Raises Invalid when an answer is longer than a cell can be."""
    table = list(table_of(intents))
    for cells in table:
        if any(len(cell) > SHEET_CELL for cell in cells):
            text = _("Una respuesta de «%(name)s» no cabe en una celda. Exporta en JSON.")
            raise Invalid(text % {"name": cells[0]}, code="cell_too_long")
    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("intents")
    for cells in table:
        sheet.append(cells)
    book.save(out)
    return out.getvalue()


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            n_parts = len(book.infolist())
        if n_parts > MAX_PARTS:
            raise UnreadableTable(_("La hoja de cálculo es demasiado grande. Divídela en varias."))
        refuse_bomb(content, max_bytes=MAX_UNPACKED_BYTES, max_cell_tags=MAX_CELL_TAGS)
    except UnreadableTable as error:
        raise Invalid(str(error), code="too_large") from None
    except DAMAGED_ZIP:
        raise Invalid(_("No se puede leer la hoja de cálculo. Guárdala de nuevo como .xlsx.")) from None


def _cells(content: bytes) -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says about its own size may be wrong
    rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
    table: list[list[str]] = []
    total = 0
    for row in rows:
        # One long text may be shared by any number of cells: it is unpacked here, not in the zip.
        cells = [_text(value) for value in row]
        total += sum(map(len, cells))
        if total > MAX_CHARACTERS or any(len(cell) > SHEET_CELL for cell in cells):
            raise Invalid(_("La hoja de cálculo es demasiado grande. Divídela en varias."), code="too_large")
        table.append(cells)
    return table


def _records(table: list[list[str]]) -> Iterator[Record]:
    yield from enumerate(table[1:], start=2)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
