"""CSV as people and programs can use it (contract http.md, rule 1.11): streamed, quoted, harmless."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that gives back what is written."""

    def write(self, value: str) -> str:
        return value


def harmless(value: Any) -> str:
    """A cell that a spreadsheet shows and never runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file, BOM first."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(list(header))
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_response(name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download named `<name>_YYYYMMDD_HHMMSS.csv`, sent as it is made."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename={stamped(name, 'csv')}"
    return response


def stamped(name: str, suffix: str) -> str:
    """The file name of a download: `<name>_YYYYMMDD_HHMMSS.<suffix>`, local time."""
    return f"{name}_{timezone.localtime():%Y%m%d_%H%M%S}.{suffix}"
