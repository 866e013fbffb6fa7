"""The chat paths that answer a message: faces over one service."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.callers import Caller, caller_of
from apps.chat.serializers import ChatInput, MessageOutput, ProxyInput
from apps.chat.services.turns import TurnContext, send_message
from apps.core.chat_sessions import ChatThrottle
from apps.core.errors import NotAuthenticated
from apps.core.parsers import CurlJSONParser, StrictJSONParser
from apps.core.views.base import PublicView

ANSWER = OpenApiResponse(MessageOutput(many=True), description="Mensajes del bot, al menos uno")


@cache
def shared(input_class: type[ChatInput]) -> ChatInput:
    """One per process: DRF would copy the fields for every message, which keep nothing of it."""
    return input_class()


class CompletedResponse(Response):
    """Runs `after` when the server has sent the whole answer and closes the response (PEP 3333)."""

    def __init__(self, data: Any, *, after: Callable[[], None]) -> None:
        super().__init__(data)
        self.after = after

    def close(self) -> None:
        self.after()
        super().close()


def context_of(http: HttpRequest) -> TurnContext:
    return TurnContext(
        request_id=http.request_id,  # type: ignore[attr-defined]
        endpoint=http.path,
        ip=http.client_ip,  # type: ignore[attr-defined]
        user_agent=http.META.get("HTTP_USER_AGENT", ""),
        referer=http.META.get("HTTP_REFERER", "")[:2000],
    )


class MessageView(PublicView):
    """Validates a message and hands it to `answer`. The Bearer is inspected, never required here."""

    parser_classes = (StrictJSONParser, CurlJSONParser)
    throttle_classes = (ChatThrottle,)
    error_codes = ("401", "502", "504")
    input_class: type[ChatInput] = ChatInput

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        caller_of(request._request)  # first: the limit counts people by their verified token
        super().initial(request, *args, **kwargs)

    def respond(self, request: Request) -> Response:
        caller = caller_of(request._request)
        if settings.ENV.CHAT_REQUIRE_AUTH and not caller.is_known:
            raise NotAuthenticated
        return self.answer(request, caller, shared(self.input_class).run_validation(request.data))

    def answer(self, request: Request, caller: Caller, data: dict[str, Any]) -> Response:
        turn = send_message(**data, caller=caller, context=context_of(request._request))
        return CompletedResponse(turn.messages, after=turn.complete)


class ChatView(MessageView):
    @extend_schema(operation_id="chat", tags=["chat"], request=ChatInput, responses={200: ANSWER})
    def post(self, request: Request) -> Response:
        """Un mensaje del estudiante y la respuesta del bot."""
        return self.respond(request)


class WebhookView(MessageView):
    @extend_schema(operation_id="chat_webhook", tags=["chat"], request=ChatInput, responses={200: ANSWER})
    def post(self, request: Request) -> Response:
        """La dirección que usan el panel y los widgets: la misma respuesta que `/api/chat`."""
        return self.respond(request)


class ChatProxyView(MessageView):
    input_class = ProxyInput

    @extend_schema(operation_id="chat_proxy", tags=["chat"], request=ProxyInput, responses={200: ANSWER})
    def post(self, request: Request) -> Response:
        """Como `/api/chat`; el mensaje puede llamarse `text`."""
        return self.respond(request)


class ChatDemoView(MessageView):
    @extend_schema(operation_id="chat_demo", tags=["chat"], request=ChatInput, responses={200: ANSWER})
    def post(self, request: Request) -> Response:
        """Responde sin motor y sin registro, para probar una interfaz."""
        return self.respond(request)

    def answer(self, request: Request, caller: Caller, data: dict[str, Any]) -> Response:
        message = {
            "recipient_id": data["sender"],
            "text": _("Modo de demostración. Recibí: %(text)s") % {"text": data["text"]},
            "buttons": [{"title": _("Menú principal"), "payload": "/menu"}],
        }
        return Response([message])


class ChatDebugView(PublicView):
    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """What arrives here of a request; only under DEBUG."""
        if not settings.DEBUG:
            raise Http404
        http = request._request
        return Response(
            {
                "ok": True,
                "debug": True,
                "request_id": http.request_id,  # type: ignore[attr-defined]
                "ip": http.client_ip,  # type: ignore[attr-defined]
                "user_agent": http.META.get("HTTP_USER_AGENT", ""),
                "headers_sample": {
                    "x-request-id": http.META.get("HTTP_X_REQUEST_ID", ""),
                    "authorization": "present" if "HTTP_AUTHORIZATION" in http.META else "absent",
                    "referer": http.META.get("HTTP_REFERER", ""),
                },
            }
        )
