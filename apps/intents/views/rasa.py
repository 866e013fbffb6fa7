"""Rasa's model server, and what each Rasa runs."""

import hmac

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import needs
from apps.chat.engine import rasa_models
from apps.chat.engines.pointer import ArtefactError
from apps.core.errors import NotAuthenticated, NotFound, Unavailable
from apps.core.throttling import ListThrottle
from apps.core.views.base import PublicView
from apps.intents.serializers.rasa import RasaStatusOutput
from apps.intents.services.rasa_status import rasa_status
from apps.intents.views.intents import TAGS

CONTENT_TYPE = "application/gzip"


class ActiveModelView(PublicView):
    """Asked by every Rasa server every few seconds, with a token of its own and without a limit."""

    error_codes = ("401", "503")

    @extend_schema(
        operation_id="models_active",
        tags=TAGS,
        parameters=[
            OpenApiParameter(
                "token", str, description="RASA_MODEL_TOKEN; también como Authorization: Bearer"
            ),
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER, description="El ETag que ya tiene"
            ),
        ],
        responses={
            (200, CONTENT_TYPE): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="Ya tiene el modelo activo"),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """El modelo con que deben responder los servidores de Rasa. Sin RASA_MODEL_TOKEN no existe."""
        check_token(request._request)
        try:
            active = rasa_models().open_active()
        except ArtefactError:
            text = _("El modelo activo está dañado. Activa otro.")
            raise Unavailable(text, code="model_unusable") from None
        if active is None:
            raise NotFound(_("Todavía no hay un modelo de Rasa activo."), code="no_active_model")
        etag = f'"{active.pointer.tag}"'
        response: HttpResponseBase
        if has_it(request.headers.get("If-None-Match", ""), active.pointer.tag):
            active.file.close()
            response = HttpResponseNotModified()
        else:
            response = FileResponse(active.file, content_type=CONTENT_TYPE)
            response["filename"] = active.pointer.file  # Rasa's own header: the name it reports in its status
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        return response


def check_token(request: HttpRequest) -> None:
    """Raises NotFound where no token is set, NotAuthenticated for a wrong one."""
    wanted = settings.ENV.RASA_MODEL_TOKEN
    if not wanted:
        raise NotFound
    scheme, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    given = bearer.strip() if scheme.lower() == "bearer" else request.GET.get("token", "")
    if not hmac.compare_digest(given.encode(errors="replace"), wanted.encode()):
        raise NotAuthenticated(_("El token del servidor de modelos no es válido."))


def has_it(if_none_match: str, wanted: str) -> bool:
    """By the rules of RFC 9110; Rasa sends back what it was given."""
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(",")}
    return wanted in tags or "*" in tags


class RasaStatusView(APIView):
    permission_classes = (needs("intents.view_modelversion"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="rasa_status", tags=TAGS, responses=RasaStatusOutput)
    def get(self, request: Request) -> Response:
        """Qué motor responde, y qué modelo tiene cada servidor de Rasa."""
        return Response(RasaStatusOutput(rasa_status()).data)
