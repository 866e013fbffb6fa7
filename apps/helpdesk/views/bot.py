"""What the action server keeps here for its students, and a student's message to the tutor."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.authentication import OWN_RECORD
from apps.accounts.callers import ANONYMOUS, Caller
from apps.accounts.grants import caller_by_grant
from apps.accounts.permissions import SignedIn, caller_in
from apps.accounts.service_token import ServiceOnly
from apps.core.errors import Invalid
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.helpdesk import serializers as shapes
from apps.helpdesk.models import SavedProgress
from apps.helpdesk.selectors import saved_progress
from apps.helpdesk.services import bot

GRANT = OpenApiParameter(
    "X-Turn-Grant",
    str,
    OpenApiParameter.HEADER,
    description="`metadata.grant` del turno, si lo hay: de quién es lo que se guarda.",
)
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="La misma clave no hace lo mismo dos veces."
)
MAX_KEY = 255
SENDER = OpenApiParameter("sender", str, required=True, description="La conversación.")


def served_caller(request: Request) -> Caller:
    """The student whom the action server serves; nobody without a good grant."""
    grant = request.META.get("HTTP_X_TURN_GRANT", "").strip()
    return caller_by_grant(grant) if grant else ANONYMOUS


def idempotency_key(request: Request) -> str:
    """ "" without one. Raises Invalid."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "").strip()
    if len(key) > MAX_KEY:
        raise Invalid.field("Idempotency-Key", _("La clave es muy larga."), "max_length")
    return str(key)


class BotView(APIView):
    authentication_classes = ()
    permission_classes = (ServiceOnly,)
    error_codes = ("401",)


class SurveyView(BotView):
    @extend_schema(
        operation_id="bot_survey",
        tags=["bot"],
        parameters=[GRANT],
        request=shapes.SurveyInput,
        responses={200: shapes.StoredOutput},
    )
    def put(self, request: Request) -> Response:
        """Guarda una encuesta; la misma clave cambia la que había."""
        said = valid(shapes.SurveyInput, request.data).validated_data
        bot.save_survey(**said, caller=served_caller(request))
        return Response({"ok": True})


class ProgressView(BotView):
    """A half-done form, of the verified student or else of the conversation."""

    @extend_schema(
        operation_id="bot_progress",
        tags=["bot"],
        parameters=[GRANT, SENDER],
        responses={200: shapes.ProgressOutput},
    )
    def get(self, request: Request) -> Response:
        """Lo que quedó a medias; `form` es null si no hay nada."""
        saved = saved_progress(served_caller(request), _sender(request))
        return Response(shapes.ProgressOutput(_shown(saved)).data)

    @extend_schema(
        operation_id="bot_save_progress",
        tags=["bot"],
        parameters=[GRANT],
        request=shapes.ProgressInput,
        responses={200: shapes.StoredOutput},
    )
    def put(self, request: Request) -> Response:
        """Guarda un formulario a medias en lugar del que hubiera; se borra a los 30 días."""
        said = valid(shapes.ProgressInput, request.data).validated_data
        bot.save_progress(**said, caller=served_caller(request))
        return Response({"ok": True})

    @extend_schema(
        operation_id="bot_discard_progress",
        tags=["bot"],
        parameters=[GRANT, SENDER],
        responses={200: shapes.StoredOutput},
    )
    def delete(self, request: Request) -> Response:
        """Olvida lo que quedó a medias."""
        bot.discard_progress(sender=_sender(request), caller=served_caller(request))
        return Response({"ok": True})


def _sender(request: Request) -> str:
    return str(valid(shapes.SenderInput, request.query_params.dict()).validated_data["sender"])


def _shown(saved: SavedProgress | None) -> dict[str, Any]:
    if saved is None:
        return {"form": None, "slots": {}, "updated_at": None}
    return {"form": saved.form, "slots": saved.slots, "updated_at": saved.updated_at}


class TutorMessageView(APIView):
    authentication_classes = OWN_RECORD
    permission_classes = (SignedIn,)
    throttle_classes = (ListThrottle,)
    error_codes = ("503",)

    @extend_schema(
        operation_id="write_to_tutor",
        tags=["cuentas"],
        parameters=[IDEMPOTENCY],
        request=shapes.TutorMessageInput,
        responses={200: shapes.TutorMessageOutput},
    )
    def post(self, request: Request) -> Response:
        """Le escribe a tu tutor por correo, hasta 3 veces al día; su respuesta te llega a tu correo."""
        text = valid(shapes.TutorMessageInput, request.data).validated_data["text"]
        tutor = bot.write_to_tutor(
            text=text, caller=caller_in(request), idempotency_key=idempotency_key(request)
        )
        said = _("Le enviamos tu mensaje a %(tutor)s. Te responderá a tu correo.") % {"tutor": tutor.nombre}
        return Response({"ok": True, "tutor": tutor.nombre, "message": said})
