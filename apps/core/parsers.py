"""Request bodies: JSON, read strictly and of bounded size."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from apps.core import strict_json
from apps.core.errors import TooLarge


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
