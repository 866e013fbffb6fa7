"""Custom actions: what they are told, and what their answers do."""

import json
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.base import Entity, Guess
from apps.chat.engines.embedded.dialogue import Dialogue, Utterance
from apps.chat.engines.embedded.hosts import ActionFailed, ActionRejected
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject, Mapping, Response, Slot
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

MENU = {"title": "Menú", "payload": "/menu"}


def project(**changes: Any) -> BotProject:
    base = BotProject(
        intents=intents("x", "y"),
        entities=("tema",),
        responses={
            **answers(a="A {tema} {n}", b="B", y="Y", default="No sé."),
            "utter_menu": (Response("Elige", buttons=(MENU,)),),
            "utter_idioma": (Response("es"), Response("en", conditions={"tema": "en"})),
        },
        slots={
            "tema": Slot("tema", "text", influences=False, mappings=(Mapping("from_entity", entity="tema"),)),
            "listo": Slot("listo", "bool"),
        },
        rules=(rule("x", intent("x"), action("action_do"), action("utter_b")), said_by("y")),
        actions=("action_do",),
    )
    return replace(base, **changes)


def doing(*responses: Any, events: tuple[Any, ...] = (), **changes: Any) -> Conversation:
    return Conversation(project(**changes), Host(action_do=lambda call: (list(events), list(responses))))


def test_an_action_is_told_the_whole_turn() -> None:
    host = Host(action_do=lambda call: None)
    said = Utterance("hola", "x", 0.9, (Entity("tema", "álgebra", 0, 4),), (Guess("x", 0.9), Guess("y", 0.1)))
    metadata = {"auth": {"hasToken": True, "claims": CLAIMS}, "grant": "secret"}
    state = ConversationState()
    Dialogue(project(), [host]).answer(
        state, said, sender="ana", claims=CLAIMS, now=5.0, metadata=metadata, message_id="req-1"
    )
    call = host.calls[0]
    message = call["tracker"]["latest_message"]
    assert (call["next_action"], call["sender_id"], call["version"]) == ("action_do", "ana", "3.6.21")
    assert call["tracker"]["slots"] == {"tema": "álgebra", "listo": None}
    assert message == {
        "text": "hola",
        "intent": {"name": "x", "confidence": 0.9},
        "intent_ranking": [{"name": "x", "confidence": 0.9}, {"name": "y", "confidence": 0.1}],
        "entities": [{"entity": "tema", "value": "álgebra", "start": 0, "end": 4}],
        "message_id": "req-1",
        "metadata": metadata,
    }
    assert [event["event"] for event in call["tracker"]["events"]][-2:] == ["user", "slot"]
    assert (call["tracker"]["active_loop"], call["tracker"]["latest_action_name"]) == ({}, "action_listen")
    assert call["domain"]["slots"]["tema"]["mappings"] == [{"type": "from_entity", "entity": "tema"}]
    assert "secret" not in state.to_json()


def test_what_is_not_understood_tells_its_guesses() -> None:
    host = Host(action_do=lambda call: None)
    talk = Conversation(project(rules=(rule("no", intent("nlu_fallback"), action("action_do")),)), host)
    talk.say("nlu_fallback", ranking=("y", "x"))
    told = host.calls[0]["tracker"]["latest_message"]["intent_ranking"]
    assert [guess["name"] for guess in told] == ["nlu_fallback", "y", "x"]


def test_every_message_has_an_id_of_its_own() -> None:
    host = Host(action_do=lambda call: None)
    talk = Conversation(project(), host)
    talk.say("x")
    talk.say("x")
    ids = {call["tracker"]["latest_message"]["message_id"] for call in host.calls}
    assert len(ids - {""}) == 2


def test_earlier_messages_are_told_without_their_words() -> None:
    host = Host(action_do=lambda call: None)
    talk = Conversation(project(), host)
    talk.say("y", "mi secreto", tema="álgebra")
    talk.say("x", "y ahora")
    texts = [event["text"] for event in host.calls[0]["tracker"]["events"] if event["event"] == "user"]
    assert texts == ["", "y ahora"]


@pytest.mark.parametrize(
    ("told", "messages"),
    [
        ({"text": "uno\n\ndos"}, [{"text": "uno"}, {"text": "dos"}]),
        ({"text": "t", "buttons": [MENU]}, [{"text": "t", "buttons": [MENU]}]),
        ({"custom": {"cards": []}}, [{"custom": {"cards": []}}]),
        (
            {"text": "t", "image": "i.png", "attachment": "a", "custom": {"x": 1}},
            [{"text": "t"}, {"custom": {"x": 1}}, {"image": "i.png"}, {"attachment": "a"}],
        ),
        (
            {"elements": [{"title": "T", "subtitle": "S", "buttons": [MENU]}, {"title": "U"}]},
            [{"text": "T : S", "buttons": [MENU]}, {"text": "U : ", "buttons": []}],
        ),
        ({"text": None, "buttons": [], "custom": {}, "response": None}, []),
        ({"response": "utter_a", "n": 3, "tema": "física"}, [{"text": "A física 3"}]),
        ({"template": "utter_b", "response": None}, [{"text": "B"}]),
        ({"response": "utter_a", "text": "otra cosa"}, [{"text": "otra cosa"}]),
        ({"response": "utter_unknown", "text": "nada"}, []),
        (
            {"response": "utter_menu", "buttons": [{"title": "Uno", "payload": "/uno"}]},
            [{"text": "Elige", "buttons": [MENU, {"title": "Uno", "payload": "/uno"}]}],
        ),
    ],
)
def test_what_an_action_says_is_said_as_rasa_does(
    told: dict[str, Any], messages: list[dict[str, Any]]
) -> None:
    said = doing({"text": None, **told}).say("x").messages
    assert said == [{"recipient_id": "ana", **part} for part in [*messages, {"text": "B"}]]


