"""The audit, for administrators: a page of it, and all of it as CSV."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import needs
from apps.core.csv_stream import csv_response
from apps.core.throttling import ExportThrottle, ListThrottle
from apps.core.views.base import valid
from apps.logs import audit_selectors as selectors
from apps.logs import audit_shapes as shapes
from apps.logs import audit_words as words
from apps.logs.models import AuditEntry

TAGS = ["registros"]
HEADER = (
    *("fecha", "quien", "por_donde", "accion", "tipo"),
    *("objeto", "clave", "cambios", "direccion", "peticion"),
)


class AuditView(APIView):
    permission_classes = (needs("logs.view_auditentry"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(
        operation_id="audit_list", tags=TAGS, parameters=[shapes.AuditQuery], responses=shapes.AuditPage
    )
    def get(self, request: Request) -> Response:
        """Quién cambió qué: cada cambio del equipo, del más nuevo al más antiguo.

        `next` lleva a la página que sigue, como `cursor`; es `null` en la última.
        """
        query = valid(shapes.AuditQuery, request.query_params)
        limit = query.size
        rows = selectors.after(selectors.entries_matching(**query.filters()), query.place)
        found = list(rows[query.skipped : query.skipped + limit + 1])
        shown = found[:limit]
        more = str(selectors.Place.of(shown[-1])) if len(found) > limit else None
        return Response({"items": shapes.AuditOutput(shown, many=True).data, "next": more})


class AuditExportView(APIView):
    permission_classes = (needs("logs.export_auditentry"),)
    throttle_classes = (ExportThrottle,)

    @extend_schema(
        operation_id="audit_export",
        tags=TAGS,
        parameters=[shapes.AuditFilter],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Los cambios en CSV, con los mismos filtros."""
        query = valid(shapes.AuditFilter, request.query_params)
        return csv_of(selectors.entries_matching(**query.filters()), request._request)


def csv_of(rows: selectors.Entries, request: HttpRequest) -> StreamingHttpResponse:
    """Who takes it is written down like with every other file."""
    return csv_response("cambios", HEADER, _cells(rows), request=request)


def _cells(rows: selectors.Entries) -> Iterator[tuple[Any, ...]]:
    for entry in selectors.each(rows):
        yield (
            timezone.localtime(entry.timestamp).isoformat(),
            entry.actor_email,
            entry.via,
            shapes.ACTIONS[entry.action],
            entry.model_label,
            entry.object_repr,
            entry.object_pk,
            _changes(entry),
            entry.remote_addr,
            entry.cid,
        )


def _changes(entry: AuditEntry) -> str:
    """One field a line, before and after."""
    return "\n".join(f"{name}: {words.plain(pair)}" for name, pair in sorted((entry.changes or {}).items()))
