"""Tables as people send and take them: CSV and XLSX, of bounded size, harmless in a spreadsheet."""

import codecs
import csv
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, TextIOWrapper
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats

from apps.core.csv_stream import harmless

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
"""What can be read, compared and written well within the clients' 15 s (contract http.md, rule 1.12)."""
MAX_BLANK_ROWS = 1000
"""Spreadsheets leave some below their rows; with more, reading them takes longer than the rest."""
MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
MAX_CELL_TAGS = 250_000
"""MAX_ROWS of our widest table, each cell with its value and its shared text, each of two tags."""
MAX_OTHER_TAGS = 30_000
"""Styles, links and the like; openpyxl spends up to 50 µs on each, on one of a cell 10 to 15."""
CELL_TAG = re.compile(rb"<(?:\w+:)?(?:row|c|v|f|is|si|t|r)[\s/>]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""XLSX cannot hold them, PostgreSQL not all of them."""

DAMAGED_ZIP: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,  # bz2
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What reading a zip from memory raises, with a password, damaged, or compressed in ways unknown here."""


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
        if count + blank >= MAX_ROWS + (0 if cells else MAX_BLANK_ROWS):
            text = _("El archivo tiene más de %(max)d filas. Divídelo en varios o borra las filas vacías.")
            raise UnreadableTable(text % {"max": MAX_ROWS})
        if not cells:
            blank += 1
            continue
        count += blank + 1
        if len(cells) > width:
            text = _("La fila %(row)d tiene más celdas que el encabezado.") % {"row": count + 1}
            raise UnreadableTable(text)
        yield from ([None] * width for _blank in range(blank))
        yield cells + [None] * (width - len(cells))
        blank = 0


def _harmless_copy(dataset: tablib.Dataset) -> tablib.Dataset:
    rows = [[harmless(CONTROL.sub("\ufffd", str(cell))) for cell in row] for row in dataset]
    return tablib.Dataset(*rows, headers=dataset.headers)


class CsvText:
    """A file's text, read row by row: UTF-8, or what Spanish Excel writes when nobody chooses (Windows-1252).

    What is neither becomes U+FFFD, and the row that it stands in is not believed (`is_damaged`).
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.encoding = "utf-8-sig" if _is_utf8(content) else "cp1252"

    @property
    def text(self) -> str:
        return self.content.decode(self.encoding, "replace")

    def lines(self) -> TextIOWrapper:
        return TextIOWrapper(BytesIO(self.content), self.encoding, "replace", newline="")

    def is_damaged(self, text: str) -> bool:
        """A U+FFFD that was written as such, in UTF-8, is nobody's damage."""
        return self.encoding == "cp1252" and "\ufffd" in text

    @property
    def delimiter(self) -> str:
        """The one that the header has most of."""
        header = self.lines().readline()
        return max(",;\t", key=header.count)


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), 2**16):
            decoder.decode(content[start : start + 2**16])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _undamaged(text: CsvText, rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, cells in enumerate(rows, 1):
        if any(map(text.is_damaged, cells)):
            told = _("La fila %(row)d tiene caracteres que no se leen. Guarda el archivo como CSV UTF-8.")
            raise UnreadableTable(told % {"row": number})
        yield cells


class Csv(base_formats.CSV):
    """Commas, semicolons or tabs; UTF-8 or Windows-1252."""

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        text = CsvText(in_stream)
        return dataset_of(_undamaged(text, csv.reader(text.lines(), delimiter=text.delimiter)))

    def is_binary(self) -> bool:
        return False

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        return super().export_data(_harmless_copy(dataset), **kwargs)


class Xlsx(base_formats.XLSX):
    """The first sheet; of formulas the value that was last seen."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        refuse_bomb(in_stream)
        book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its own size may be wrong
        last = MAX_ROWS + MAX_BLANK_ROWS + 2  # the header, and one row that is too much
        return dataset_of(sheet.iter_rows(max_row=last, max_col=MAX_COLUMNS, values_only=True))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        return super().export_data(_harmless_copy(dataset), **kwargs)


def refuse_bomb(
    content: bytes, *, max_bytes: int = MAX_UNPACKED_BYTES, max_cell_tags: int = MAX_CELL_TAGS
) -> None:
    """Raises UnreadableTable for what unpacks to more than a table needs, in bytes or in XML."""
    too_large = UnreadableTable(_("La hoja de cálculo es demasiado grande. Divídela en varias."))
    cells = others = 0
    with zipfile.ZipFile(BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > max_bytes:
            raise too_large
        for name in parts.namelist():
            xml = parts.read(name)
            if b"<!ENTITY" in xml.replace(b"\0", b""):  # UTF-16 too; no spreadsheet program writes one
                raise too_large
            others += xml.count(b"<") - xml.count(b"</")
            if cells + others > max_cell_tags + MAX_OTHER_TAGS:
                raise too_large
            of_cells = len(CELL_TAG.findall(xml))
            cells, others = cells + of_cells, others - of_cells
    if cells > max_cell_tags or others > MAX_OTHER_TAGS:
        raise too_large


FORMATS: list[type[Csv | Xlsx]] = [Csv, Xlsx]
