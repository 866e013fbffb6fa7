"""Saved conversations, for staff: the list, one, its expectations, and a run of all."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.errors import Invalid
from apps.core.throttling import ListThrottle, quota
from apps.core.views.base import valid
from apps.intents.models import SavedConversation
from apps.intents.rehearsal_selectors import conversation_by_id, conversations_matching
from apps.intents.serializers import rehearsals as shapes
from apps.intents.serializers.intents import MessageOutput
from apps.intents.services import rehearsals as service
from apps.intents.services.loading import answering_model, model_if_any, model_named

TAGS = ["conversaciones de prueba"]
RUN_SECONDS = 12.0
"""Clients wait 15 s (contract http.md, rule 1.12)."""
RunThrottle = quota("rehearse", 10)


def changed(message: str, saved: SavedConversation, status: int = 200, **more: Any) -> Response:
    """As it reads from now on: MongoDB keeps fewer digits of a time."""
    row = shapes.ConversationOutput(conversation_by_id(str(saved.pk))).data
    return Response({"message": message, "conversation": row, **more}, status=status)


class SavedConversationsView(APIView):
    throttle_classes = (ListThrottle,)
    error_codes = ("409", "502")

    def get_permissions(self) -> list[BasePermission]:
        verb = "add" if self.request.method == "POST" else "view"
        return [needs(f"intents.{verb}_savedconversation")()]

    @extend_schema(
        operation_id="saved_conversations_list",
        tags=TAGS,
        parameters=[shapes.ConversationQuery],
        responses=shapes.ConversationOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """Conversaciones de prueba por nombre: un arreglo; con `page` o `page_size`, una página."""
        query = valid(shapes.ConversationQuery, request.query_params)
        window, rows = query.window(), conversations_matching(**query.filters())
        items = shapes.ConversationOutput(rows[window.slice], many=True).data
        if not query.has_page:
            return Response(items)
        page = {"page": window.offset // window.limit + 1, "page_size": window.limit}
        return Response({"items": items, "total": rows.count(), **page})

    @extend_schema(
        operation_id="saved_conversations_create",
        tags=TAGS,
        request=shapes.ConversationInput,
        responses={201: shapes.ConversationChanged},
    )
    def post(self, request: Request) -> Response:
        """Guarda una conversación; un turno sin nada que esperar toma lo que el bot responde ahora."""
        data = valid(shapes.ConversationInput, request.data).validated_data
        made = service.create_conversation(**data, created_by=caller_in(request).user, model=model_if_any())
        return changed(_("Conversación de prueba guardada."), made, 201)


class SavedConversationView(APIView):
    throttle_classes = (ListThrottle,)
    error_codes = ("409", "502")
    verbs = {"GET": "view", "DELETE": "delete"}

    def get_permissions(self) -> list[BasePermission]:
        return [needs(f"intents.{self.verbs.get(self.request.method or '', 'change')}_savedconversation")()]

    @extend_schema(operation_id="saved_conversations_read", tags=TAGS, responses=shapes.ConversationOutput)
    def get(self, request: Request, id: str) -> Response:
        """Una conversación de prueba."""
        return Response(shapes.ConversationOutput(conversation_by_id(id)).data)

    @extend_schema(
        operation_id="saved_conversations_update",
        tags=TAGS,
        request=shapes.ConversationChange,
        responses=shapes.ConversationChanged,
    )
    def put(self, request: Request, id: str) -> Response:
        """Cambia lo que envíes; los turnos quedan como los mandas."""
        saved = conversation_by_id(id)
        data = valid(shapes.ConversationChange, request.data).validated_data
        service.change_conversation(saved=saved, model=model_if_any() if "turns" in data else None, **data)
        return changed(_("Conversación de prueba actualizada."), saved)

    @extend_schema(operation_id="saved_conversations_delete", tags=TAGS, responses=MessageOutput)
    def delete(self, request: Request, id: str) -> Response:
        """Elimina una conversación de prueba."""
        conversation_by_id(id).delete()
        return Response({"message": _("Conversación de prueba eliminada.")})


class AcceptView(APIView):
    permission_classes = (needs("intents.change_savedconversation"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("409", "502")

    @extend_schema(
        operation_id="saved_conversations_accept",
        tags=TAGS,
        request=shapes.AcceptInput,
        responses=shapes.AcceptedOutput,
    )
    def post(self, request: Request, id: str) -> Response:
        """Lo que el bot responde ahora pasa a ser lo esperado, en todos los turnos o en los que digas."""
        saved = conversation_by_id(id)
        numbers = valid(shapes.AcceptInput, request.data).validated_data.get("turns")
        count = service.accept_as_expected(saved, answering_model(), numbers)
        return changed(_("Lo que responde el bot es ahora lo esperado."), saved, changed=count)


class RunView(APIView):
    permission_classes = (needs("intents.view_savedconversation"),)
    throttle_classes = (RunThrottle,)
    error_codes = ("409", "502")

    @extend_schema(
        operation_id="saved_conversations_run",
        tags=TAGS,
        request=shapes.RunQuery,
        responses=shapes.OutcomeOutput,
    )
    def post(self, request: Request) -> Response:
        """Ensaya todas las activas; 422 si no caben en el tiempo de una petición."""
        model = model_named(valid(shapes.RunQuery, request.data).validated_data["model"])
        outcome = service.rehearse_each(conversations_matching(active=True), model, RUN_SECONDS)
        if outcome.untried:
            text = _("Son demasiadas para una petición. Ejecuta «%s» en el servidor.")
            raise Invalid(text % "python manage.py rehearse", code="too_long")
        found = {"model_version": model.version, "passed": outcome.passed, "failed": outcome.failed}
        return Response(shapes.OutcomeOutput(found).data)
