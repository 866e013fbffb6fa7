"""What pages tell about themselves; `navigator.sendBeacon` calls its JSON a plain text."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.parsers import StrictJSONParser, read_bounded
from apps.core.throttling import quota
from apps.core.views.base import PublicView, valid
from apps.ops.serializers import TelemetryInput
from apps.ops.services.telemetry import count_event

MAX_BYTES = 8 * 1024


class SmallJSONParser(StrictJSONParser):
    """JSON of at most 8 KiB."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return super().parse(BytesIO(read_bounded(stream, MAX_BYTES)), media_type, parser_context)


class BeaconParser(SmallJSONParser):
    """The same as a browser's beacon sends it."""

    media_type = "text/plain"


class TelemetryView(PublicView):
    parser_classes = (SmallJSONParser, BeaconParser)
    throttle_classes = (quota("telemetry", 60),)

    @extend_schema(
        operation_id="telemetry",
        tags=["operación"],
        request=TelemetryInput,
        responses={204: OpenApiResponse(description="Contado")},
    )
    def post(self, request: Request) -> Response:
        """Cuenta un suceso de una página por su nombre y día; no se guarda nada más de lo que llega."""
        count_event(name=valid(TelemetryInput, request.data).validated_data["name"])
        return Response(status=204)
