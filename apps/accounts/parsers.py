"""Bodies of the sign-in family that are more than strict JSON."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from apps.core.errors import AppError
from apps.core.parsers import read_bounded


class FormParser(BaseParser):
    """A form as OAuth2 clients send it: UTF-8, of bounded size; of a repeated name the last one counts."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        raw = read_bounded(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        try:
            return self.read_fields(raw, (parser_context or {}).get("request")).dict()
        except (SuspiciousOperation, MultiPartParserError, ValueError):
            raise ParseError(_("El formulario no se puede leer. Revísalo y envíalo de nuevo.")) from None

    def read_fields(self, raw: bytes, request: Any) -> QueryDict:
        return QueryDict(raw, encoding="utf-8")


class MultipartFormParser(FormParser):
    """The same as multipart; files in it are read past."""

    media_type = "multipart/form-data"

    def read_fields(self, raw: bytes, request: Any) -> QueryDict:
        meta = {**request.META, "CONTENT_LENGTH": str(len(raw))}
        fields, _files = MultiPartParser(meta, BytesIO(raw), [], "utf-8").parse()
        return fields


def readable_body(request: Request) -> dict[str, Any]:
    """For logout, which works whatever is sent: a body that cannot be read is an empty one."""
    try:
        body = request.data
    except (APIException, AppError):
        return {}
    return body if isinstance(body, dict) else {}
