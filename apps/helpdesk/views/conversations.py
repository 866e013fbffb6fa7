"""Staff in a student's conversation: read it, take it, answer, give it back."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.permissions import caller_in, needs
from apps.chat.models import MAX_LINE, Conversation, Owner
from apps.chat.serializers import NOT_AN_OBJECT, CleanTextField
from apps.chat.services import handoff
from apps.chat.views.person import AfterField
from apps.core.dates import NO_FILTER
from apps.core.errors import Forbidden, NotFound
from apps.core.text import storable
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.helpdesk.said import MOST, as_messages, latest_said, said_since
from apps.helpdesk.serializers import TEXT
from apps.helpdesk.services.handoff import answer_student, take_conversation
from apps.helpdesk.services.waiting import waiting_note
from apps.helpdesk.views.bot import IDEMPOTENCY, idempotency_key


class TakeInput(serializers.Serializer[Any]):
    default_error_messages = {"invalid": NOT_AN_OBJECT, "null": NOT_AN_OBJECT}

    instead_of = serializers.UUIDField(
        required=False,
        allow_null=True,
        error_messages={"invalid": _("Envía el id de quien la tiene.")},
        help_text="El id de quien la tiene, para quitársela.",
    )


class ReplyInput(serializers.Serializer[Any]):
    default_error_messages = {"invalid": NOT_AN_OBJECT, "null": NOT_AN_OBJECT}

    text = CleanTextField(max_length=MAX_LINE, error_messages=TEXT)


class SaidQuery(serializers.Serializer[Any]):
    after = AfterField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=MOST)


class AgentOutput(serializers.Serializer[Any]):
    id = serializers.CharField(source="pk")
    nombre = serializers.CharField()


class OwnerOutput(serializers.Serializer[Any]):
    sender_id = serializers.CharField()
    owner = serializers.ChoiceField(Owner.choices)
    owner_since = serializers.DateTimeField(allow_null=True)
    agent = AgentOutput(allow_null=True)


class SpokenOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    author = serializers.ChoiceField(["student", "bot", "person", "notice"])
    name = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    timestamp = serializers.DateTimeField()


class HeldConversationOutput(OwnerOutput):
    messages = SpokenOutput(many=True)
    cursor = serializers.CharField(
        help_text="Para `after`. Puede repetir lo de los últimos segundos: se reconoce por su `id`."
    )


class WrittenOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    id = serializers.CharField()
    timestamp = serializers.DateTimeField()


class StaffConversationView(APIView):
    throttle_classes = (ListThrottle,)
    permission_classes = (needs("chat.answer_conversation"),)
    error_codes: tuple[str, ...] = ("404", "409")


class ConversationMessagesView(StaffConversationView):
    permission_classes = (needs("chat.view_conversation"),)
    error_codes = ("404",)

    @extend_schema(
        operation_id="conversation_messages",
        tags=["casos"],
        parameters=[
            OpenApiParameter("after", str, description="El `cursor` anterior o una fecha."),
            OpenApiParameter("limit", int, description="Hasta 100."),
        ],
        responses=HeldConversationOutput,
    )
    def get(self, request: Request, sender: str) -> Response:
        """Lo que se dijo, lo más antiguo primero: estudiante, bot, personas y avisos."""
        row = _conversation(sender)
        query = {name: text for name, text in request.query_params.items() if text not in NO_FILTER}
        asked = valid(SaidQuery, query).validated_data
        since = asked.get("after", (0, None))[1]
        limit = asked["limit"]
        items = said_since(sender, since, limit) if since else latest_said(sender, limit)
        shown = {
            "sender_id": row.sender_id,
            "owner": row.owner,
            "owner_since": row.owner_since,
            "agent": row.agent,
            "messages": list(as_messages(items)),
            "cursor": (items[-1].at if items else since or timezone.now()).isoformat(),
        }
        return Response(HeldConversationOutput(shown).data)


class TakeConversationView(StaffConversationView):
    @extend_schema(operation_id="take_conversation", tags=["casos"], request=TakeInput, responses=OwnerOutput)
    def post(self, request: Request, sender: str) -> Response:
        """La tomas: el bot calla y respondes tú. 409 si la tiene otra persona y no la nombras."""
        instead = valid(TakeInput, request.data).validated_data.get("instead_of")
        row = take_conversation(conversation=_conversation(sender), by=_person(request), instead_of=instead)
        return Response(OwnerOutput(row).data)


class ReplyConversationView(StaffConversationView):
    @extend_schema(
        operation_id="reply_conversation",
        tags=["casos"],
        parameters=[IDEMPOTENCY],
        request=ReplyInput,
        responses=WrittenOutput,
    )
    def post(self, request: Request, sender: str) -> Response:
        """Le escribes al estudiante; 409 si no la tienes tú."""
        text = valid(ReplyInput, request.data).validated_data["text"]
        line = answer_student(
            conversation=_conversation(sender), by=_person(request), text=text, key=idempotency_key(request)
        )
        return Response(WrittenOutput({"ok": True, "id": f"line-{line.pk}", "timestamp": line.at}).data)


class HandBackConversationView(StaffConversationView):
    @extend_schema(operation_id="hand_back_conversation", tags=["casos"], request=None, responses=OwnerOutput)
    def post(self, request: Request, sender: str) -> Response:
        """Vuelve al bot, y el estudiante lo lee."""
        row = handoff.hand_back(conversation=_conversation(sender), by=_person(request))
        return Response(OwnerOutput(row).data)


class QueueConversationView(StaffConversationView):
    @extend_schema(operation_id="queue_conversation", tags=["casos"], request=None, responses=OwnerOutput)
    def post(self, request: Request, sender: str) -> Response:
        """La dejas en espera de otra persona."""
        note = waiting_note(timezone.now())
        row = handoff.put_back(conversation=_conversation(sender), by=_person(request), note=note)
        return Response(OwnerOutput(row).data)


def _conversation(sender: str) -> Conversation:
    row = Conversation.objects.select_related("agent").filter(sender_id=storable(sender)[:128]).first()
    if row is None or len(sender) > 128:
        raise NotFound
    return row


def _person(request: Request) -> User:
    person = caller_in(request).user
    if person is None:
        raise Forbidden
    return person
