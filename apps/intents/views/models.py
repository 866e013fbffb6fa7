"""Models by API: the list, one, what it would change, activating it (contract http.md §5)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.errors import NotFound
from apps.core.pagination import WindowQuery
from apps.core.throttling import ListThrottle, quota
from apps.core.views.base import valid
from apps.intents import model_selectors as selectors
from apps.intents.serializers import training as shapes
from apps.intents.services.comparison import compare_versions
from apps.intents.services.versions import activate_version, active_version, version_named

TAGS = ["entrenamiento"]
CompareThrottle = quota("compare", 10)
"""Each may keep a worker busy for seconds."""


class LastModelView(APIView):
    permission_classes = (needs("intents.view_trainingrun"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="last_model", tags=TAGS, responses=shapes.LastModelOutput)
    def get(self, request: Request) -> Response:
        """El modelo que responde ahora."""
        return Response(shapes.LastModelOutput(selectors.last_model()).data)


class ModelsView(APIView):
    permission_classes = (needs("intents.view_modelversion"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="models", tags=TAGS, parameters=[WindowQuery], responses=shapes.ModelPage)
    def get(self, request: Request) -> Response:
        """Modelos, del más nuevo al más viejo, con sus cifras."""
        rows, total = selectors.models_page(window=valid(WindowQuery, request.query_params).window())
        return Response({"items": shapes.ModelOutput(rows, many=True).data, "total": total})


class ModelView(APIView):
    permission_classes = (needs("intents.view_modelversion"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="model", tags=TAGS, responses=shapes.ModelDetail)
    def get(self, request: Request, id: str) -> Response:
        """Un modelo con su informe, por número o por nombre."""
        return Response(shapes.ModelDetail(selectors.marked([version_named(id)])[0]).data)


class CompareModelView(APIView):
    permission_classes = (needs("intents.view_modelversion"),)
    throttle_classes = (CompareThrottle,)
    error_codes = ("409",)

    @extend_schema(operation_id="model_compare", tags=TAGS, responses=shapes.ComparisonOutput)
    def get(self, request: Request, id: str) -> Response:
        """Qué mensajes reales, de los últimos 500, respondería distinto que el modelo activo."""
        new, old = version_named(id), active_version()
        if old is None:
            raise NotFound(_("No hay un modelo activo con el que comparar."))
        found = compare_versions(old=old, new=new)
        body: dict[str, Any] = {
            "old": old.name,
            "new": new.name,
            "messages": found.messages,
            "changed_messages": found.changed_messages,
            "changed": found.changed,
        }
        return Response(shapes.ComparisonOutput(body).data)


class ActivateModelView(APIView):
    permission_classes = (needs("intents.change_modelversion"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("409",)

    @extend_schema(operation_id="model_activate", tags=TAGS, request=None, responses=shapes.ActivatedOutput)
    def post(self, request: Request, id: str) -> Response:
        """Activa un modelo, o vuelve a uno anterior; Rasa lo descarga cuando vuelve a preguntar."""
        version = version_named(id)
        activate_version(version=version, by=caller_in(request).user)
        text = _("Modelo %(name)s activo.") % {"name": version.name}
        body = {"ok": True, "message": text, "model": selectors.marked([version])[0]}
        return Response(shapes.ActivatedOutput(body).data)
