"""Conversations for staff, and what is unread in them (contract http.md §7)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import SignedIn, caller_in, needs
from apps.chat.conversation_selectors import conversations_matching
from apps.chat.models import Conversation
from apps.chat.services.reading import mark_read, unread_count
from apps.core.dates import FilterQuery
from apps.core.fields import StrictCharField
from apps.core.openapi import either
from apps.core.pagination import WindowQuery
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.logs.filters import TurnFilter
from apps.logs.serializers.turns import TurnsFilterQuery

TAGS = ["registros"]
DEFAULT_LIMIT = 100


class ConversationsQuery(WindowQuery, TurnsFilterQuery):
    """By the day of the last message; `intent`, `q`, `status`: with a turn that is so; else the last 100."""

    user_id = StrictCharField(required=False, max_length=128, help_text=_("La persona, por su id."))

    @property
    def is_paged(self) -> bool:
        return bool({"page", "page_size"} & self.validated_data.keys())


class LoggedConversation(serializers.Serializer):
    _id = serializers.CharField()
    id = serializers.CharField()
    sender_id = serializers.CharField()
    user_id = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    last_message = serializers.CharField()
    timestamp = serializers.DateTimeField(help_text=_("Del último mensaje."))
    turns = serializers.IntegerField()
    fallbacks = serializers.IntegerField()
    unread = serializers.IntegerField()
    engine = serializers.CharField()


class LoggedConversationsPage(serializers.Serializer):
    items = LoggedConversation(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()


class UnreadQuery(FilterQuery):
    user_id = StrictCharField(
        required=False, max_length=128, help_text=_("Una persona o un remitente; sin ser de soporte, tu id.")
    )


class UnreadOutput(serializers.Serializer):
    unread = serializers.IntegerField()


class MarkReadOutput(serializers.Serializer):
    updated_count = serializers.IntegerField()


def conversation_row(row: Conversation) -> dict[str, Any]:
    key = str(row.pk)
    return {
        "_id": key,
        "id": key,
        "sender_id": row.sender_id,
        "user_id": str(row.user_id) if row.user_id else None,
        "email": row.user.email if row.user else None,
        "last_message": row.last_message,
        "timestamp": timezone.localtime(row.last_turn_at).isoformat(),
        "turns": row.turns,
        "fallbacks": row.fallbacks,
        "unread": row.unread,
        "engine": row.engine,
    }


class ConversationsView(APIView):
    permission_classes = (needs("chat.view_conversation"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("422",)

    @extend_schema(
        operation_id="conversations",
        tags=TAGS,
        parameters=[ConversationsQuery],
        responses=either("ConversationsAnswer", LoggedConversation, LoggedConversationsPage),
    )
    def get(self, request: Request) -> Response:
        """Conversaciones, la de actividad más reciente primero."""
        query = valid(ConversationsQuery, request.query_params)
        given, window = query.validated_data, query.window()
        names = ("desde", "hasta", "sender", "user_id")
        said = TurnFilter.of({name: given[name] for name in ("intent", "q", "status") if name in given})
        rows = conversations_matching(
            **{name: given[name] for name in names if name in given}, with_turn=said
        )
        if not query.is_paged:
            limit = given.get("limit", DEFAULT_LIMIT)
            return Response([conversation_row(row) for row in rows[window.offset : window.offset + limit]])
        items = [conversation_row(row) for row in rows[window.slice]]
        page = {"page": given.get("page", 1), "page_size": window.limit}
        return Response({"items": items, "total": rows.count(), **page})


class UnreadView(APIView):
    permission_classes = (SignedIn,)
    throttle_classes = (ListThrottle,)
    error_codes = ("422",)

    @extend_schema(operation_id="unread_count", tags=TAGS, parameters=[UnreadQuery], responses=UnreadOutput)
    def get(self, request: Request) -> Response:
        """Cuántos turnos no ha visto soporte (o tú, de los tuyos)."""
        given = valid(UnreadQuery, request.query_params).validated_data
        return Response({"unread": unread_count(caller=caller_in(request), **given)})


class MarkReadView(APIView):
    permission_classes = (SignedIn,)
    throttle_classes = (ListThrottle,)

    @extend_schema(
        operation_id="mark_read",
        tags=TAGS,
        request=None,
        parameters=[UnreadQuery],
        responses=MarkReadOutput,
    )
    def post(self, request: Request) -> Response:
        """Marca como vistos esos turnos."""
        given = valid(UnreadQuery, request.query_params).validated_data
        return Response({"updated_count": mark_read(caller=caller_in(request), **given)})
