"""Intents in and out of files: CSV, JSON, XLSX and Rasa projects."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.errors import Invalid, TooLarge
from apps.intents.exchange.csv import read_csv, write_csv
from apps.intents.exchange.json import read_json, rows_of_json, write_json
from apps.intents.exchange.rasa import read_rasa_folder, read_rasa_yaml, read_rasa_zip, rows_of_project
from apps.intents.exchange.rasa_zip import write_own_rasa
from apps.intents.exchange.report import MODES, Change, ImportReport, Mode
from apps.intents.exchange.rows import MAX_BYTES, ImportRow, ImportRows
from apps.intents.exchange.xlsx import read_xlsx, write_xlsx
from apps.intents.knowledge import IntentData

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MODES",
    "READERS",
    "Change",
    "ExportFormat",
    "ImportReport",
    "ImportRow",
    "ImportRows",
    "Mode",
    "export_file",
    "read_file",
    "read_rasa_folder",
    "rows_of_json",
    "rows_of_project",
]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    suffix: str
    content_type: str
    write: Callable[[Iterable[IntentData]], bytes]


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "csv": ExportFormat("csv", "text/csv; charset=utf-8", write_csv),
    "json": ExportFormat("json", "application/json", write_json),
    "xlsx": ExportFormat("xlsx", XLSX_TYPE, write_xlsx),
    "rasa": ExportFormat("zip", "application/zip", write_own_rasa),
}
READERS: dict[str, Callable[[bytes], ImportRows]] = {
    "csv": read_csv,
    "txt": read_csv,
    "json": read_json,
    "xlsx": read_xlsx,
    "zip": read_rasa_zip,
    "yml": read_rasa_yaml,
    "yaml": read_rasa_yaml,
}


def read_file(*, name: str, content: bytes) -> ImportRows:
    """The rows of a file, by the end of its name. Raises TooLarge, and Invalid for what cannot be read."""
    if len(content) > MAX_BYTES:
        raise TooLarge(_("El archivo pasa de %(max)d MB. Divídelo en varios.") % {"max": MAX_BYTES // 2**20})
    reader = READERS.get(name.rpartition(".")[2].lower())
    if reader is None:
        raise Invalid.field("file", _("Envía un archivo .csv, .json, .xlsx, .zip o .yml."), "unknown_format")
    if not content.strip():
        raise Invalid.field("file", _("El archivo está vacío."), "empty")
    return reader(content)


def export_file(*, format: str, intents: Iterable[IntentData]) -> bytes:
    """Raises Invalid for a format that is not one of FORMATS."""
    if format not in FORMATS:
        names = ", ".join(FORMATS)
        raise Invalid.field("format", _("Elige un formato: %(names)s.") % {"names": names}, "unknown_format")
    return FORMATS[format].write(intents)
