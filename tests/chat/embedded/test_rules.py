"""Which action follows: conditions, entities, what has happened since the message."""

import logging
from collections.abc import Iterable
from dataclasses import replace

import pytest

from apps.chat.engines.embedded.dialogue.actions import BUILT_IN
from apps.chat.engines.embedded.dialogue.responses import Responder
from apps.chat.engines.embedded.dialogue.turn import Event, LoopChanged, SlotSet, Turn
from apps.chat.engines.project import BotProject, Response, Slot, Step
from tests.chat.embedded.helpers import CLAIMS, Conversation, action, answers, intent, intents, rule, slot_is

VERIFIED = Slot("session_verified", "bool", initial=False)
RESPONSES = answers(a="A", b="B", c="C", d="D", x="X", default="No sé.")


def project(*rules: object, **changes: object) -> BotProject:
    base = BotProject(
        intents=intents("x", "y", "z"),
        responses=RESPONSES,
        slots={
            "session_verified": VERIFIED,
            "tema": Slot("tema", "text"),
            "color": Slot("color", "categorical", values=("Rojo", "azul")),
            "nivel": Slot("nivel", "float"),
            "lista": Slot("lista", "list"),
        },
        rules=tuple(rules),  # type: ignore[arg-type]
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_actions_follow_in_the_order_of_the_rule() -> None:
    talk = Conversation(project(rule("r", intent("x"), action("utter_a"), action("utter_b"))))
    assert talk.hear("x") == ["A", "B"]


def test_the_first_of_two_equal_rules_wins() -> None:
    talk = Conversation(
        project(rule("1", intent("x"), action("utter_a")), rule("2", intent("x"), action("utter_b")))
    )
    assert talk.hear("x") == ["A"]


def test_more_conditions_win_wherever_the_rule_stands() -> None:
    talk = Conversation(
        project(
            rule("general", intent("x"), action("utter_a")),
            rule("special", intent("x"), action("utter_b"), when=(slot_is("session_verified", True),)),
        )
    )
    assert talk.hear("x") == ["A"]
    assert talk.hear("x", claims=CLAIMS) == ["B"]


def test_a_slot_step_before_the_first_action_is_a_condition() -> None:
    talk = Conversation(
        project(
            rule("general", intent("x"), action("utter_a")),
            rule("special", intent("x"), slot_is("session_verified", True), action("utter_b")),
        )
    )
    assert (talk.hear("x"), talk.hear("x", claims=CLAIMS)) == (["A"], ["B"])


def test_a_rule_with_an_entity_wins_when_it_was_said() -> None:
    talk = Conversation(
        project(
            rule("bare", intent("x"), action("utter_a")),
            rule("with", intent("x", "tema"), action("utter_b")),
            rule("with both", intent("x", "tema", "color"), action("utter_c")),
        )
    )
    assert talk.hear("x") == ["A"]
    assert talk.hear("x", tema="álgebra") == ["B"]
    assert talk.hear("x", tema="álgebra", color="rojo") == ["C"]


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (slot_is("tema", "python"), "java", True),  # Rasa sees only that a text is set
        (slot_is("tema", None), None, True),
        (slot_is("tema", None), "java", False),
        (Step("slot", "tema", any_value=True), "", True),
        (Step("slot", "tema", any_value=True), None, False),
        (slot_is("lista", ["a"]), ["b"], True),
        (slot_is("lista", []), [], True),
        (Step("slot", "lista", any_value=True), [], False),
        (slot_is("color", "rojo"), "Rojo", True),
        (slot_is("color", "rojo"), "azul", False),
        (slot_is("color", None), None, True),
        (slot_is("nivel", 1), 1.0, True),
        (slot_is("nivel", 1), 2.0, False),
        (slot_is("nivel", True), 1.0, False),
        (slot_is("unknown", None), None, False),
        (Step("loop", None), None, True),
        (Step("loop", "soporte"), None, False),
    ],
)
def test_conditions_compare_as_rasa_does(condition: Step, value: object, holds: bool) -> None:
    talk = Conversation(
        project(rule("r", intent("x"), action("utter_a"), when=(condition,)), responses=answers(a="A", x="X"))
    )
    if condition.kind == "slot" and condition.name in talk.dialogue.project.slots:
        talk.state.slots[condition.name or ""] = value
    assert talk.hear("x") == (["A"] if holds else ["X"])


def test_what_an_action_changes_decides_the_rest() -> None:
    """The two rules differ only in what the action found out."""

    def look(turn: Turn, responder: Responder) -> Iterable[Event]:
        return [SlotSet("color", turn.said.entities[0].value)]

    rules = [
        rule(name, intent("x"), action("action_look"), slot_is("color", name), action(f"utter_{said}"))
        for name, said in (("rojo", "a"), ("azul", "b"))
    ]
    talk = Conversation(project(*rules), {"action_look": look})
    assert talk.hear("x", tema="azul") == ["B"]
    assert talk.hear("x", tema="rojo") == ["A"]


