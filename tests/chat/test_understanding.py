"""With Rasa, intent and confidence are really there: read from the tracker, after the answer."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.chat.services import understanding
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_row_is_completed_from_the_tracker(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa()
    assert api.post("/chat", {"sender": "ñ/1", "message": "hola"}).status_code == 200
    understanding.backlog().drain()
    turn = ChatTurn.objects.get()
    assert (turn.intent, turn.confidence, turn.is_fallback, turn.engine) == ("saludo", 0.97, False, "rasa")
    assert turn.model_version


def test_a_fallback_of_rasa_is_written_as_such(api: APIClient, on_rasa: Callable[..., Any]) -> None:
    on_rasa()
    api.post("/chat", {"sender": "s", "message": "no entiendo"})
    understanding.backlog().drain()
    turn = ChatTurn.objects.get()
    assert (turn.intent, turn.is_fallback) == ("nlu_fallback", True)


def test_a_full_backlog_skips_the_detail_and_not_the_turn(
    api: APIClient, on_rasa: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_rasa()
    backlog = understanding.backlog()
    taken = 0
    while backlog.slots.acquire(blocking=False):
        taken += 1
    try:
        assert api.post("/chat", {"sender": "s", "message": "hola"}).status_code == 200
    finally:
        for _ in range(taken):
            backlog.slots.release()
    assert ChatTurn.objects.get().intent is None
