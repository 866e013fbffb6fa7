"""Trainings by API (contract http.md §5)."""

import re
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.errors import AppError, NotFound
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.intents import model_selectors as selectors
from apps.intents.models import TrainingRun
from apps.intents.serializers import training as shapes
from apps.intents.services.training import cancel_training, start_training
from apps.intents.services.training.dry_run import check_data
from apps.intents.services.training.watch import log_folder

TAGS = ["entrenamiento"]
LOG_NAME = re.compile(r"train_[A-Za-z0-9_-]+\.log")


def started(request: Request) -> Response:
    given: dict[str, Any] = valid(shapes.TrainInput, request.data or {}).validated_data
    run = start_training(trigger=TrainingRun.Trigger.API, asked_by=caller_in(request).user, **given)
    text = _("Entrenamiento en cola. Pregunta por él con run_id.")
    if run.mode == TrainingRun.Mode.CI:
        text = _("Se pidió el entrenamiento a la integración continua.")
    body = {
        "success": True,
        "ok": True,
        "mode": run.mode,
        "message": text,
        "run_id": run.pk.hex,
        "log_file": run.log_name,
        "model_name": None,
        "request_id": request._request.request_id,  # type: ignore[attr-defined]
        "timestamp": timezone.localtime(run.asked_at),
    }
    return Response(shapes.StartedOutput(body).data, status=202)


class TrainView(APIView):
    throttle_classes = (ListThrottle,)
    error_codes = ("409", "503")

    def get_permissions(self) -> list[BasePermission]:
        return [needs(f"intents.{'add' if self.request.method == 'POST' else 'view'}_trainingrun")()]

    @extend_schema(
        operation_id="train", tags=TAGS, request=shapes.TrainInput, responses={202: shapes.StartedOutput}
    )
    def post(self, request: Request) -> Response:
        """Pide un entrenamiento y responde enseguida; 409 mientras haya otro."""
        return started(request)

    @extend_schema(operation_id="train_dry_run", tags=TAGS, responses=shapes.DryRunOutput)
    def get(self, request: Request) -> Response:
        """Revisa los datos sin entrenar (también sin `dry_run=true`: un GET nunca entrena)."""
        return Response(shapes.DryRunOutput(check_data()).data)


class StartView(APIView):
    """POST alone."""

    permission_classes = (needs("intents.add_trainingrun"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("409", "503")

    @extend_schema(tags=TAGS, request=shapes.TrainInput, responses={202: shapes.StartedOutput})
    def post(self, request: Request) -> Response:
        """Otro nombre de `POST /api/admin/train`."""
        return started(request)


@extend_schema_view(post=extend_schema(operation_id="retrain"))
class RetrainView(StartView):
    """`/api/admin/retrain`."""


@extend_schema_view(post=extend_schema(operation_id="train_upload"))
class UploadBotView(StartView):
    """`/api/admin/upload`, the panel's button."""


class RunsView(APIView):
    permission_classes = (needs("intents.view_trainingrun"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(
        operation_id="train_runs", tags=TAGS, parameters=[shapes.RunsQuery], responses=shapes.RunPage
    )
    def get(self, request: Request) -> Response:
        """Entrenamientos, del más nuevo al más viejo."""
        query = valid(shapes.RunsQuery, request.query_params)
        rows, total = selectors.runs_page(window=query.window(), state=query.validated_data.get("state", ""))
        return Response({"items": shapes.RunOutput(rows, many=True).data, "total": total})


class RunView(APIView):
    permission_classes = (needs("intents.view_trainingrun"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="train_run", tags=TAGS, responses=shapes.RunDetail)
    def get(self, request: Request, run_id: str) -> Response:
        """Estado, avance, registro y cifras de un entrenamiento."""
        run: Any = selectors.run_of(run_id)
        run.log = selectors.log_tail(run)
        return Response(shapes.RunDetail(run).data)


class CancelRunView(APIView):
    permission_classes = (needs("intents.change_trainingrun"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("409",)

    @extend_schema(operation_id="train_cancel", tags=TAGS, request=None, responses=shapes.RunOutput)
    def post(self, request: Request, run_id: str) -> Response:
        """Cancela un entrenamiento: en cola, enseguida; en marcha, en su próximo paso."""
        return Response(shapes.RunOutput(cancel_training(run=selectors.run_of(run_id))).data)


class BadLogName(AppError):
    status = 400
    code = "bad_log_name"


class LogFileView(APIView):
    permission_classes = (needs("logs.view_chatturn"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("400",)

    @extend_schema(operation_id="train_log", tags=TAGS, responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request, filename: str) -> HttpResponse:
        """El registro de un entrenamiento, `train_<id>.log`, como texto."""
        if not LOG_NAME.fullmatch(filename):
            raise BadLogName(_("Ese no es el nombre de un registro de entrenamiento."))
        try:
            content = (log_folder() / filename).read_bytes()
        except OSError:
            raise NotFound(_("Ese registro no está aquí.")) from None
        return HttpResponse(content, content_type="text/plain; charset=utf-8")
