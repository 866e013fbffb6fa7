"""Where conversations begin, end and go back: sessions, restart, back, pause."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.embedded.hosts import ActionAnswer, ActionFailed
from apps.chat.engines.project import BotProject, Form, Mapping, Slot
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

ASK = {"active_loop": "form", "requested_slot": "dato"}


def project(**changes: Any) -> BotProject:
    base = BotProject(
        intents=intents("x", "y", "z", "abrir"),
        responses=answers(x="X", y="Y", z="Z", ask_dato="¿Dato?", default="No sé.", hola="Hola."),
        slots={
            "tema": Slot("tema", "text", mappings=(Mapping("from_entity", entity="tema"),)),
            "nivel": Slot("nivel", "float", initial=1.0),
            "dato": Slot(
                "dato", "text", influences=False, mappings=(Mapping("from_text", conditions=(ASK,)),)
            ),
            "session_verified": Slot("session_verified", "bool", initial=False),
        },
        forms={"form": Form("form", ("dato",))},
        rules=(
            *map(said_by, "xyz"),
            rule("abrir", intent("abrir"), action("form"), loop_is("form")),
            rule("z after x", intent("x"), action("utter_x"), intent("z"), action("utter_y")),
        ),
    )
    return replace(base, **changes)


@pytest.mark.parametrize(("minutes", "is_over"), [(59, False), (61, True)])
@pytest.mark.parametrize("carry_over", [True, False])
def test_a_session_ends_by_silence(minutes: int, is_over: bool, carry_over: bool) -> None:
    talk = Conversation(project(carry_over_slots=carry_over))
    talk.say("x", tema="álgebra")
    talk.clock.pass_minutes(minutes)
    assert talk.hear("z") == (["Z"] if is_over else ["Y"])
    assert talk.state.slots["tema"] == (None if is_over and not carry_over else "álgebra")


def test_a_form_does_not_outlive_its_session() -> None:
    talk = Conversation(project())
    assert talk.hear("abrir") == ["¿Dato?"]
    assert talk.state.active_loop == "form"
    talk.clock.pass_minutes(120)
    assert talk.hear("y") == ["Y"]
    assert talk.state.active_loop is None


def test_zero_minutes_mean_that_a_session_never_ends() -> None:
    talk = Conversation(project(session_expiration_minutes=0, carry_over_slots=False))
    talk.say("x", tema="álgebra")
    talk.clock.pass_minutes(1_000_000)
    assert talk.hear("z") == ["Y"]
    assert talk.state.slots["tema"] == "álgebra"


def test_restart_forgets_everything() -> None:
    talk = Conversation(project(responses=project().responses | answers(restart="De nuevo.")))
    talk.say("abrir", tema="álgebra")
    talk.state.slots["nivel"] = 3.0
    assert talk.hear("restart") == ["De nuevo."]
    assert talk.state.slots["tema"] is None
    assert (talk.state.slots["nivel"], talk.state.active_loop) == (1.0, None)
    assert (talk.hear("z"), talk.hear("x"), talk.hear("z")) == (["Z"], ["X"], ["Y"])


def test_a_restart_by_rule_begins_the_conversation_anew() -> None:
    rules = (
        rule("r", intent("x"), action("action_restart")),
        rule("start", intent("y"), action("utter_hola"), conversation_start=True),
        said_by("y"),
    )
    talk = Conversation(project(rules=rules))
    assert (talk.hear("y"), talk.hear("y"), talk.hear("x"), talk.hear("y")) == (
        ["Hola."],
        ["Y"],
        [],
        ["Hola."],
    )


@pytest.mark.parametrize(("carry_over", "kept"), [(True, "álgebra"), (False, None)])
def test_session_start_keeps_slots_when_the_project_says_so(carry_over: bool, kept: str | None) -> None:
    talk = Conversation(project(carry_over_slots=carry_over))
    talk.say("x", tema="álgebra")
    assert talk.hear("session_start") == []
    assert talk.state.slots["tema"] == kept
    assert talk.hear("z") == ["Z"]


def test_back_undoes_the_last_turn_with_its_slots() -> None:
    talk = Conversation(project(responses=project().responses | answers(back="Volvemos.")))
    talk.say("x", tema="álgebra")
    assert talk.hear("y", tema="cálculo") == ["Y"]
    assert talk.hear("back") == ["Volvemos."]
    assert talk.state.slots["tema"] == "álgebra"
    assert talk.hear("z") == ["Y"]


def test_back_at_the_beginning_does_no_harm() -> None:
    talk = Conversation(project())
    assert (talk.hear("back"), talk.hear("back"), talk.hear("x"), talk.hear("z")) == ([], [], ["X"], ["Y"])


def test_back_leads_out_of_a_form_that_was_just_opened() -> None:
    talk = Conversation(project())
    talk.say("abrir")
    talk.say("back")
    assert talk.state.active_loop is None
    assert talk.hear("y") == ["Y"]


def test_back_does_not_bring_back_a_login() -> None:
    verified = rule("y", intent("y"), action("utter_hola"), when=(slot_is("session_verified", True),))
    talk = Conversation(project(rules=(said_by("x"), said_by("y"), verified)))
    assert talk.hear("y", claims=CLAIMS) == ["Hola."]
    talk.say("x")
    talk.say("back")
    assert talk.state.slots["session_verified"] is False
    assert talk.hear("y") == ["Y"]


def greet(call: Call) -> Told:
    assert call["tracker"]["slots"]["session_started_metadata"] == {}
    told = [
        {"event": "session_started"},
        set_slot("nivel", 5.0),
        {"event": "action", "name": "action_listen"},
    ]
    return told, [{"response": "utter_hola"}]


def test_a_project_may_begin_sessions_in_its_own_way() -> None:
    host = Host(action_session_start=greet)
    talk = Conversation(project(actions=("action_session_start",)), host)
    assert talk.hear("x") == ["Hola.", "X"]
    assert talk.state.slots["nivel"] == 5.0
    assert talk.hear("x") == ["X"]
    talk.clock.pass_minutes(61)
    assert talk.hear("x") == ["Hola.", "X"]


def test_a_session_start_of_ones_own_counts_only_when_the_project_declares_it() -> None:
    assert Conversation(project(), Host(action_session_start=greet)).hear("x") == ["X"]


class Broken:
    def __contains__(self, name: object) -> bool:
        return True

    def run(self, call: Call, seconds: float = 0.0) -> ActionAnswer:
        raise ActionFailed("down")


def test_a_session_begins_though_its_own_start_fails() -> None:
    talk = Conversation(project(actions=("action_session_start",)), Broken())  # type: ignore[arg-type]
    assert (talk.hear("x"), talk.hear("z")) == (["X"], ["Y"])


def test_a_paused_bot_is_silent_until_it_is_resumed_or_restarted() -> None:
    host = Host(action_pause=lambda call: ([{"event": "pause"}], []))
    paused = rule("p", intent("x"), action("action_pause"))
    talk = Conversation(project(rules=(said_by("y"), paused)), host)
    assert (talk.hear("x"), talk.hear("y"), talk.hear("restart"), talk.hear("y")) == ([], [], [], ["Y"])


def test_the_state_is_json_after_every_event_that_an_action_may_send(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Applied or ignored as Rasa does; never a turn that fails."""
    sent = [
        *({"event": kind} for kind in ("pause", "resume", "reset_slots", "undo", "bot", "agent", "export")),
        *({"event": "reminder", "name": "r", "intent": "x"}, {"event": "cancel_reminder"}, {"event": None}),
        *({"event": "form", "name": "form"}, {"event": "active_loop", "name": None}, {"event": "slot"}),
        *(
            {"event": "loop_interrupted", "is_interrupted": True},
            {"event": "form_validation", "validate": False},
        ),
        *(set_slot("unknown", 1), set_slot("tema", float("nan")), set_slot("tema", "bien"), "text", None, 5),
        *({"event": "user", "text": "hi"}, {"event": "user_featurization"}, {"event": "entities"}, ["slot"]),
    ]
    talk = Conversation(
        project(rules=(rule("x", intent("x"), action("action_odd"), action("utter_x")),)),
        Host(action_odd=lambda call: (sent, [])),
    )
    with caplog.at_level(logging.WARNING):
        talk.hear("x")
    assert talk.state.slots["tema"] == "bien"
    assert json.loads(talk.state.to_json())
    assert "reminder" in caplog.text
