"""With Rasa an erasure has it begin anew; while it does not answer, the conversation waits."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.chat import engine as engines
from apps.chat.models import Conversation
from apps.logs import erasure
from apps.logs.models import PersonalDataRequest
from tests.intents.review_inbox import said
from tests.stubs.rasa_stub import RasaStub

pytestmark = pytest.mark.django_db


@pytest.fixture
def rasa_at(env: Callable[..., Any]) -> Any:
    def use(url: str) -> None:
        env(BOT_ENGINE="rasa", RASA_URL=url)
        engines.rasa_engine.cache_clear()

    yield use
    engines.rasa_engine.cache_clear()


def erased(sender: str) -> dict[str, int]:
    row = erasure.begin(PersonalDataRequest.Kind.ERASE, sender=sender)
    counts: dict[str, int] = erasure.erase_person(row, sender=sender).counts
    return counts


def test_rasa_is_told_to_begin_anew_and_asked_again_when_it_was_deaf(rasa_at: Callable[[str], None]) -> None:
    said(sender_id="ana/1", engine="rasa")
    Conversation.objects.create(sender_id="ana/1", engine="rasa", turns=1, last_message="soy Ana")
    with RasaStub() as stub:
        url = stub.url
    rasa_at(url)  # nobody listens there any more
    assert erased("ana/1") == {"turns": 1, "rasa_failed": 1}
    waiting = Conversation.objects.get()
    assert (waiting.last_message, waiting.turns) == ("", 0)
    with RasaStub() as stub:
        rasa_at(stub.url)
        assert erased("ana/1") == {"rasa_restarted": 1, "conversations": 1}
        (asked,) = stub.seen
    assert asked.path == "/conversations/ana%2F1/tracker/events"
    assert b'"restart"' in asked.body
    assert erased("ana/1") == {}
