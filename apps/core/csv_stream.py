"""CSV as people and programs can use it (contract http.md, rule 1.11): streamed, quoted, harmless."""

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

BOM = "\ufeff"
BLOCK = 500
download_listeners: list[Callable[[str, HttpRequest], object]] = []
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_STARTS = frozenset(FORMULA_STARTS)


class _Echo:
    """A file that gives back what is written."""

    def write(self, value: str) -> str:
        return value


def harmless(value: Any) -> str:
    """A cell that a spreadsheet shows and never runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def harmless_row(row: Iterable[Any]) -> list[Any]:
    """As harmless() of each cell; texts and nothing, most of what there is, take the short way."""
    return [
        cell if cell is None or (type(cell) is str and cell[:1] not in _STARTS) else harmless(cell)
        for cell in row
    ]


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file, BOM first."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(list(header))
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_blocks(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The same file in pieces of BLOCK rows: a piece each costs a server what a line each would."""
    lines = iter(rows)
    text = StringIO()
    writer = csv.writer(text)
    text.write(BOM)
    writer.writerow(list(header))
    while block := list(islice(lines, BLOCK)):
        writer.writerows(map(harmless_row, block))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    if text.tell():
        yield text.getvalue()


def csv_response(
    name: str,
    header: Iterable[str],
    rows: Iterable[Iterable[Any]],
    *,
    request: HttpRequest | None = None,
    kind: str = "",
) -> StreamingHttpResponse:
    """A download named `<name>_YYYYMMDD_HHMMSS.csv`, sent as it is made.

    With `request` it is noted who took it; `kind` is what the list of exports calls it, else `name`.
    """
    response = StreamingHttpResponse(csv_blocks(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename={stamped(name, 'csv')}"
    if request is not None:
        tell_download(kind or name, request)
    return response


def tell_download(kind: str, request: HttpRequest) -> None:
    """For who writes down what leaves the house (apps/logs); a file of staff that is no csv_response too."""
    for listener in download_listeners:
        listener(kind, request)


def stamped(name: str, suffix: str) -> str:
    """The file name of a download: `<name>_YYYYMMDD_HHMMSS.<suffix>`, local time."""
    return f"{name}_{timezone.localtime():%Y%m%d_%H%M%S}.{suffix}"
