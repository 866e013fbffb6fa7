"""What one would write in an afternoon: one call, one insert, one answer."""

import time
import uuid
from typing import Any

import requests
from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.bench.minimal_view.models import Turn

session = requests.Session()
session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=50))


class ChatInput(serializers.Serializer[Any]):
    message = serializers.CharField(max_length=4000)
    sender = serializers.CharField(max_length=128, default="anonimo")
    metadata = serializers.JSONField(required=False)


class ChatView(APIView):
    def post(self, request: Request) -> Response:
        given = ChatInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        metadata = said.get("metadata") or {}
        started = time.perf_counter()
        payload = {"sender": said["sender"], "message": said["message"], "metadata": metadata}
        answer = session.post(f"{settings.RASA_URL}/webhooks/rest/webhook", json=payload, timeout=(1, 8))
        messages = answer.json()
        now = timezone.now()
        turn = Turn.objects.create(
            timestamp=now,
            day=now.date(),
            request_id=str(uuid.uuid4()),
            sender_id=said["sender"],
            user_message=said["message"],
            bot_response=[message["text"] for message in messages if "text" in message],
            engine="rasa",
            latency_ms=round((time.perf_counter() - started) * 1000),
            endpoint=request.path,
            ip=request.META["REMOTE_ADDR"],
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            origen="widget",
            metadata=metadata,
        )
        if settings.WITH_INTENT:
            add_intent(turn)
        return Response(messages)


def add_intent(turn: Turn) -> None:
    """What the contract asks beyond the call and the insert: Rasa tells the intent in its tracker alone."""
    path = f"/conversations/{turn.sender_id}/tracker?include_events=NONE"
    latest = session.get(settings.RASA_URL + path, timeout=(1, 0.5)).json()["latest_message"]
    known = latest["intent"]
    Turn.objects.filter(pk=turn.pk).update(intent=known["name"], confidence=known["confidence"])
