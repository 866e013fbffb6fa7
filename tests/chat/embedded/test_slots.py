"""How slots are filled, and who may fill them."""

from collections.abc import Iterable
from typing import Any

import pytest

from apps.chat.engines.base import Entity
from apps.chat.engines.embedded.dialogue import Utterance
from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.slots import coerce
from apps.chat.engines.embedded.dialogue.turn import BotUttered, Event, SessionCleared, SlotSet, Turn
from apps.chat.engines.project import BotProject, Mapping, Slot
from tests.chat.embedded.helpers import CLAIMS, Conversation, action, answers, intent, intents, rule


def talk(*mappings: Mapping, kind: Any = "text", actions: Any = None, **slot: Any) -> Conversation:
    dato = Slot("dato", kind, mappings=mappings, **slot)
    project = BotProject(intents=intents("x", "y"), responses=answers(x="X", y="Y"), slots={"dato": dato})
    return Conversation(project, actions)


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


def test_the_text_of_a_button_is_no_answer() -> None:
    said = talk(Mapping("from_text"))
    said.say("x", "/x", is_payload=True)
    assert said.state.slots["dato"] is None


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
    said = Conversation(BotProject(intents=intents("x"), responses=answers(x="X"), slots=slots))
    said.say("y")
    said.state.active_loop, said.state.slots["requested_slot"] = loop, asked
    said.state.slots["dato"] = None
    said.say("x", "hola")
    assert (said.state.slots["dato"] == "hola") is fills


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", 5, "5"),
        ("text", {"a": 1}, None),
        ("bool", "true", True),
        ("bool", "FALSE", False),
        ("bool", "1", True),
        ("bool", "2", False),
        ("bool", "quizás", None),
        ("float", "3,5", 3.5),
        ("float", "1e999", None),
        ("float", "nan", None),
        ("float", "tres", None),
        ("list", "a", ["a"]),
        ("list", ("a", "b"), ["a", "b"]),
        ("categorical", "ROJO", "Rojo"),
        ("categorical", "verde", "__other__"),
        ("any", {"a": [1]}, {"a": [1]}),
        ("text", None, None),
    ],
)
def test_values_are_kept_in_type(kind: Any, value: Any, kept: Any) -> None:
    assert coerce(Slot("dato", kind, values=("Rojo", "azul")), value) == kept


def test_a_value_that_does_not_fit_leaves_the_slot_as_it_was() -> None:
    said = talk(Mapping("from_entity", entity="n"), kind="float", initial=1.0)
    said.say("x", n="2")
    said.say("x", n="muchos")
    assert said.state.slots["dato"] == 2.0


def test_slots_of_an_older_model_do_not_survive() -> None:
    said = talk(Mapping("from_text"), kind="float", initial=1.5)
    said.state.slots = {"dato": "texto", "viejo": 1}
    said.state.last_turn_at = said.clock()
    said.say("x", "sin número")
    assert said.state.slots == {"dato": 1.5}


def test_a_custom_mapping_runs_its_action_once_and_may_only_set_slots_and_speak() -> None:
    ran: list[str] = []

    def guess(turn: Turn, responder: Responder) -> Iterable[Event]:
        ran.append(turn.said.text)
        spoken = BotUttered(({"recipient_id": turn.sender, "text": "Pienso."},))
        return [SessionCleared(), SlotSet("dato", "adivinado"), spoken]

    custom = Mapping("custom", action="action_guess")
    said = talk(custom, custom, actions={"action_guess": guess})
    said.state.misses = 1
    assert said.hear("x") == ["Pienso.", "X"]
    assert (said.state.slots["dato"], len(ran)) == ("adivinado", 1)


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


def _forge(turn: Turn, responder: Responder) -> Iterable[Event]:
    return [SlotSet("session_verified", True)]


@pytest.mark.parametrize("mapping", EVERY_WAY_IN)
@pytest.mark.parametrize("kind", ["bool", "text", "any"])
def test_nothing_said_makes_a_session_verified(mapping: Mapping, kind: Any) -> None:
    slot = Slot("session_verified", kind, initial=True, mappings=(mapping,))
    project = BotProject(
        intents=intents("x"),
        slots={"session_verified": slot},
        rules=(rule("r", intent("x"), action("action_forge")),),
    )
    said = Conversation(project, {"action_forge": _forge})
    said.state.slots["session_verified"] = True
    said.say("x", "true", session_verified="true")
    assert said.state.slots["session_verified"] is False
    said.say("x", "false", claims=CLAIMS, session_verified="false")
    assert said.state.slots["session_verified"] is True
    said.say("x")
    assert said.state.slots["session_verified"] is False
