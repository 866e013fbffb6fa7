"""Kept recordings, for staff: the list, one, and its sound."""

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import needs
from apps.chat.recording_selectors import recording, recordings
from apps.chat.services.recordings import path_of
from apps.chat.voice_shapes import RecordingOutput, RecordingPage, RecordingQuery
from apps.core.ranges import file_response
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid

TAGS = ["voz"]


class RecordingView(APIView):
    permission_classes = (needs("chat.view_recording"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="recording", tags=TAGS, responses=RecordingOutput)
    def get(self, request: Request, id: str) -> Response:
        """Lo que se sabe de una grabación; su sonido está en `url`."""
        return Response(RecordingOutput(recording(id)).data)


class RecordingsView(APIView):
    permission_classes = (needs("chat.view_recording"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="recordings", tags=TAGS, parameters=[RecordingQuery], responses=RecordingPage)
    def get(self, request: Request) -> Response:
        """Grabaciones que se guardan, la última primero."""
        query = valid(RecordingQuery, request.query_params)
        window, wanted = query.window(), query.validated_data
        filters = {name: wanted[name] for name in ("sender", "session_id", "q") if name in wanted}
        rows, total = recordings(window=window, **filters)
        items = RecordingOutput(rows, many=True).data
        page = window.offset // window.limit + 1
        return Response({"items": items, "total": total, "page": page, "limit": window.limit})


class MediaView(APIView):
    permission_classes = (needs("chat.view_recording"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("416",)

    @extend_schema(
        operation_id="media",
        tags=TAGS,
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="`bytes=0-1023`"),
            OpenApiParameter("download", bool, description="Para guardarlo como archivo."),
        ],
        responses={
            (200, "audio/*"): OpenApiTypes.BINARY,
            (206, "audio/*"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, id: str) -> HttpResponseBase:
        """El sonido de una grabación, entero o por partes."""
        row = recording(id)
        is_download = "download" in request.query_params
        return file_response(request._request, path_of(row), row.mime, as_attachment=is_download)
