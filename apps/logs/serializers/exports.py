"""Exports as the panel lists them, and as they are asked for."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.callers import Caller
from apps.core.dates import FilterQuery
from apps.core.fields import StrictCharField
from apps.core.pagination import WindowQuery
from apps.logs.exports import registry
from apps.logs.exports.files import signed
from apps.logs.exports.models import Export
from apps.logs.exports.turns import TURNS
from apps.logs.serializers.turns import TurnsFilterQuery


class ExportsQuery(WindowQuery, FilterQuery):
    """Newest first; without paging the last 100."""

    usuario = StrictCharField(required=False, max_length=254, help_text=_("Parte del correo o del nombre."))
    tipo = StrictCharField(required=False, max_length=40, help_text=_("El tipo, igual."))


class LinkQuery(FilterQuery):
    """In the query and not in the path: paths are written into access logs."""

    firma = StrictCharField(required=False, default="", max_length=200)


class ExportInput(TurnsFilterQuery):
    """A file to be made by a job."""

    kind = StrictCharField(default=TURNS, max_length=40)
    engine = StrictCharField(required=False, max_length=16)
    origen = StrictCharField(required=False, max_length=16)

    def filters(self) -> dict[str, Any]:
        return self.wanted().stored()


class ExportOutput(serializers.Serializer):
    """`url` opens without a header, for an hour; null: there is nothing to open, or not for this role."""

    _id = serializers.CharField()
    usuario = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    tipo = serializers.CharField()
    fecha = serializers.DateField()
    timestamp = serializers.DateTimeField()
    archivo = serializers.CharField(allow_null=True)
    nombre_archivo = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    endpoint = serializers.CharField(allow_null=True)
    estado = serializers.ChoiceField(Export.State.choices)
    filas = serializers.IntegerField()
    progreso = serializers.FloatField(allow_null=True, help_text=_("De 0 a 1."))
    vence = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_null=True)


class ExportsPerDayOutput(serializers.Serializer):
    date = serializers.DateField()
    total = serializers.IntegerField()


def export_row(export: Export, request: HttpRequest, caller: Caller) -> dict[str, Any]:
    user = export.user
    return {
        "_id": str(export.pk),
        "usuario": (user.nombre or user.email) if user else export.email or None,
        "email": export.email or None,
        "tipo": export.kind,
        "fecha": export.day.isoformat(),
        "timestamp": timezone.localtime(export.created_at).isoformat(),
        "archivo": export.file or None,
        "nombre_archivo": export.name,
        "url": link_to(export, request, caller),
        "endpoint": export.endpoint or None,
        "estado": export.state,
        "filas": export.rows,
        "progreso": export.share,
        "vence": timezone.localtime(export.expires_at).isoformat() if export.expires_at else None,
        "error": export.error or None,
    }


def link_to(export: Export, request: HttpRequest, caller: Caller) -> str | None:
    """A stored file's signed address; for what was sent as it was read, one that sends it again."""
    kind = registry.find(export.kind)
    has_something = export.state in (Export.State.DONE, Export.State.STREAMED)
    is_allowed = kind is not None and caller.user is not None and caller.user.has_perm(kind.permission)
    if not (has_something and is_allowed):
        return None
    return request.build_absolute_uri(f"{reverse('export-file')}?firma={signed(export, caller.sub)}")
