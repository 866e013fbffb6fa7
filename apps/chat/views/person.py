"""A student's client asks for what a person wrote."""

import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.callers import caller_of
from apps.chat.conversation_texts import line_text
from apps.chat.models import DEFAULT_SENDER, ConversationLine, Owner
from apps.chat.serializers import MAX_SENDER, SENDER_ERRORS
from apps.chat.services.polling import News, news_for
from apps.core.chat_sessions import SessionThrottle
from apps.core.dates import NO_FILTER
from apps.core.errors import NotAuthenticated
from apps.core.fields import StrictCharField
from apps.core.throttling import quota
from apps.core.views.base import PublicView, valid

MAX_WAIT_SECONDS = 20
CURSOR = re.compile(r"\d{1,9}")
WAIT = _("Espera entre 0 y 20 segundos.")


class AfterField(serializers.Field[Any, Any, Any, Any]):
    """An opaque cursor, or a moment as ISO 8601: (line number, moment)."""

    default_error_messages = {
        "invalid": _("Envía el «cursor» de la respuesta anterior o una fecha ISO 8601.")
    }

    def to_internal_value(self, data: Any) -> tuple[int, datetime | None]:
        if CURSOR.fullmatch(data):
            return int(data), None
        try:
            moment = parse_datetime(data)
            if moment is None:
                raise ValueError
            aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
            return 0, aware.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")


class NewsQuery(serializers.Serializer[Any]):
    sender = StrictCharField(max_length=MAX_SENDER, required=False, error_messages=SENDER_ERRORS)
    sender_id = StrictCharField(max_length=MAX_SENDER, required=False, error_messages=SENDER_ERRORS)
    after = AfterField(required=False)
    wait = serializers.FloatField(
        min_value=0,
        max_value=MAX_WAIT_SECONDS,
        default=0,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), WAIT),
    )


class LineOutput(serializers.Serializer[Any]):
    """`author` is null when nobody said it: a notice of who answers."""

    id = serializers.CharField()
    text = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    kind = serializers.CharField(help_text=f"Una de: {', '.join(ConversationLine.Kind.values)}.")
    timestamp = serializers.DateTimeField()


class NewsOutput(serializers.Serializer[Any]):
    messages = LineOutput(many=True)
    owner = serializers.ChoiceField(
        Owner.choices, help_text="Quién responde: bot, queue (en espera) o person."
    )
    agent = serializers.CharField(allow_null=True, help_text="El nombre de la persona, si la hay.")
    cursor = serializers.CharField(help_text="Para `after` de la próxima petición.")


class PersonMessagesView(PublicView):
    """Counted by itself: asking takes nothing of the quota of messages."""

    throttle_classes = (quota("messages", 300, kind=SessionThrottle),)
    error_codes = ("401",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        caller_of(request._request)  # first: the limit counts people by their verified token
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="chat_messages",
        tags=["chat"],
        parameters=[
            OpenApiParameter("sender", str, description="La conversación; su alias es `sender_id`."),
            OpenApiParameter("after", str, description="El `cursor` de la respuesta anterior, o una fecha."),
            OpenApiParameter("wait", float, description="Segundos que espera si no hay nada: de 0 a 20."),
        ],
        responses=NewsOutput,
    )
    def get(self, request: Request) -> Response:
        """Lo que una persona escribió en tu conversación, y quién responde ahora."""
        caller = caller_of(request._request)
        if settings.ENV.CHAT_REQUIRE_AUTH and not caller.is_known:
            raise NotAuthenticated
        query = {name: text for name, text in request.query_params.items() if text not in NO_FILTER}
        asked = valid(NewsQuery, query).validated_data
        after, since = asked.get("after", (0, None))
        news = news_for(
            sender=asked.get("sender") or asked.get("sender_id") or DEFAULT_SENDER,
            caller=caller,
            after=after,
            since=since,
            wait_seconds=asked["wait"],
        )
        return Response(NewsOutput(_shown(news)).data)


def _shown(news: News) -> dict[str, Any]:
    messages = [
        {
            "id": line.pk,
            "text": line_text(line),
            "author": line.author_name if line.kind == ConversationLine.Kind.SAID else None,
            "kind": line.kind,
            "timestamp": line.at,
        }
        for line in news.lines
    ]
    return {
        "messages": messages,
        "owner": news.owner,
        "agent": news.agent or None,
        "cursor": str(news.cursor),
    }
