"""The project's own small addresses: root, liveness, ping, the rate-limit probe, unknown paths."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.throttling import RateTestThrottle
from apps.core.views.base import PublicView


@csrf_exempt
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    message = {"message": "✅ API del Chatbot Tutor Virtual en funcionamiento"}
    return JsonResponse(message, json_dumps_params={"ensure_ascii": False})


class PingView(PublicView):
    @extend_schema(
        tags=["salud"],
        responses=inline_serializer(
            "Pong", {"ok": serializers.BooleanField(), "pong": serializers.BooleanField()}
        ),
    )
    def get(self, request: Request) -> Response:
        """Responde si el servicio vive."""
        return Response({"ok": True, "pong": True})


class RateTestView(PublicView):
    """Lets an operator see that limits work; exists only with RATE_LIMIT_PROVIDER=slowapi."""

    throttle_classes = (RateTestThrottle,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if settings.ENV.RATE_LIMIT_PROVIDER != "slowapi":
            raise Http404
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="rate_test",
        tags=["salud"],
        responses=inline_serializer(
            "RateTest", {"ok": serializers.BooleanField(), "provider": serializers.CharField()}
        ),
    )
    def get(self, request: Request) -> Response:
        """Solo con `RATE_LIMIT_PROVIDER=slowapi`: cuenta contra el límite por defecto."""
        return Response({"ok": True, "provider": "slowapi"})


@csrf_exempt
def unknown_api_path(request: HttpRequest, path: str = "") -> HttpResponse:
    """Unknown paths of the API: 404 with our body (ErrorBodyMiddleware), also under DEBUG."""
    return HttpResponse(status=404)
