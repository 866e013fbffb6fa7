"""Request bodies that are files of intents: bigger than other bodies, and read by apps/intents/exchange."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from apps.core.errors import TooLarge
from apps.core.parsers import read_bounded
from apps.intents.exchange import MAX_BYTES

FRAME_BYTES = 64 * 1024
"""What a form adds to the file in it."""


class RawJSONParser(BaseParser):
    """The bytes of a JSON body, unread."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return read_bounded(stream, MAX_BYTES)


class UploadParser(MultiPartParser):
    """A form with a file; one that is too large is refused before any of it is kept."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) > MAX_BYTES + FRAME_BYTES:
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except SuspiciousOperation:  # too many fields, or too much in them
            raise TooLarge from None
        except ParseError:
            raise ParseError(_("No se puede leer el formulario. Envía el archivo en «file».")) from None
