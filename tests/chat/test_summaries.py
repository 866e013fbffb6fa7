"""A conversation's row sums its turns up, whichever engine answers."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.models import Conversation
from apps.chat.services import summaries
from apps.chat.services.summaries import sum_up
from tests.helpdesk.parallel import at_once
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
Headers = Callable[[User], dict[str, str]]


def say(api: APIClient, text: str, **options: Any) -> int:
    return int(api.post("/api/chat", {"sender": "web-1", "message": text}, **options).status_code)


@pytest.mark.engines
def test_turns_are_counted_on_the_embedded_engine(
    api: APIClient, bot: Any, student: User, bearer: Headers
) -> None:
    say(api, "hola")
    say(api, "xqzt wvkj pfgh", headers=bearer(student))
    say(api, "menú")
    row = Conversation.objects.get()
    assert (row.turns, row.fallbacks, row.engine, row.last_message) == (3, 1, "embedded", "menú")
    assert (row.user, row.model_version) == (student, bot.status().model_version)
    assert row.state


def test_on_rasa_too_with_what_its_tracker_says_and_failed_turns(
    api: APIClient, on_rasa: Callable[..., Any]
) -> None:
    on_rasa()
    assert [say(api, text) for text in ("hola", "no entiendo nada", "stub:500")] == [200, 200, 502]
    row = Conversation.objects.get()
    assert (row.turns, row.fallbacks, row.engine, row.state) == (3, 1, "rasa", "")
    assert (row.last_message, row.model_version) == ("stub:500", "20260101-120000-stub")


def test_who_gives_no_sender_has_no_conversation(api: APIClient, bot: Any) -> None:
    api.post("/api/chat", {"message": "hola"})
    assert not Conversation.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_twenty_turns_at_once_are_twenty() -> None:
    said = [turn(sender_id="web-1", is_fallback=n % 2 == 0) for n in range(20)]
    at_once(lambda n: sum_up(said[n]), 20)
    assert Conversation.objects.values_list("turns", "fallbacks").get() == (20, 10)


def test_a_database_that_fails_costs_no_answer(
    api: APIClient, bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_turn: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(summaries, "_sum_up", fail)
    assert say(api, "hola") == 200


@pytest.mark.engines
def test_turns_from_before_are_summed_up_by_the_migration(student: User) -> None:
    Conversation.objects.create(sender_id="web-1", state="{}")
    turn(sender_id="web-1", user_message="antes", days_ago=1, is_fallback=True)
    turn(sender_id="web-1", user_message="después", user=student, model_version="m")
    turn(sender_id="anonimo")
    import_module("apps.chat.migrations.0003_sum_up_earlier_turns").sum_up(apps, None)
    row = Conversation.objects.get()
    assert (row.turns, row.fallbacks, row.last_message, row.state) == (2, 1, "después", "{}")
    assert (row.user, row.engine, row.model_version) == (student, "embedded", "m")