def test_a_rule_without_intent_follows_an_action() -> None:
    talk = Conversation(
        project(
            rule("r", intent("x"), action("utter_a"), wait_for_user_input=False),
            rule("after a", action("utter_a"), action("utter_b")),
        )
    )
    assert talk.hear("x") == ["A", "B"]


def test_a_loop_that_an_action_opens_is_seen_by_later_rules() -> None:
    def opening(turn: Turn, responder: Responder) -> Iterable[Event]:
        return [LoopChanged("soporte")]

    talk = Conversation(
        project(
            rule("open", intent("x"), action("action_open"), Step("loop", "soporte"), action("utter_a")),
            rule("inside", intent("y"), action("utter_b"), when=(Step("loop", "soporte"),)),
            rule("outside", intent("y"), action("utter_c"), when=(Step("loop", None),)),
        ),
        {"action_open": opening},
    )
    assert (talk.hear("y"), talk.hear("x"), talk.hear("y")) == (["C"], ["A"], ["B"])


def test_a_rule_for_the_start_counts_only_at_the_start() -> None:
    talk = Conversation(
        project(
            rule("later", intent("x"), action("utter_a")),
            rule("start", intent("x"), action("utter_b"), conversation_start=True),
        )
    )
    assert (talk.hear("x"), talk.hear("x")) == (["B"], ["A"])


def test_a_further_intent_waits_for_the_student() -> None:
    talk = Conversation(project(rule("r", intent("x"), action("utter_a"), intent("y"), action("utter_b"))))
    assert talk.hear("x") == ["A"]


def test_action_listen_ends_the_turn() -> None:
    talk = Conversation(
        project(rule("r", intent("x"), action("utter_a"), action("action_listen"), action("utter_b")))
    )
    assert talk.hear("x") == ["A"]


def test_an_intent_without_a_rule_is_answered_by_its_response() -> None:
    answer = Conversation(project()).say("x")
    assert ([m["text"] for m in answer.messages], answer.is_fallback) == (["X"], False)


def test_an_intent_with_neither_rule_nor_response_gets_the_fallback() -> None:
    talk = Conversation(project())
    answer = talk.say("y")
    assert ([m["text"] for m in answer.messages], answer.intent, answer.is_fallback) == (
        ["No sé."],
        "y",
        True,
    )
    assert talk.state.misses == 1


def test_rules_that_run_in_circles_stop_after_ten_actions(caplog: pytest.LogCaptureFixture) -> None:
    circle = (
        rule("r", intent("x"), action("utter_a"), wait_for_user_input=False),
        rule("a", action("utter_a"), action("utter_b"), wait_for_user_input=False),
        rule("b", action("utter_b"), action("utter_a"), wait_for_user_input=False),
    )
    with caplog.at_level(logging.WARNING):
        assert len(Conversation(project(*circle)).hear("x")) == 10
    assert "did not end" in caplog.text


def test_an_action_that_is_not_known_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    talk = Conversation(project(rule("r", intent("x"), action("action_magic"), action("utter_a"))))
    assert talk.hear("x") == ["A"]
    assert "action_magic" in caplog.text


def test_restart_forgets_everything() -> None:
    talk = Conversation(
        project(
            rule("r", intent("x"), action("action_restart")),
            responses=RESPONSES | answers(restart="De nuevo."),
        )
    )
    talk.say("nlu_fallback")
    talk.state.slots["tema"] = "álgebra"
    assert talk.hear("x") == ["De nuevo."]
    assert (talk.state.slots["tema"], talk.state.misses, talk.state.wish) == (None, 0, None)


def test_rasas_own_restart_needs_no_rule() -> None:
    talk = Conversation(project(responses=answers(restart="De nuevo.")))
    assert talk.hear("restart") == ["De nuevo."]


@pytest.mark.parametrize(("carry_over", "kept"), [(True, "álgebra"), (False, None)])
def test_session_start_keeps_slots_when_the_project_says_so(carry_over: bool, kept: str | None) -> None:
    talk = Conversation(
        project(rule("r", intent("x"), action("action_session_start")), carry_over_slots=carry_over)
    )
    talk.say("y")
    talk.state.slots["tema"] = "álgebra"
    talk.say("x")
    assert talk.state.slots["tema"] == kept


def test_the_built_in_actions_are_those_of_the_loader() -> None:
    from apps.intents.botproject.supported import EMBEDDED_ACTIONS, EMBEDDED_DEFAULT_ACTIONS

    assert BUILT_IN.keys() == EMBEDDED_ACTIONS | EMBEDDED_DEFAULT_ACTIONS


def test_a_project_without_any_response_still_says_something() -> None:
    bare = BotProject(
        intents=intents("x"), responses={"utter_default": (Response(channel="slack", text="no"),)}
    )
    assert Conversation(replace(bare, responses={})).hear("x") == [
        "No te entendí bien. ¿Me lo cuentas con otras palabras?"
    ]
