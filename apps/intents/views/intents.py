"""Intents: the list, one, and what staff change (contract http.md §5)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.intents.knowledge import IntentData
from apps.intents.models import Intent
from apps.intents.selectors import data_of, intents_page
from apps.intents.serializers import intents as shapes
from apps.intents.services import intents as service
from apps.intents.services.answers import with_what_was

TAGS = ["intenciones"]
LIST = shapes.IntentOutput(many=True)


def listed(request: Request, *, always_page: bool = False) -> Response:
    """An array; with `page` or `page_size`, a page."""
    query = valid(shapes.IntentQuery, request.query_params)
    window = query.window()
    rows, count = intents_page(window=window, **query.filters())
    items = shapes.IntentOutput(rows, many=True).data
    if not (always_page or query.has_page):
        return Response(items)
    page = {"page": window.offset // window.limit + 1, "page_size": window.limit}
    return Response({"items": items, "total": count(), **page})


def create(request: Request) -> Response:
    data = valid(shapes.NewIntentInput, request.data)
    given = data.validated_data
    answers = tuple(with_what_was(given.pop("answers"), ()))
    examples = tuple(given.pop("examples"))
    made = service.create_intent(
        data=IntentData(examples=examples, answers=answers, **given), owner=caller_in(request).user
    )
    return changed(_("Intención creada."), made, status=201)


def change(name: str, given: dict[str, Any]) -> Response:
    """`given` is what an IntentInput has read."""
    intent = service.intent_named(name)
    service.check_name_stays(intent=intent, name=given.pop("name", name))
    answers = given.pop("answers", None)
    if answers is not None:
        answers = with_what_was(answers, data_of(intent).answers)
    return changed(
        _("Intención actualizada."), service.change_intent(intent=intent, answers=answers, **given)
    )


def update(request: Request, name: str) -> Response:
    return change(name, valid(shapes.IntentInput, request.data).validated_data)


def remove(name: str) -> Response:
    service.delete_intent(intent=service.intent_named(name))
    return Response({"message": _("Intención eliminada.")})


def changed(message: str, intent: Intent, status: int = 200) -> Response:
    """As it reads from now on: MongoDB keeps fewer digits of a time."""
    row = service.intent_named(intent.name)
    return Response({"message": message, "intent": shapes.IntentDetail(row).data}, status=status)


class IntentsView(APIView):
    throttle_classes = (ListThrottle,)
    error_codes = ("409",)

    def get_permissions(self) -> list[BasePermission]:
        verb = "add" if self.request.method == "POST" else "view"
        return [needs(f"intents.{verb}_intent")()]

    @extend_schema(operation_id="intents_list", tags=TAGS, parameters=[shapes.IntentQuery], responses=LIST)
    def get(self, request: Request) -> Response:
        """Intenciones por nombre: un arreglo; con `page` o `page_size`, una página como la de `…/paged`."""
        return listed(request)

    @extend_schema(
        operation_id="intents_create",
        tags=TAGS,
        request=shapes.NewIntentInput,
        responses={201: shapes.ChangedOutput},
    )
    def post(self, request: Request) -> Response:
        """Crea una intención; el bot la usa desde el próximo entrenamiento."""
        return create(request)


@extend_schema_view(
    get=extend_schema(operation_id="intents_list_twin"),
    post=extend_schema(operation_id="intents_create_twin"),
)
class IntentsTwinView(IntentsView):
    """`/api/intents`: two paths, one view; operation ids of the document may not repeat."""


class PagedIntentsView(APIView):
    permission_classes = (needs("intents.view_intent"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(
        operation_id="intents_paged",
        tags=TAGS,
        parameters=[shapes.IntentQuery],
        responses=shapes.IntentPage,
    )
    def get(self, request: Request) -> Response:
        """Intenciones por nombre, siempre por páginas."""
        return listed(request, always_page=True)


class IntentView(APIView):
    throttle_classes = (ListThrottle,)
    error_codes = ("409",)
    verbs = {"GET": "view", "DELETE": "delete"}

    def get_permissions(self) -> list[BasePermission]:
        return [needs(f"intents.{self.verbs.get(self.request.method or '', 'change')}_intent")()]

    @extend_schema(operation_id="intents_read", tags=TAGS, responses=shapes.IntentDetail)
    def get(self, request: Request, name: str) -> Response:
        """Una intención con sus respuestas enteras."""
        return Response(shapes.IntentDetail(service.intent_named(name)).data)

    @extend_schema(
        operation_id="intents_update",
        tags=TAGS,
        request=shapes.IntentInput,
        responses=shapes.ChangedOutput,
    )
    def put(self, request: Request, name: str) -> Response:
        """Cambia lo que envíes; ejemplos y respuestas quedan como los mandas. El nombre no cambia."""
        return update(request, name)

    @extend_schema(
        operation_id="intents_partial_update",
        tags=TAGS,
        request=shapes.IntentInput,
        responses=shapes.ChangedOutput,
    )
    def patch(self, request: Request, name: str) -> Response:
        """Lo mismo que `PUT`."""
        return self.put(request, name)

    @extend_schema(operation_id="intents_delete", tags=TAGS, responses=shapes.MessageOutput)
    def delete(self, request: Request, name: str) -> Response:
        """Elimina una intención; 409 mientras reglas del proyecto la necesiten."""
        return remove(name)


@extend_schema_view(
    get=extend_schema(operation_id="intents_read_twin"),
    put=extend_schema(operation_id="intents_update_twin"),
    patch=extend_schema(operation_id="intents_partial_update_twin"),
    delete=extend_schema(operation_id="intents_delete_twin"),
)
class IntentTwinView(IntentView):
    """`/api/intents/{name}`."""
