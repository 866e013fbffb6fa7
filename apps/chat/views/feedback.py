"""What students think of an answer: it feeds the review inbox."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.callers import caller_of
from apps.chat.senders import sender_for
from apps.chat.serializers import FeedbackInput, FeedbackOutput
from apps.core.chat_sessions import SessionThrottle
from apps.core.errors import NotAuthenticated
from apps.core.parsers import CurlJSONParser, StrictJSONParser
from apps.core.throttling import quota
from apps.core.views.base import PublicView, valid
from apps.logs.services import give_feedback


class FeedbackView(PublicView):
    """Counted by itself: rating answers takes nothing of the quota of messages."""

    parser_classes = (StrictJSONParser, CurlJSONParser)
    throttle_classes = (quota("feedback", 30, kind=SessionThrottle),)
    error_codes = ("401",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        caller_of(request._request)  # first: the limit counts people by their verified token
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="chat_feedback", tags=["chat"], request=FeedbackInput, responses=FeedbackOutput
    )
    def post(self, request: Request) -> Response:
        """Valora una respuesta: `up` o `down`, con un comentario si quieres. La última valoración cuenta."""
        caller = caller_of(request._request)
        if settings.ENV.CHAT_REQUIRE_AUTH and not caller.is_known:
            raise NotAuthenticated
        rated = valid(FeedbackInput, request.data).validated_data
        given = give_feedback(**{**rated, "sender_id": sender_for(rated["sender_id"], caller)})
        return Response({"ok": True, "value": given.value})
