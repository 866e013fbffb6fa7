"""What is remembered of a conversation comes back, and broken memories stop nobody."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject, Mapping, Slot
from tests.chat.embedded.helpers import Conversation, action, answers, intent, intents, rule, said_by

PROJECT = BotProject(
    intents=intents("x", "y"),
    responses=answers(x="Hablamos de {tema}.", y="Y"),
    slots={"tema": Slot("tema", "text", mappings=(Mapping("from_entity", entity="tema"),))},
    rules=(said_by("x"),),
)
FULL = ConversationState(
    slots={"nombre": "Ñandú", "lista": ["a", 1], "nada": None},
    events=[
        {"event": "slot", "name": "lista", "value": ["a", 1]},
        {"event": "action", "name": "action_listen"},
    ],
    base={"slots": {"nombre": "Ñandú"}, "loop": None, "action": "utter_saludo"},
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
    state = ConversationState.from_json('{"active_loop": "f", "from_the_future": {"x": 1}, "schema": 9}')
    assert (state.active_loop, state.slots, state.events) == ("f", {}, [])


@pytest.mark.parametrize(
    "broken",
    [
        *("{", "[]", "null", "5", '"x"', "[" * 100_000, "\x00", b"\xff\xfe\xfa"),
        *('{"slots": []}', '{"slots": null}', '{"used": {"a": "x"}}'),
        *('{"events": {}}', '{"events": [1]}', '{"base": []}', '{"active_loop": 5}'),
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


OLD = """{"slots": {"tema": "álgebra"}, "latest_intent": "saludo", "misses": 2,
"wish": {"intent": "ver_notas", "entities": []}, "used": {},
"last_turn_at": 1800000000, "active_loop": null, "schema": 1}"""


def test_a_conversation_from_before_events_were_kept_goes_on() -> None:
    talk = Conversation(PROJECT)
    talk.state = ConversationState.from_json(OLD)
    assert talk.hear("x") == ["Hablamos de álgebra."]


@pytest.mark.parametrize(
    "events",
    [[{}], [{"event": "slot"}], [{"event": "user"}], [{"event": 5}], [{"event": "action", "name": None}]],
)
def test_events_that_are_no_events_cost_the_past_and_no_answer(events: list[dict[str, object]]) -> None:
    talk = Conversation(PROJECT)
    talk.say("x", tema="álgebra")
    talk.state.events = events
    assert talk.hear("x") == ["Hablamos de álgebra."]


@pytest.mark.parametrize("base", [{"slots": 5}, {"slots": {"tema": "otro"}, "loop": 7}, {"x": 1}])
def test_a_broken_beginning_costs_no_answer(base: dict[str, object]) -> None:
    talk = Conversation(PROJECT)
    talk.say("x", tema="álgebra")
    talk.state.base = base
    assert talk.hear("x") == ["Hablamos de álgebra."]


def test_what_was_written_is_not_stored_but_slots_are() -> None:
    talk = Conversation(PROJECT)
    talk.say("x", "quiero álgebra, soy Ana", tema="álgebra")
    stored = talk.state.to_json()
    assert "soy Ana" not in stored
    assert talk.state.slots["tema"] == "álgebra"


def test_a_long_conversation_is_bounded_and_still_knows_its_rules_and_slots() -> None:
    again = rule("again", intent("x"), action("utter_x"), intent("y"), action("utter_y"))
    talk = Conversation(replace(PROJECT, rules=(said_by("x"), again)))
    talk.say("x", tema="álgebra")
    for _ in range(150):
        talk.say("x")
    assert len(talk.state.to_json()) < 20_000
    assert talk.hear("y") == ["Y"]
    assert talk.hear("x") == ["Hablamos de álgebra."]


def test_a_long_conversation_does_not_begin_anew_when_its_beginning_is_forgotten() -> None:
    start = rule("start", intent("x"), action("utter_y"), conversation_start=True)
    talk = Conversation(replace(PROJECT, rules=(said_by("x"), start)))
    assert talk.hear("x") == ["Y"]
    assert {text for _ in range(150) for text in talk.hear("x", tema="z")} == {"Hablamos de z."}
