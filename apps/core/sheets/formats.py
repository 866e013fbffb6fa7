"""Tables as people send and take them: CSV and XLSX, of bounded size, harmless in a spreadsheet."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats

from apps.core.csv_stream import harmless

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
"""What can be read, compared and written well within the clients' 15 s (contract http.md, rule 1.12)."""
MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""XLSX cannot hold them, PostgreSQL not all of them."""


class UnreadableTable(Exception):
    """The text is for the person who sent the file."""


def dataset_of(rows: Iterable[Sequence[Any]]) -> tablib.Dataset:
    """The first row names the columns; blank rows at the end are left out. Raises UnreadableTable."""
    rows = iter(rows)
    names = _column_names(next(rows, ()))
    table = list(_padded(rows, len(names)))
    if not table:
        raise UnreadableTable(
            _("El archivo no tiene filas debajo del encabezado. Agrégalas y súbelo otra vez.")
        )
    return tablib.Dataset(*table, headers=names)


def _column_names(cells: Sequence[Any]) -> list[str]:
    names = ["" if cell is None else str(cell).strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    repeated = next((name for name in names if name and names.count(name) > 1), None)
    if repeated:
        text = _("La columna «%(name)s» está dos veces. Deja una sola.") % {"name": repeated}
        raise UnreadableTable(text)
    return names


def _padded(rows: Iterator[Sequence[Any]], width: int) -> Iterator[list[Any]]:
    """Rows of equal width. Blank ones count: what is said about row 7 must be about the file's row 7."""
    blank, count = 0, 0
    for row in rows:
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells:
            blank += 1
            continue
        count += blank + 1
        if count > MAX_ROWS:
            text = _("El archivo tiene más de %(max)d filas. Divídelo en varios.") % {"max": MAX_ROWS}
            raise UnreadableTable(text)
        if len(cells) > width:
            text = _("La fila %(row)d tiene más celdas que el encabezado.") % {"row": count + 1}
            raise UnreadableTable(text)
        yield from ([None] * width for _blank in range(blank))
        yield cells + [None] * (width - len(cells))
        blank = 0


def _harmless_copy(dataset: tablib.Dataset) -> tablib.Dataset:
    rows = [[harmless(CONTROL.sub("\ufffd", str(cell))) for cell in row] for row in dataset]
    return tablib.Dataset(*rows, headers=dataset.headers)


class Csv(base_formats.CSV):
    """Commas, semicolons or tabs; UTF-8, or what Spanish Excel writes when nobody chooses."""

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = in_stream.decode("cp1252", "replace")
        header = text.partition("\n")[0]
        delimiter = max(",;\t", key=header.count)
        return dataset_of(csv.reader(StringIO(text, newline=""), delimiter=delimiter))

    def is_binary(self) -> bool:
        return False

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        return super().export_data(_harmless_copy(dataset), **kwargs)


class Xlsx(base_formats.XLSX):
    """The first sheet; of formulas the value that was last seen."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        with zipfile.ZipFile(BytesIO(in_stream)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableTable(_("La hoja de cálculo es demasiado grande. Divídela en varias."))
        book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its own size may be wrong
        return dataset_of(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        return super().export_data(_harmless_copy(dataset), **kwargs)


FORMATS = [Csv, Xlsx]
