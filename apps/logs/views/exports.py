"""CSV for staff: sent as it is read, or made by a job and opened by a signed link (contract http.md §7)."""

from typing import Any, ClassVar
from urllib.parse import quote

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.accounts.roles import role_allows
from apps.core.csv_stream import csv_response, stamped
from apps.core.dates import DaysQuery
from apps.core.errors import Forbidden, Gone, NotFound
from apps.core.throttling import ExportThrottle, ListThrottle
from apps.core.views.base import PublicView, valid
from apps.logs.exports import files, registry, services
from apps.logs.exports.models import Export
from apps.logs.exports.turns import FAILED, TURNS
from apps.logs.selectors import exports_matching, exports_per_day
from apps.logs.serializers import exports as shapes
from apps.logs.serializers.turns import TurnsFilterQuery

TAGS = ["exportaciones"]
CSV = {(200, "text/csv"): OpenApiTypes.STR}
DEFAULT_LIMIT = 100


class StreamView(APIView):
    """A CSV of one kind, as it is read; written down as an export."""

    permission_classes = (needs("logs.add_export"),)
    throttle_classes = (ExportThrottle,)
    error_codes = ("422",)
    kind = TURNS
    query: ClassVar[type[Serializer[Any]]] = TurnsFilterQuery

    def stream(self, request: Request) -> StreamingHttpResponse:
        kind = registry.find(self.kind)
        if kind is None:
            raise NotFound(_("Ese archivo no existe en esta instalación."))
        filters = _filters(valid(self.query, request.query_params).validated_data)
        caller = caller_in(request)
        services.note_export(kind.name, caller.user, request._request, filters)
        return csv_response(kind.name, kind.header, kind.rows(filters))


def _filters(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given.items()
    }


class TurnsCsvView(StreamView):
    @extend_schema(operation_id="logs_export", tags=TAGS, parameters=[TurnsFilterQuery], responses=CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Conversaciones en CSV, de la más antigua a la más reciente."""
        return self.stream(request)


@extend_schema_view(get=extend_schema(operation_id="export"))
class PlainCsvView(TurnsCsvView):
    pass


class FailedCsvView(StreamView):
    kind = FAILED

    @extend_schema(operation_id="failed_export", tags=TAGS, parameters=[TurnsFilterQuery], responses=CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Lo que el bot no entendió, en CSV."""
        return self.stream(request)


class StatsCsvView(StreamView):
    kind, query = "stats", DaysQuery

    @extend_schema(operation_id="exports_stats", tags=TAGS, parameters=[DaysQuery], responses=CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Estadísticas en CSV."""
        return self.stream(request)


class TestsCsvView(StreamView):
    kind, query = "tests", DaysQuery

    @extend_schema(operation_id="exports_tests", tags=TAGS, responses=CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """La última autocomprobación, en CSV."""
        return self.stream(request)


class ExportsView(TurnsCsvView):
    """GET sends a CSV at once; POST starts a job that makes one."""

    @extend_schema(operation_id="exports_csv", tags=TAGS, parameters=[TurnsFilterQuery], responses=CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Conversaciones en CSV."""
        return self.stream(request)

    @extend_schema(
        operation_id="exports_start",
        tags=TAGS,
        request=shapes.ExportInput,
        responses={202: shapes.ExportOutput},
    )
    def post(self, request: Request) -> Response:
        """Empieza una exportación; pregunta por ella hasta que `estado` sea `done` y abre su `url`."""
        data = valid(shapes.ExportInput, request.data)
        kind, caller = registry.get(data.validated_data["kind"]), caller_in(request)
        if not role_allows(caller.role, kind.permission):
            raise Forbidden
        export = services.start_export(
            kind=kind.name,
            filters=data.filters(),
            user=caller.user,
            email=caller.email,
            endpoint=request.path,
        )
        return Response(shapes.export_row(export, request._request, caller), status=202)


class ExportListView(APIView):
    permission_classes = (needs("logs.view_export"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("422",)

    @extend_schema(
        operation_id="exports_history",
        tags=TAGS,
        parameters=[shapes.ExportsQuery],
        responses=shapes.ExportOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """Exportaciones, de la más reciente a la más antigua."""
        query = valid(shapes.ExportsQuery, request.query_params)
        given, window = query.validated_data, query.window()
        if not {"page", "page_size", "limit"} & given.keys():
            window = type(window)(window.offset, DEFAULT_LIMIT)
        rows = exports_matching(usuario=given.get("usuario", ""), tipo=given.get("tipo", ""))
        caller = caller_in(request)
        return Response([shapes.export_row(row, request._request, caller) for row in rows[window.slice]])


@extend_schema_view(get=extend_schema(operation_id="exports_list"))
class ExportListaView(ExportListView):
    pass


@extend_schema_view(get=extend_schema(operation_id="logs_exports_list"))
class LogsExportListView(ExportListView):
    pass


class ExportsPerDayView(APIView):
    permission_classes = (needs("logs.view_export"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="logs_exports", tags=TAGS, responses=shapes.ExportsPerDayOutput(many=True))
    def get(self, request: Request) -> Response:
        """Cuántas exportaciones hubo cada día."""
        return Response(exports_per_day())


class ExportView(APIView):
    permission_classes = (needs("logs.view_export"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="export_state", tags=TAGS, responses=shapes.ExportOutput)
    def get(self, request: Request, id: str) -> Response:
        """Una exportación: cuánto falta, y su enlace cuando está lista."""
        return Response(shapes.export_row(export_by_id(id), request._request, caller_in(request)))


class CancelExportView(APIView):
    permission_classes = (needs("logs.change_export"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("409",)

    @extend_schema(operation_id="export_cancel", tags=TAGS, request=None, responses=shapes.ExportOutput)
    def post(self, request: Request, id: str) -> Response:
        """Cancela una exportación que no ha terminado."""
        export = services.cancel_export(export=export_by_id(id))
        return Response(shapes.export_row(export, request._request, caller_in(request)))


class FileView(PublicView):
    """Whoever has the link: the signature in it is the permission, for an hour."""

    throttle_classes = (ExportThrottle,)
    error_codes = ("410", "422")

    @extend_schema(operation_id="export_file", tags=TAGS, parameters=[shapes.LinkQuery], responses=CSV)
    def get(self, request: Request) -> HttpResponseBase:
        """El archivo de una exportación, por el enlace firmado de su `url`."""
        given = valid(shapes.LinkQuery, request.query_params).validated_data
        export = files.export_of(given["firma"])
        response = _file(export) if export.state == Export.State.DONE else _again(export)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


def _file(export: Export) -> StreamingHttpResponse:
    path = files.folder() / f"{export.pk.hex}.csv"
    if not path.exists():
        raise Gone
    response = StreamingHttpResponse(files.pieces(path), content_type="text/csv; charset=utf-8")
    response["Content-Length"] = str(path.stat().st_size)
    response["Content-Disposition"] = f"attachment; filename={quote(export.name)}"
    return response


def _again(export: Export) -> StreamingHttpResponse:
    kind = registry.find(export.kind)
    if export.state != Export.State.STREAMED or kind is None:
        raise NotFound(_("La exportación no está lista."))
    response = csv_response(kind.name, kind.header, kind.rows(export.filters))
    response["Content-Disposition"] = (
        f"attachment; filename={quote(export.name or stamped(kind.name, 'csv'))}"
    )
    return response


def export_by_id(key: str) -> Export:
    """Raises NotFound."""
    from uuid import UUID

    try:
        found = Export.objects.select_related("user").filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("Esa exportación no existe."))
    return found
