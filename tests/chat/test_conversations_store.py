"""The database keeps each sender's state, for one turn at a time."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.chat.engines.base import EngineTimeout
from apps.chat.engines.embedded.store import StoreUnavailable
from apps.chat.models import Conversation
from apps.chat.services import conversations
from apps.chat.services.conversations import DatabaseStore

pytestmark = pytest.mark.django_db


@pytest.mark.engines
def test_what_a_turn_changes_the_next_one_finds() -> None:
    store = DatabaseStore()
    with store.turn("ana") as state:
        state.slots["x"] = "ñ"
        state.active_loop = "form"
    with store.turn("ana") as state:
        assert (state.slots, state.active_loop) == ({"x": "ñ"}, "form")
    with store.turn("luis") as state:
        assert state.slots == {}


@pytest.mark.engines
def test_a_turn_that_fails_changes_nothing_and_frees_the_sender() -> None:
    store = DatabaseStore()

    def fail() -> None:
        with store.turn("ana") as state:
            state.slots["x"] = 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.turn("ana") as state:
        assert state.slots == {}


def test_a_sender_that_stays_busy_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "WAIT_SECONDS", 0.05)
    store = DatabaseStore()
    with store.turn("ana"), pytest.raises(EngineTimeout), store.turn("ana"):
        pass


def test_the_lease_of_a_dead_process_runs_out() -> None:
    Conversation.objects.create(
        sender_id="ana", lock_token="dead", locked_until=timezone.now() - timedelta(seconds=1)
    )
    with DatabaseStore().turn("ana") as state:
        assert state.slots == {}


def test_a_turn_whose_lease_ran_out_overwrites_nothing() -> None:
    store = DatabaseStore()
    with store.turn("ana") as slow:
        slow.slots["who"] = "slow"
        Conversation.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
        with store.turn("ana") as quick:
            quick.slots["who"] = "quick"
    with store.turn("ana") as state:
        assert state.slots == {"who": "quick"}


def test_broken_state_begins_afresh() -> None:
    Conversation.objects.create(sender_id="ana", state="{broken")
    with DatabaseStore().turn("ana") as state:
        assert state.slots == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_twenty_turns_at_once_of_one_sender_never_interleave() -> None:
    inside: list[int] = []
    errors: list[BaseException] = []

    def turn() -> None:
        try:
            with DatabaseStore().turn("ana") as state:
                inside.append(1)
                assert len(inside) == 1
                count = state.slots.get("n", 0)
                time.sleep(0.002)
                state.slots["n"] = count + 1
                inside.pop()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=turn) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with DatabaseStore().turn("ana") as state:
        assert state.slots["n"] == 20


def test_a_database_that_takes_no_writes_is_said(transactional_db: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the switch is SQLite's")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            with pytest.raises(StoreUnavailable), DatabaseStore().turn("ana"):
                pass
        finally:
            cursor.execute("PRAGMA query_only = OFF")
