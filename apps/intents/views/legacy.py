"""Verb-style paths of the old system, over the same services; they exist with ENABLE_INTENT_LEGACY alone."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import needs
from apps.core.errors import NotFound
from apps.core.throttling import ListThrottle, UploadThrottle
from apps.core.views.base import valid
from apps.intents.parsers import RawJSONParser, UploadParser
from apps.intents.serializers import intents as shapes
from apps.intents.serializers import transfer
from apps.intents.views.intents import LIST, TAGS, change, create, listed, remove, update
from apps.intents.views.transfer import FORM_BODY, JSON_BODY, load_file, load_json


class LegacyView(APIView):
    throttle_classes: tuple[Any, ...] = (ListThrottle,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not settings.ENV.ENABLE_INTENT_LEGACY:
            raise NotFound
        super().initial(request, *args, **kwargs)


@extend_schema_view(get=extend_schema(operation_id="legacy_intents_list"))
class LegacyListView(LegacyView):
    permission_classes = (needs("intents.view_intent"),)

    @extend_schema(tags=TAGS, parameters=[shapes.IntentQuery], responses=LIST)
    def get(self, request: Request) -> Response:
        """Lo mismo que `GET /api/admin/intents`."""
        return listed(request)


@extend_schema_view(get=extend_schema(operation_id="legacy_intents_search"))
class LegacySearchView(LegacyListView):
    """`buscar`: the list has the filters already."""


class LegacyAddView(LegacyView):
    permission_classes = (needs("intents.add_intent"),)
    error_codes = ("409",)

    @extend_schema(
        operation_id="legacy_intents_add",
        tags=TAGS,
        request=shapes.NewIntentInput,
        responses={201: shapes.ChangedOutput},
    )
    def post(self, request: Request) -> Response:
        """Lo mismo que `POST /api/admin/intents`."""
        return create(request)


class LegacyDeleteView(LegacyView):
    permission_classes = (needs("intents.delete_intent"),)
    error_codes = ("409",)

    @extend_schema(operation_id="legacy_intents_delete", tags=TAGS, responses=shapes.MessageOutput)
    def delete(self, request: Request, name: str) -> Response:
        """Lo mismo que `DELETE /api/admin/intents/{name}`."""
        return remove(name)


class LegacyUpdateView(LegacyView):
    permission_classes = (needs("intents.change_intent"),)

    @extend_schema(
        operation_id="legacy_intents_update",
        tags=TAGS,
        request=shapes.NamedIntentInput,
        responses=shapes.ChangedOutput,
    )
    def put(self, request: Request) -> Response:
        """Lo mismo que `PUT /api/admin/intents/{name}`, con el nombre en el cuerpo."""
        data = valid(shapes.NamedIntentInput, request.data)
        return change(data.validated_data["name"], data.validated_data)


class LegacyUpdateOneView(LegacyView):
    permission_classes = (needs("intents.change_intent"),)

    @extend_schema(
        operation_id="legacy_intents_update_one",
        tags=TAGS,
        request=shapes.IntentInput,
        responses=shapes.ChangedOutput,
    )
    def put(self, request: Request, name: str) -> Response:
        """Lo mismo que `PUT /api/admin/intents/{name}`."""
        return update(request, name)


class LegacyLoadView(LegacyView):
    permission_classes = (needs("intents.import_intent"),)
    throttle_classes = (UploadThrottle,)
    parser_classes = (RawJSONParser, UploadParser)

    @extend_schema(
        operation_id="legacy_intents_load",
        tags=TAGS,
        parameters=[transfer.UploadQuery],
        request=JSON_BODY | FORM_BODY,
        responses=transfer.ImportOutput,
    )
    def post(self, request: Request) -> Response:
        """Intenciones como JSON o en un archivo."""
        is_form = (request.content_type or "").startswith("multipart/")
        return load_file(request) if is_form else load_json(request)
