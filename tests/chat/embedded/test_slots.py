"""How slots are filled, and who may fill them."""

from typing import Any

import pytest

from apps.chat.engines.base import Entity
from apps.chat.engines.embedded.dialogue import Utterance
from apps.chat.engines.embedded.hosts import ActionFailed
from apps.chat.engines.project import BotProject, Form, Mapping, Policies, Slot
from tests.chat.embedded.helpers import (
    CLAIMS,
    Call,
    Conversation,
    Host,
    Told,
    action,
    answers,
    intent,
    intents,
    rule,
    said_by,
    set_slot,
)


def talk(*mappings: Mapping, kind: Any = "text", host: Host | None = None, **slot: Any) -> Conversation:
    dato = Slot("dato", kind, mappings=mappings, **slot)
    project = BotProject(
        intents=intents("x", "y"),
        responses=answers(x="X", y="Y"),
        slots={"dato": dato},
        rules=(said_by("x"), said_by("y")),
        actions=tuple(host.actions) if host else (),
    )
    return Conversation(project, host)


def test_an_entity_fills_a_slot_and_stays_there() -> None:
    said = talk(Mapping("from_entity", entity="tema"))
    said.say("x", tema="álgebra")
    said.say("x")
    assert said.state.slots == {"dato": "álgebra"}


def test_of_several_values_the_last_counts_and_a_list_takes_all() -> None:
    entities = (Entity("tema", "uno", 0, 3), Entity("tema", "dos", 4, 7))
    for kind, expected in (("text", "dos"), ("list", ["uno", "dos"])):
        said = talk(Mapping("from_entity", entity="tema"), kind=kind)
        said.dialogue.answer(said.state, Utterance("…", "x", 1.0, entities), sender="a", claims=None, now=1.0)
        assert said.state.slots["dato"] == expected


@pytest.mark.parametrize(
    ("mapping", "intent_said", "expected"),
    [
        (Mapping("from_intent", intents=("x",), value="sí"), "x", "sí"),
        (Mapping("from_intent", intents=("x",), value="sí"), "y", None),
        (Mapping("from_intent", not_intents=("x",), value="sí"), "x", None),
        (Mapping("from_intent", not_intents=("x",), value="sí"), "y", "sí"),
        (Mapping("from_intent", intents=("x",), value=None), "x", None),
        (Mapping("from_entity", entity="tema", intents=("y",)), "x", None),
        (Mapping("from_text"), "x", "…"),
        (Mapping("from_text", not_intents=("x",)), "x", None),
    ],
)
def test_mappings_heed_the_intent(mapping: Mapping, intent_said: str, expected: str | None) -> None:
    said = talk(mapping)
    said.say(intent_said, tema="álgebra")
    assert said.state.slots["dato"] == expected


def test_the_first_mapping_with_a_value_counts() -> None:
    said = talk(
        Mapping("from_entity", entity="curso"), Mapping("from_entity", entity="tema"), Mapping("from_text")
    )
    said.say("x", tema="álgebra")
    assert said.state.slots["dato"] == "álgebra"


def test_the_payload_of_a_button_is_a_text_too() -> None:
    said = talk(Mapping("from_text"))
    said.say("x", "/x", is_payload=True)
    assert said.state.slots["dato"] == "/x"


@pytest.mark.parametrize(
    ("conditions", "loop", "asked", "fills"),
    [
        (({"active_loop": None},), None, None, True),
        (({"active_loop": None},), "soporte", None, False),
        (({"active_loop": "soporte"},), "soporte", "x", True),
        (({"active_loop": "soporte", "requested_slot": "dato"},), "soporte", "dato", True),
        (({"active_loop": "soporte", "requested_slot": "dato"},), "soporte", "otro", False),
        (({"active_loop": "a"}, {"active_loop": "soporte"}), "soporte", None, True),
    ],
)
def test_mapping_conditions_name_the_form_and_the_slot_it_asked_for(
    conditions: tuple[dict[str, Any], ...], loop: str | None, asked: str | None, fills: bool
) -> None:
    slots = {
        "dato": Slot("dato", "text", mappings=(Mapping("from_text", conditions=conditions),)),
        "requested_slot": Slot("requested_slot", "text"),
    }
    forms = {name: Form(name, ("dato",)) for name in ("a", "soporte")}
    silent = Policies(has_core_fallback=False)
    said = Conversation(BotProject(intents=intents("x"), slots=slots, forms=forms, policies=silent))
    said.say("y")
    said.state.active_loop, said.state.slots["requested_slot"] = loop, asked
    said.state.slots["dato"] = None
    said.say("x", "hola")
    assert (said.state.slots["dato"] == "hola") is fills


