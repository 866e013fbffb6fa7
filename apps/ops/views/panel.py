"""The panel's calls about how everything is: ping, self-test, re-loading the model (contract http.md §9)."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.core.pagination import Window
from apps.core.throttling import ListThrottle, quota
from apps.core.views.base import valid
from apps.ops import serializers as shapes
from apps.ops.selectors import self_tests
from apps.ops.services.restart import reload_model
from apps.ops.services.selftest import start_self_test

TAGS = ["operación"]
SHOWN = 50
SelfTestThrottle = quota("self_test", 10)
RestartThrottle = quota("restart", 10)


class PanelPingView(APIView):
    permission_classes = (needs("ops.view_selftestrun"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(operation_id="panel_ping", tags=TAGS, responses=shapes.PingOutput)
    def get(self, request: Request) -> Response:
        """El servicio vive y el token vale."""
        body = {"ok": True, "pong": True, "message": "pong", "timestamp": timezone.localtime()}
        return Response(shapes.PingOutput(body).data)


class TestAllView(APIView):
    permission_classes = (needs("ops.add_selftestrun"),)
    throttle_classes = (SelfTestThrottle,)
    error_codes = ("503",)

    @extend_schema(
        operation_id="self_test", tags=TAGS, request=None, responses={202: shapes.StartedTestOutput}
    )
    def post(self, request: Request) -> Response:
        """Empieza una autoprueba; `…/test-history` dice cómo le fue. Si hay una en marcha, es esa."""
        run = start_self_test(asked_by=caller_in(request).user)
        text = _("La autoprueba está en marcha. Mira el resultado en el historial.")
        return Response({"success": True, "ok": True, "message": text, "run_id": run.pk.hex}, status=202)


class TestHistoryView(APIView):
    permission_classes = (needs("ops.view_selftestrun"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(
        operation_id="self_test_history",
        tags=TAGS,
        parameters=[shapes.HistoryQuery],
        responses=shapes.SelfTestOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """Autopruebas, la última primero: un arreglo de 50; con `page` o `page_size`, una página."""
        query = valid(shapes.HistoryQuery, request.query_params)
        window = query.window() if query.validated_data else Window(0, SHOWN)
        rows, count = self_tests(window)
        items = shapes.SelfTestOutput(rows, many=True).data
        if not query.has_page:
            return Response(items)
        page = {"page": window.offset // window.limit + 1, "page_size": window.limit}
        return Response({"items": items, "total": count(), **page})


class RestartView(APIView):
    permission_classes = (needs("ops.restart"),)
    throttle_classes = (RestartThrottle,)
    error_codes = ("409",)

    @extend_schema(operation_id="restart", tags=TAGS, request=None, responses=shapes.RestartOutput)
    def post(self, request: Request) -> Response:
        """Hace que todos los procesos vuelvan a leer el modelo activo; ninguno se detiene."""
        name, text = reload_model(by=caller_in(request).user)
        return Response({"success": True, "ok": True, "message": text, "model_name": name})
