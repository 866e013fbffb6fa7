"""Request bodies: JSON, read strictly and of bounded size."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from apps.core import strict_json
from apps.core.errors import TooLarge

FRAME_BYTES = 64 * 1024
"""What a form adds to the file in it."""


def read_bounded(stream: IO[Any], limit: int) -> bytes:
    """All of a body of at most `limit` bytes. Raises TooLarge, and reads no further."""
    raw: bytes = stream.read(limit + 1)
    if len(raw) > limit:
        raise TooLarge
    return raw


class StrictJSONParser(BaseParser):
    """`application/json`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = read_bounded(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        try:
            return strict_json.loads(raw)
        except ValueError:
            text = _("El cuerpo no es un JSON válido en UTF-8. Revísalo y envíalo de nuevo.")
            raise ParseError(text) from None


class CurlJSONParser(StrictJSONParser):
    """JSON sent as a form: what `curl -d '{…}'` does without a -H. For public chat paths only."""

    media_type = "application/x-www-form-urlencoded"


class _ByteCounter(FileUploadHandler):
    """Ends an upload at the byte that is too many; those before went to the handlers behind it."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.left = limit

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            raise StopUpload(connection_reset=True)  # closes what is open, and reads no further
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The file is another handler's."""


class BoundedFormParser(MultiPartParser):
    """A form with files of at most `max_bytes` together; refused before, or while, they are read."""

    @property
    def max_bytes(self) -> int:
        raise NotImplementedError

    def refusal(self) -> TooLarge:
        return TooLarge()

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        length = request.META.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) > self.max_bytes + FRAME_BYTES:
            raise self.refusal()
        counter = _ByteCounter(self.max_bytes)
        request._request.upload_handlers.insert(0, counter)
        try:
            given = super().parse(stream, media_type, parser_context)
        except SuspiciousOperation:  # too many fields, or too much in them
            raise TooLarge from None
        except ParseError:
            raise ParseError(_("No se puede leer el formulario. Envía el archivo en «file».")) from None
        if counter.left < 0:
            raise self.refusal()
        return given
