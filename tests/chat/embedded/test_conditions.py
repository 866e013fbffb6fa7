"""When a condition of a rule holds: values compare as Rasa's features do."""

from dataclasses import replace

import pytest

from apps.chat.engines.project import BotProject, Slot, Step
from tests.chat.embedded.helpers import (
    Conversation,
    action,
    answers,
    intent,
    intents,
    loop_is,
    rule,
    said_by,
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


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (slot_is("tema", "python"), "java", True),  # Rasa sees only that a text is set
        (slot_is("tema", "python"), None, False),
        (slot_is("tema", None), None, True),
        (slot_is("tema", None), "java", False),
        (Step("slot", "tema", any_value=True), "", True),
        (Step("slot", "tema", any_value=True), None, False),
        (slot_is("lista", ["a"]), ["b"], True),
        (slot_is("lista", ["a"]), [], False),
        (Step("slot", "lista", any_value=True), [], False),
        (slot_is("lista", None), ["a"], True),  # so it is: Rasa wraps its own mark for null in a list
        (slot_is("lista", None), None, False),
        (slot_is("color", "rojo"), "Rojo", True),
        (slot_is("color", "rojo"), "azul", False),
        (slot_is("color", "__other__"), "verde", True),
        (slot_is("color", None), None, True),
        (slot_is("color", None), "verde", False),
        (slot_is("nivel", 1), 1.0, True),
        (slot_is("nivel", 1), 0.5, False),
        (slot_is("nivel", 1), 7, True),  # beyond its range all is one
        (slot_is("nivel", 1), "1", True),
        (slot_is("nivel", 1), "uno", False),
        (slot_is("grado", 3), 3, True),
        (slot_is("grado", 3), 4, False),
        (slot_is("listo", True), "TRUE", True),
        (slot_is("listo", True), 1, True),
        (slot_is("listo", False), 2, True),
        (slot_is("listo", False), None, False),
        (slot_is("listo", True), "quizás", False),
        (slot_is("callado", "a"), None, True),  # what does not influence is not looked at
        (slot_is("callado", None), "a", True),
        (loop_is(None), None, True),
        (loop_is("soporte"), None, False),
    ],
)
def test_conditions_compare_as_rasa_does(condition: Step, value: object, holds: bool) -> None:
    more = {
        "grado": Slot("grado", "float", max_value=5.0),
        "listo": Slot("listo", "bool"),
        "callado": Slot("callado", "text", influences=False),
    }
    talk = Conversation(
        project(rule("r", intent("x"), action("utter_a"), when=(condition,)), said_by("x"), more=more)
    )
    if condition.kind == "slot":
        talk.state.slots[condition.name or ""] = value
    assert talk.hear("x") == (["A"] if holds else ["X"])


def test_a_value_that_a_conversation_begins_with_is_a_value() -> None:
    slots = {"color": Slot("color", "categorical", values=("rojo", "azul"), initial="rojo")}
    red = rule("red", intent("x"), action("utter_a"), when=(slot_is("color", "rojo"),))
    assert Conversation(project(said_by("x"), red, more=slots)).hear("x") == ["A"]
