"""Which action follows: conditions, entities, what has happened since the message."""

import logging
from dataclasses import replace

import pytest

from apps.chat.engines.project import BotProject, Policies, Response, Slot
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
    loop_is,
    rule,
    said_by,
    set_slot,
    slot_is,
)

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
    base = replace(base, slots=base.slots | changes.pop("more", {}))  # type: ignore[operator]
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
    assert talk.hear("x", color="rojo") == ["A"]


def test_what_an_action_changes_decides_the_rest() -> None:
    """The two rules differ only in what the action found out."""

    def look(call: Call) -> Told:
        return [set_slot("color", call["tracker"]["latest_message"]["entities"][0]["value"])], []

    rules = [
        rule(name, intent("x"), action("action_look"), slot_is("color", name), action(f"utter_{said}"))
        for name, said in (("rojo", "a"), ("azul", "b"))
    ]
    talk = Conversation(project(*rules), Host(action_look=look))
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
    def opening(call: Call) -> Told:
        return [{"event": "active_loop", "name": "soporte"}], []

    opened = rule("open", intent("x"), action("action_open"), loop_is("soporte"), action("utter_a"))
    inside = rule("inside", intent("y"), action("utter_b"), when=(loop_is("soporte"),))
    outside = rule("outside", intent("y"), action("utter_c"), when=(loop_is(None),))
    talk = Conversation(project(opened, inside, outside), Host(action_open=opening))
    assert talk.hear("y") == ["C"]
    talk.hear("x")
    assert talk.state.active_loop == "soporte"


def test_a_rule_for_the_start_counts_only_at_the_start() -> None:
    talk = Conversation(
        project(
            rule("later", intent("x"), action("utter_a")),
            rule("start", intent("x"), action("utter_b"), conversation_start=True),
        )
    )
    assert (talk.hear("x"), talk.hear("x")) == (["B"], ["A"])


def test_a_further_intent_waits_for_the_student() -> None:
    talk = Conversation(
        project(
            rule("r", intent("x"), action("utter_a"), intent("y"), action("utter_b")),
            rule("z", intent("z"), action("utter_d")),
            rule("y", intent("y"), action("utter_c")),
        )
    )
    assert [talk.hear(name) for name in "xyyxzy"] == [["A"], ["B"], ["C"], ["A"], ["D"], ["C"]]


def test_what_an_action_left_decides_what_the_next_message_means() -> None:
    """The rules begin with the action that came before the message."""
    asked = [
        rule(name, action(f"utter_{name}"), intent("z"), action(f"utter_{then}"))
        for name, then in (("a", "c"), ("b", "d"))
    ]
    first = (rule("x", intent("x"), action("utter_a")), rule("y", intent("y"), action("utter_b")))
    talk = Conversation(project(*first, *asked))
    assert [talk.hear(name) for name in "xzyz"] == [["A"], ["C"], ["B"], ["D"]]


def test_action_listen_ends_the_turn_and_the_rule_goes_on_at_the_next_message() -> None:
    talk = Conversation(project(rule("r", intent("x"), action("utter_a"), intent("y"), action("utter_b"))))
    assert talk.hear("x") == ["A"]
    assert talk.state.events[-1]["name"] == "action_listen"


def test_a_rule_that_does_not_wait_needs_another_that_goes_on() -> None:
    talk = Conversation(project(rule("r", intent("x"), action("utter_a"), wait_for_user_input=False)))
    answer = talk.say("x")
    assert ([m["text"] for m in answer.messages], answer.is_fallback) == (["A", "No sé."], True)


def test_dots_stand_for_whatever_came_before() -> None:
    dotted = rule("r", action("..."), intent("x"), action("utter_a"), action("utter_b"))
    talk = Conversation(project(said_by("y"), dotted, responses=RESPONSES | answers(y="Y")))
    assert (talk.hear("x"), talk.hear("y"), talk.hear("x")) == (["A", "B"], ["Y"], ["A", "B"])


def test_an_intent_without_a_rule_gets_the_fallback_though_it_has_a_response() -> None:
    answer = Conversation(project()).say("x")
    assert ([m["text"] for m in answer.messages], answer.intent, answer.is_fallback) == (
        ["No sé."],
        "x",
        True,
    )


def test_the_fallback_leaves_no_trace_for_rules() -> None:
    two = rule("r", intent("x"), action("utter_a"), intent("y"), action("utter_b"))
    talk = Conversation(project(two))
    assert (talk.hear("x"), talk.hear("z"), talk.hear("y")) == (["A"], ["No sé."], ["B"])


def test_a_project_may_name_its_own_fallback_or_none() -> None:
    own = Policies(core_fallback_action="action_mine")

    def mine(call: Call) -> Told:
        return [{"event": "rewind"}], [{"response": "utter_a"}]

    answer = Conversation(project(policies=own), Host(action_mine=mine)).say("x")
    assert ([m["text"] for m in answer.messages], answer.is_fallback) == (["A"], True)
    answer = Conversation(project(policies=Policies(has_core_fallback=False))).say("x")
    assert (answer.messages, answer.is_fallback) == ([], False)


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


def test_a_project_without_any_response_still_says_something() -> None:
    bare = BotProject(
        intents=intents("x"), responses={"utter_default": (Response(channel="slack", text="no"),)}
    )
    assert Conversation(replace(bare, responses={})).hear("x") == [
        "No te entendí bien. ¿Me lo cuentas con otras palabras?"
    ]
