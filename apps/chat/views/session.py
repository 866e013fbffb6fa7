"""A page that stays open longer than its session asks for another one."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import chat_sessions
from apps.core.errors import TooMany
from apps.core.views.base import PublicView

SESSION = inline_serializer(
    "ChatSession",
    {
        "session": serializers.CharField(
            allow_null=True,
            help_text=f"Va en `{chat_sessions.HEADER}` de cada mensaje. Nulo: aquí no se usan sesiones.",
        ),
        "expires_in": serializers.IntegerField(help_text="Segundos."),
    },
)


class ChatSessionView(PublicView):
    error_codes = ("429",)

    @extend_schema(operation_id="chat_session", tags=["chat"], responses=SESSION)
    def get(self, request: Request) -> Response:
        """Una sesión anónima para que los límites cuenten esta página aparte de otras en la misma red."""
        minted = chat_sessions.new_session(request._request)
        if minted.usage is not None and minted.usage.is_refused:
            request._request.rate_limit = minted.usage  # type: ignore[attr-defined]
            raise TooMany(seconds=minted.usage.reset)
        body = {"session": minted.session or None, "expires_in": chat_sessions.SECONDS}
        response = Response(body)
        response["Cache-Control"] = "no-store"
        return response
