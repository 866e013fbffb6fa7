"""Health of the chat: whether the process lives, and whether its engine answers."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat.engine import get_engine
from apps.chat.engines.base import EngineStatus
from apps.core import VERSION, health
from apps.core.views.base import PublicView
from apps.logs.services import lost_turns

SERVICE = "tutorbot"
CLASSIFIER = serializers.ChoiceField(
    ["linear", "semantic"], required=False, help_text="Con qué entiende el motor embebido."
)


def classifier_of(status: EngineStatus) -> dict[str, str]:
    """Only while the embedded engine answers."""
    return {"classifier": status.classifier} if status.classifier else {}


class ChatHealthView(PublicView):
    @extend_schema(
        operation_id="chat_health",
        tags=["salud"],
        responses=inline_serializer(
            "ChatHealth",
            {
                "ok": serializers.BooleanField(),
                "engine": serializers.CharField(),
                "engine_ok": serializers.BooleanField(),
                "classifier": CLASSIFIER,
            },
        ),
    )
    def get(self, request: Request) -> Response:
        """`ok` dice que el servicio vive; `engine_ok`, que el motor responde."""
        status = get_engine().status()
        body = {"ok": True, "engine": status.engine, "engine_ok": status.ok, **classifier_of(status)}
        return Response(body)


def webhook_health_body() -> dict[str, Any]:
    status = get_engine().status()
    body: dict[str, Any] = {
        "status": "ok" if status.ok else "down",
        "engine": status.engine,
        "rasa_version": status.version if status.engine == "rasa" else None,
        "model_version": status.model_version,
    }
    return body if status.ok else {**body, "error": status.error}


HEALTH = inline_serializer(
    "WebhookHealth",
    {
        "status": serializers.ChoiceField(["ok", "down"]),
        "engine": serializers.CharField(),
        "rasa_version": serializers.CharField(allow_null=True),
        "model_version": serializers.CharField(allow_null=True),
        "error": serializers.CharField(required=False, allow_null=True),
    },
)


class WebhookHealthView(PublicView):
    @extend_schema(operation_id="chat_webhook_health", tags=["salud"], responses=HEALTH)
    def get(self, request: Request) -> Response:
        """Estado del motor; siempre 200."""
        return Response(webhook_health_body())


class ChatProxyHealthView(PublicView):
    @extend_schema(
        operation_id="chat_proxy_health",
        tags=["salud"],
        responses={200: HEALTH, 503: OpenApiResponse(HEALTH, description="El motor no responde")},
    )
    def get(self, request: Request) -> Response:
        """Estado del motor; 503 cuando no responde."""
        body = webhook_health_body()
        response = Response(body, status=200 if body["status"] == "ok" else 503)
        response.has_error_body = True  # type: ignore[attr-defined]  # a report, not an error
        return response


class ApiHealthView(PublicView):
    @extend_schema(
        operation_id="api_health",
        tags=["salud"],
        responses=inline_serializer(
            "ApiHealth",
            {
                "ok": serializers.BooleanField(),
                "backend_ok": serializers.BooleanField(),
                "rasa_ok": serializers.BooleanField(),
                "engine": serializers.CharField(),
                "status": serializers.ChoiceField(["ok", "degraded"]),
                "classifier": CLASSIFIER,
                "action_server": serializers.CharField(required=False),
                "error": serializers.CharField(required=False),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        """Salud del servicio con su motor: `ok` sigue al motor, la respuesta es siempre 200."""
        status = get_engine().status()
        body: dict[str, Any] = {
            "ok": status.ok,
            "backend_ok": True,
            "rasa_ok": status.ok,
            "engine": status.engine,
            "status": "ok" if status.ok else "degraded",
            **classifier_of(status),
        }
        if settings.ENV.ACTION_SERVER_URL:
            body["action_server"] = "configured"
        return Response(body if status.ok else {**body, "error": status.error})


class LiveView(PublicView):
    @extend_schema(
        tags=["salud"],
        responses=inline_serializer(
            "Live",
            {
                "ok": serializers.BooleanField(),
                "status": serializers.CharField(),
                "service": serializers.CharField(),
                "version": serializers.CharField(),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        """El proceso vive; no toca nada más."""
        return Response({"ok": True, "status": "ok", "service": SERVICE, "version": VERSION})


READY = inline_serializer(
    "Ready",
    {
        "ok": serializers.BooleanField(),
        "status": serializers.ChoiceField(["ok", "degraded", "down"]),
        "checks": inline_serializer(
            "ReadyChecks",
            {name: serializers.CharField() for name in ("database", "cache", "engine", "migrations")},
        ),
        "lost_turns": serializers.IntegerField(),
    },
)


class ReadyView(PublicView):
    @extend_schema(
        operation_id="api_health_ready",
        tags=["salud"],
        responses={200: READY, 503: OpenApiResponse(READY, description="No puede atender")},
    )
    def get(self, request: Request) -> Response:
        """Si puede atender. Sin motor sigue en pie, degradado: el resto del servicio funciona."""
        checks = {
            "database": health.database_word(),
            "cache": health.cache_word(),
            "migrations": health.migrations_word(),
        }
        is_up = checks["database"] == checks["migrations"] == health.OK
        engine = "ok" if get_engine().status().ok else "degraded"
        is_whole = engine == "ok" and checks["cache"] == health.OK
        status = "down" if not is_up else "ok" if is_whole else "degraded"
        body = {
            "ok": is_up,
            "status": status,
            "checks": {**checks, "engine": engine},
            "lost_turns": lost_turns.count,
        }
        response = Response(body, status=200 if is_up else 503)
        response.has_error_body = True  # type: ignore[attr-defined]  # a report, not an error
        return response
