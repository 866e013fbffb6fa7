"""With Rasa, intent and confidence are really there: read from the tracker, after the answer."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.chat.views.messages import ChatView
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db


def test_the_row_is_completed_from_the_tracker(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa()
    assert api.post("/chat", {"sender": "ñ/1", "message": "hola"}).status_code == 200
    turn = ChatTurn.objects.get()
    assert (turn.intent, turn.confidence, turn.is_fallback, turn.engine) == ("saludo", 0.97, False, "rasa")
    assert turn.model_version


def test_a_fallback_of_rasa_is_written_as_such(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa()
    api.post("/chat", {"sender": "s", "message": "no entiendo"})
    turn = ChatTurn.objects.get()
    assert (turn.intent, turn.is_fallback) == ("nlu_fallback", True)


@pytest.mark.django_db(transaction=True)
def test_the_tracker_is_asked_when_the_answer_is_out(on_rasa: Callable[..., Any], rf: Any) -> None:
    """The server closes a response after it was sent whole; until then only the turn itself went to Rasa."""
    stub = on_rasa()
    request = rf.post("/api/chat", {"message": "hola"}, content_type="application/json")
    request.request_id, request.client_ip = "req-12345678", "127.0.0.1"
    response = ChatView.as_view()(request).render()
    assert [r.method for r in stub.seen] == ["POST"]
    assert ChatTurn.objects.get().intent is None
    response.close()
    assert "tracker" in stub.seen[1].path
    assert ChatTurn.objects.get().intent == "saludo"


def test_a_tracker_that_does_not_answer_costs_the_detail_alone(
    api: APIClient, on_rasa: Callable[..., Any]
) -> None:
    on_rasa()
    assert api.post("/chat", {"sender": "stub:ok", "message": "stub:ok"}).status_code == 200
    assert api.post("/chat", {"sender": "../x", "message": "hola"}).status_code == 200
    assert ChatTurn.objects.latest("timestamp").intent is None