def test_a_response_is_said_before_the_events_of_its_action_count() -> None:
    talk = doing({"response": "utter_idioma"}, events=(set_slot("tema", "en"),))
    assert talk.hear("x") == ["es", "B"]
    assert talk.hear("x") == ["en", "B"]


def test_the_buttons_of_one_student_do_not_stay_for_the_next() -> None:
    talk = doing({"response": "utter_menu", "buttons": [{"title": "1"}]})
    assert len(talk.say("x").messages[0]["buttons"]) == 2
    assert len(talk.say("x").messages[0]["buttons"]) == 2


def test_a_followup_comes_next_whatever_the_rules_say() -> None:
    talk = doing(events=({"event": "followup", "name": "utter_y"},), rules=project().rules[:1])
    assert talk.hear("x")[0] == "Y"


def test_a_followup_that_nobody_knows_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert doing(events=({"event": "followup", "name": "action_gone"},)).hear("x") == ["B"]
    assert "action_gone" in caplog.text


def test_an_action_may_restart_the_conversation() -> None:
    talk = doing({"text": "adiós"}, events=(set_slot("listo", True), {"event": "restart"}))
    assert talk.hear("x", tema="álgebra") == ["adiós"]
    assert talk.state.slots == {"tema": None, "listo": None}


def test_slots_are_set_and_reset() -> None:
    talk = doing(events=({"event": "reset_slots"}, set_slot("listo", True)))
    talk.say("x", tema="álgebra")
    assert talk.state.slots == {"tema": None, "listo": True}


def test_an_action_may_say_what_the_student_meant() -> None:
    """As actions that ask back do: a listen and a message of their own."""
    message = {
        "event": "user",
        "text": "y",
        "parse_data": {"intent": {"name": "y", "confidence": 1.0}, "entities": []},
    }
    talk = doing(events=({"event": "rewind"}, {"event": "action", "name": "action_listen"}, message))
    assert talk.hear("x") == ["Y"]


def test_an_action_that_fails_is_told_and_nothing_of_it_counts(caplog: pytest.LogCaptureFixture) -> None:
    def fail(call: Call) -> Told:
        raise ActionFailed("down")

    talk = Conversation(
        project(responses=project().responses | answers(action_failed="Se dañó.")), Host(action_do=fail)
    )
    answer = talk.say("x")
    assert ([m["text"] for m in answer.messages], answer.intent, answer.is_fallback) == (
        ["Se dañó."],
        "x",
        False,
    )
    assert "action_do failed" in caplog.text
    assert talk.hear("y") == ["Y"]


def test_an_action_with_a_bug_costs_no_turn(caplog: pytest.LogCaptureFixture) -> None:
    def bug(call: Call) -> Told:
        raise ZeroDivisionError

    assert "Algo falló" in Conversation(project(), Host(action_do=bug)).hear("x")[0]


def test_an_action_that_declines_leaves_the_message_to_others() -> None:
    def decline(call: Call) -> Told:
        raise ActionRejected

    answer = Conversation(project(), Host(action_do=decline)).say("x")
    assert ([m["text"] for m in answer.messages], answer.is_fallback) == (["No sé."], True)


def test_an_action_that_nobody_runs_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert Conversation(project()).hear("x") == ["B"]
    assert "action_do" in caplog.text


def test_the_first_host_that_has_the_name_runs_it() -> None:
    first, second = (Host(action_do=lambda call, told=told: ([], [{"text": told}])) for told in "12")
    talk = Conversation(project())
    talk.dialogue = talk.dialogue.with_hosts([Host(), first, second])
    assert talk.hear("x") == ["1", "B"]
    assert second.calls == []


def test_a_host_of_its_own_verifies_sessions_in_place_of_the_built_in() -> None:
    verify = Mapping("custom", action="action_verify_session")
    slots = project().slots | {"session_verified": Slot("session_verified", "bool", mappings=(verify,))}
    host = Host(action_verify_session=lambda call: ([set_slot("listo", True)], []))
    talk = Conversation(project(slots=slots, actions=("action_verify_session",)), host)
    talk.say("y", claims=CLAIMS)
    assert (talk.state.slots["listo"], talk.state.slots["session_verified"]) == (True, True)
    alone = Conversation(project(slots=slots, actions=("action_verify_session",)))
    alone.say("y", claims=CLAIMS)
    assert alone.state.slots["session_verified"] is True


def test_no_field_can_break_out_of_a_payload() -> None:
    button = {"title": "{n}", "payload": '/x{"tema": "{n}"}'}
    talk = doing(
        {"response": "utter_p", "n": '"}{'},
        responses=project().responses | {"utter_p": (Response("p", buttons=(button,)),)},
    )
    payload = talk.say("x").messages[0]["buttons"][0]["payload"]
    assert json.loads(payload[2:]) == {"tema": '"}{'}
