"""Stories: followed where the conversation takes their course exactly, and no rule says otherwise."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.project import BotProject, Form, Mapping, Policies, Slot, Story
from tests.chat.embedded.helpers import (
    Conversation,
    Host,
    action,
    answers,
    intent,
    intents,
    loop_is,
    said_by,
    set_slot,
    slot_is,
)

PLAIN = Policies(memoization=True, max_history=5)
AUGMENTED = Policies(memoization=True, is_augmented=True, max_history=5)


def told(*steps: Any, name: str = "story") -> Story:
    return Story(name, steps)


def project(*stories: Story, **changes: Any) -> BotProject:
    base = BotProject(
        intents=intents(*"xyzw"),
        responses=answers(x="X", y="Y", z="Z", w="W", default="No sé.", ask_dato="¿Dato?"),
        slots={"listo": Slot("listo", "bool")},
        rules=(said_by("w"),),
        stories=stories,
        policies=PLAIN,
    )
    return replace(base, **changes)


XY = told(intent("x"), action("utter_x"), intent("y"), action("utter_y"))
XX = told(intent("x"), action("utter_x"), intent("x"), action("utter_z"), name="other")


def heard(talk: Conversation, names: str) -> list[str]:
    return ["".join(talk.hear(name)) for name in names]


def test_a_story_is_followed_from_its_beginning() -> None:
    assert heard(Conversation(project(XY, XX)), "xy") == ["X", "Y"]
    assert heard(Conversation(project(XY, XX)), "xx") == ["X", "Z"]


def test_without_the_policy_stories_are_not_followed() -> None:
    assert heard(Conversation(project(XY, policies=Policies())), "x") == ["No sé."]


def test_what_is_in_no_story_gets_the_fallback_and_does_not_count() -> None:
    assert heard(Conversation(project(XY, XX)), "zxzy") == ["No sé.", "X", "No sé.", "Y"]


def test_a_rule_that_stands_in_no_story_is_not_seen_by_stories() -> None:
    assert heard(Conversation(project(XY)), "wxwy") == ["W", "X", "W", "Y"]


def test_a_rule_that_stands_in_a_story_is_seen() -> None:
    after_w = told(intent("w"), action("utter_w"), intent("y"), action("utter_z"), name="after w")
    assert heard(Conversation(project(XY, after_w)), "wy") == ["W", "Z"]
    assert heard(Conversation(project(XY, after_w)), "xy") == ["X", "Y"]


@pytest.mark.parametrize(("policies", "last"), [(PLAIN, "No sé."), (AUGMENTED, "Y")])
def test_augmented_stories_are_found_in_the_middle_of_a_conversation(policies: Policies, last: str) -> None:
    talk = Conversation(project(XY, XX, policies=policies))
    assert heard(talk, "xxxy")[-1] == last


def test_where_two_stories_part_without_a_reason_neither_is_followed() -> None:
    torn = told(intent("x"), action("utter_z"), name="torn")
    assert heard(Conversation(project(XY, torn)), "x") == ["No sé."]


def test_what_an_action_found_out_decides_which_story_goes_on() -> None:
    parts = [
        told(intent("x"), action("action_look"), slot_is("listo", value), action(f"utter_{name}"), name=name)
        for name, value in (("y", True), ("z", False))
    ]
    host = Host(
        action_look=lambda call: ([set_slot("listo", call["tracker"]["latest_message"]["text"] == "sí")], [])
    )
    for text, answer in (("sí", "Y"), ("no", "Z")):
        assert Conversation(project(*parts), host).hear("x", text=text) == [answer]


def test_a_form_in_a_story_takes_its_answers_by_itself() -> None:
    condition = {"active_loop": "datos", "requested_slot": "dato"}
    dato = Slot("dato", "text", influences=False, mappings=(Mapping("from_text", conditions=(condition,)),))
    form = action("datos"), loop_is("datos")
    done = told(intent("x"), *form, loop_is(None), action("utter_y"), intent("y"), action("utter_z"))
    talk = Conversation(project(done, slots={"dato": dato}, forms={"datos": Form("datos", ("dato",))}))
    assert heard(talk, "xzy") == ["¿Dato?", "Y", "Z"]


def test_a_form_may_be_left_and_taken_up_again_in_a_story() -> None:
    condition = {"active_loop": "datos", "requested_slot": "dato"}
    mapping = Mapping("from_text", not_intents=("y",), conditions=(condition,))
    dato = Slot("dato", "text", influences=False, mappings=(mapping,))
    form = action("datos"), loop_is("datos")
    left = told(
        intent("x"), *form, intent("y"), action("utter_y"), action("datos"), loop_is(None), action("utter_z")
    )
    talk = Conversation(project(left, slots={"dato": dato}, forms={"datos": Form("datos", ("dato",))}))
    assert heard(talk, "xyz") == ["¿Dato?", "Y¿Dato?", "Z"]
