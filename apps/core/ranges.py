"""A file sent whole or in the one part that was asked for (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from apps.core.errors import NotFound

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
CHUNK = 64 * 1024


def file_response(
    request: HttpRequest, path: Path, content_type: str, *, as_attachment: bool = False
) -> HttpResponseBase:
    """200, 206, or 416 for a part that it has not; several parts at once are answered by the whole.

    Raises NotFound for a file that is gone.
    """
    try:
        size = path.stat().st_size
    except OSError:
        raise NotFound(_("Ese archivo ya no está.")) from None
    part = _part(request.META.get("HTTP_RANGE", ""), size)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part
    length = last - first + 1
    response = StreamingHttpResponse(_chunks(path, first, length), content_type=content_type)
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = f'{"attachment" if as_attachment else "inline"}; filename="{path.name}"'
    if length < size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None for a part that does not exist. What is not understood asks for nothing."""
    found = RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found.group(1, 2) == ("", ""):
        return 0, size - 1
    begin, end = found.group(1, 2)
    if not begin:  # the last so many bytes
        return (max(0, size - int(end)), size - 1) if int(end) and size else None
    if end and int(end) < int(begin):
        return 0, size - 1
    last = min(int(end), size - 1) if end else size - 1
    return (int(begin), last) if int(begin) < size else None


def _chunks(path: Path, first: int, length: int) -> Iterator[bytes]:
    """Opened when the server begins to send: an answer that nobody reads leaves nothing open."""
    with path.open("rb") as file:
        file.seek(first)
        while length and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