def test_values_are_kept_as_they_were_said() -> None:
    for kind in ("text", "bool", "float", "categorical", "any"):
        said = talk(Mapping("from_entity", entity="n"), kind=kind, initial=None)
        said.say("x", n="quizás")
        assert said.state.slots["dato"] == "quizás"


def test_slots_of_an_older_model_do_not_survive_and_new_ones_begin() -> None:
    said = talk(Mapping("from_entity", entity="n"), kind="float", initial=1.5)
    said.state.slots = {"viejo": 1}
    said.state.last_turn_at = said.clock()
    said.say("x")
    assert said.state.slots == {"dato": 1.5}


def test_a_mapping_of_an_intent_that_is_gone_fills_nothing() -> None:
    said = talk(Mapping("from_intent", intents=("x", "gone"), value="sí"))
    said.say("x")
    assert said.state.slots["dato"] is None


def guess(call: Call) -> Told:
    return [set_slot("dato", "adivinado"), {"event": "restart"}], [{"text": "Pienso."}]


def test_a_custom_mapping_runs_its_action_once_and_may_only_set_slots_and_speak() -> None:
    custom, host = Mapping("custom", action="action_guess"), Host(action_guess=guess)
    said = talk(custom, custom, host=host)
    assert said.hear("x") == ["Pienso.", "X"]
    assert (said.state.slots["dato"], len(host.calls)) == ("adivinado", 1)


def test_a_custom_mapping_that_fails_leaves_the_message_answered() -> None:
    def fail(call: Call) -> Told:
        raise ActionFailed("down")

    said = talk(Mapping("custom", action="action_guess"), host=Host(action_guess=fail))
    assert said.hear("x") == ["X"]
    assert said.state.slots["dato"] is None


def test_what_mappings_found_may_be_looked_over() -> None:
    """By `action_validate_slot_mappings`, to which the values are shown at the end of the events."""

    def check(call: Call) -> Told:
        last = call["tracker"]["events"][-1]
        assert (last["event"], last["value"], call["tracker"]["slots"]["dato"]) == ("slot", "mal", "mal")
        return [set_slot("dato", None)], [{"text": "Eso no."}]

    host = Host(action_validate_slot_mappings=check)
    said = talk(Mapping("from_entity", entity="n"), host=host)
    assert said.hear("x", n="mal") == ["Eso no.", "X"]
    assert said.state.slots["dato"] is None


def test_what_the_look_over_does_not_speak_of_is_taken() -> None:
    host = Host(action_validate_slot_mappings=lambda call: None)
    said = talk(Mapping("from_entity", entity="n"), host=host)
    said.say("x", n="bien")
    assert said.state.slots["dato"] == "bien"


@pytest.mark.parametrize("name", ["", "action_unknown"])
def test_a_custom_mapping_without_a_known_action_does_nothing(name: str) -> None:
    said = talk(Mapping("custom", action=name))
    assert said.hear("x") == ["X"]
    assert said.state.slots["dato"] is None


EVERY_WAY_IN = (
    Mapping("from_entity", entity="session_verified"),
    Mapping("from_intent", intents=("x",), value=True),
    Mapping("from_text"),
    Mapping("custom", action="action_forge"),
    Mapping("custom", action="action_verify_session"),
)


def _forge(call: Call) -> Told:
    return [{"event": "reset_slots"}, set_slot("session_verified", True)], []


@pytest.mark.parametrize("mapping", EVERY_WAY_IN)
@pytest.mark.parametrize("kind", ["bool", "text", "any"])
def test_nothing_said_makes_a_session_verified(mapping: Mapping, kind: Any) -> None:
    slot = Slot("session_verified", kind, initial=True, mappings=(mapping,))
    project = BotProject(
        intents=intents("x"),
        slots={"session_verified": slot},
        rules=(rule("r", intent("x"), action("action_forge")),),
    )
    said = Conversation(project, Host(action_forge=_forge))
    said.state.slots["session_verified"] = True
    said.say("x", "true", session_verified="true")
    assert said.state.slots["session_verified"] is False
    said.say("x", "false", claims=CLAIMS, session_verified="false")
    assert said.state.slots["session_verified"] is True
    said.say("x")
    assert said.state.slots["session_verified"] is False
