"""What is remembered of a conversation comes back, and broken memories stop nobody."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.engines.base import Entity
from apps.chat.engines.embedded.store import ConversationState, Wish

FULL = ConversationState(
    slots={"nombre": "Ñandú", "lista": ["a", 1], "nada": None},
    latest_intent="saludo",
    misses=2,
    wish=Wish("ver_notas", (Entity("curso", "álgebra", 0, 7),)),
    used={"utter_saludo": 1},
    last_turn_at=1_800_000_000.5,
    active_loop="soporte",
)


def test_a_state_comes_back_as_it_was() -> None:
    assert ConversationState.from_json(FULL.to_json()) == FULL
    assert ConversationState.from_json(FULL.to_json().encode()) == FULL


@pytest.mark.parametrize("nothing", [None, "", b""])
def test_nothing_is_a_fresh_state(nothing: str | bytes | None) -> None:
    assert ConversationState.from_json(nothing) == ConversationState()


def test_unknown_keys_are_ignored_and_missing_ones_are_fresh() -> None:
    state = ConversationState.from_json('{"misses": 1, "from_the_future": {"x": 1}, "schema": 2}')
    assert (state.misses, state.slots, state.wish) == (1, {}, None)


@pytest.mark.parametrize(
    "broken",
    [
        *("{", "[]", "null", "5", '"x"', "[" * 100_000, "\x00", b"\xff\xfe\xfa"),
        *('{"slots": []}', '{"slots": null}', '{"misses": "many"}', '{"used": {"a": "x"}}'),
        *('{"wish": {}}', '{"wish": {"intent": 5}}', '{"wish": {"intent": "a", "entities": [1]}}'),
        *('{"last_turn_at": "yesterday"}', '{"last_turn_at": NaN}', '{"last_turn_at": true}'),
    ],
)
def test_broken_data_is_a_fresh_state(broken: str | bytes) -> None:
    assert ConversationState.from_json(broken) == ConversationState()


@given(
    st.dictionaries(st.sampled_from([*FULL.__slots__, "x"]), st.recursive(st.none(), st.lists, max_leaves=3))
)
def test_no_stored_object_raises(data: dict[str, object]) -> None:
    assert isinstance(ConversationState.from_json(json.dumps(data)), ConversationState)
