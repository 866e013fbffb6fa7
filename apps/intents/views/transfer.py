"""Intents in and out of files, and from the files of rasa/ (contract http.md §5)."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.csv_stream import stamped, tell_download
from apps.core.throttling import ExportThrottle, UploadThrottle
from apps.core.views.base import valid
from apps.intents.exchange import FORMATS, ImportReport, Mode, export_file, read_file
from apps.intents.parsers import RawJSONParser, UploadParser
from apps.intents.selectors import known_intents
from apps.intents.serializers import transfer as shapes
from apps.intents.services.importing import import_intents
from apps.intents.services.reload import reload_from_files
from apps.intents.views.intents import TAGS

DOWNLOADS: Any = {(200, one.content_type.partition(";")[0]): OpenApiTypes.BINARY for one in FORMATS.values()}
JSON_BODY: Any = {"application/json": {"description": "Un objeto o una lista, como en docs/intents.md."}}
FORM_BODY: Any = {"multipart/form-data": shapes.UploadInput}


def choices_of(request: Request, **fields: Any) -> dict[str, Any]:
    """`mode` and `dry_run` of an upload, as `load` takes them; the query goes before the form's fields."""
    given = {**fields, **valid(shapes.UploadQuery, request.query_params).validated_data}
    return {"mode": given.get("mode", "skip"), "dry_run": given.get("dry_run", False)}


def load_json(request: Request) -> Response:
    body = request.data if isinstance(request.data, bytes) else b""
    return load(request, name="body.json", content=body, **choices_of(request))


def load_file(request: Request) -> Response:
    form = valid(shapes.UploadInput, request.data)
    sent = dict(form.validated_data)
    file = sent.pop("file")
    return load(request, name=file.name, content=file.read(), **choices_of(request, **sent))


def load(request: Request, *, name: str, content: bytes, mode: Mode, dry_run: bool) -> Response:
    rows = read_file(name=name, content=content)
    report = import_intents(rows=rows, mode=mode, owner=caller_in(request).user, dry_run=dry_run)
    return foretold(report) if dry_run else reported(report)


def reported(report: ImportReport) -> Response:
    text = _("Intents importados: %(created)d nuevos, %(updated)d cambiados, %(skipped)d sin cambios.")
    if report.errors:
        text = _(
            "Intents importados con errores: %(created)d nuevos, %(updated)d cambiados, "
            "%(skipped)d sin cambios. Corrige las filas señaladas y súbelas otra vez."
        )
    return Response(body_of(report, text))


def foretold(report: ImportReport) -> Response:
    text = _("Se importarían: %(created)d nuevos, %(updated)d cambiados, %(skipped)d sin cambios.")
    if report.errors:
        text = _(
            "Se importarían con errores: %(created)d nuevos, %(updated)d cambiados, "
            "%(skipped)d sin cambios. Las filas señaladas no entrarían."
        )
    return Response({**body_of(report, text), "dry_run": True})


def body_of(report: ImportReport, text: str) -> dict[str, Any]:
    counts = {"created": report.created, "updated": report.updated, "skipped": report.skipped}
    return {"message": text % counts, **counts, "errors": report.errors, "notes": report.notes}


@extend_schema_view(post=extend_schema(operation_id="intents_upload"))
class UploadView(APIView):
    permission_classes = (needs("intents.import_intent"),)
    throttle_classes = (UploadThrottle,)
    parser_classes = (UploadParser,)

    @extend_schema(
        tags=TAGS, parameters=[shapes.UploadQuery], request=FORM_BODY, responses=shapes.ImportOutput
    )
    def post(self, request: Request) -> Response:
        """Intenciones de un archivo; cada fila entra entera o no entra."""
        return load_file(request)


@extend_schema_view(post=extend_schema(operation_id="intents_upload_csv"))
class UploadCsvView(UploadView):
    """Another name of the same."""


class UploadJsonView(APIView):
    permission_classes = (needs("intents.import_intent"),)
    throttle_classes = (UploadThrottle,)
    parser_classes = (RawJSONParser,)

    @extend_schema(
        operation_id="intents_upload_json",
        tags=TAGS,
        parameters=[shapes.UploadQuery],
        request=JSON_BODY,
        responses=shapes.ImportOutput,
    )
    def post(self, request: Request) -> Response:
        """Intenciones como JSON: un objeto o un arreglo."""
        return load_json(request)


class ExportIntentsView(APIView):
    permission_classes = (needs("intents.export_intent"),)
    throttle_classes = (ExportThrottle,)

    @extend_schema(
        operation_id="intents_export", tags=TAGS, parameters=[shapes.ExportQuery], responses=DOWNLOADS
    )
    def get(self, request: Request) -> HttpResponse:
        """Todas las intenciones; el archivo vuelve a entrar sin pérdida. `rasa`: un zip con su proyecto."""
        query = valid(shapes.ExportQuery, request.query_params)
        format = query.validated_data["format"]
        kind = FORMATS[format]
        content = export_file(format=format, intents=known_intents())
        tell_download("intents", request._request)
        response = HttpResponse(content, content_type=kind.content_type)
        response["Content-Disposition"] = f"attachment; filename={stamped('intenciones', kind.suffix)}"
        return response


class ReloadView(APIView):
    permission_classes = (needs("intents.import_intent"),)
    throttle_classes = (UploadThrottle,)
    error_codes = ("409",)

    @extend_schema(
        operation_id="intents_reload",
        tags=TAGS,
        parameters=[shapes.ModeQuery],
        request=None,
        responses=shapes.ImportOutput,
    )
    def post(self, request: Request) -> Response:
        """Lee otra vez el proyecto del bot (carpeta `rasa/`) en la base de datos."""
        query = valid(shapes.ModeQuery, request.query_params)
        return reported(reload_from_files(mode=query.validated_data.get("mode", "skip")))
