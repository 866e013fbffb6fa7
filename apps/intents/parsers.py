"""Request bodies that are files of intents: bigger than other bodies, and read by apps/intents/exchange."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from apps.core.parsers import BoundedFormParser, read_bounded
from apps.intents.exchange import MAX_BYTES


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


class UploadParser(BoundedFormParser):
    """A form with a file; one that is too large is refused before any of it is kept."""

    max_bytes = MAX_BYTES
