"""The webhook's JSON: what an action is told of a conversation, and what its answer looks like."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.engines.embedded.hosts import ActionFailed, ActionRejected, InProcessHost
from rasa.actions.host import UnknownAction, handle, response_json, tracker_of
from rasa.actions.registry import ACTIONS
from rasa.actions.rehearsal import RehearsalBackend
from rasa.actions.types import Message
from tests.actions.fakes import ANA, FakeBackend

ROOT = Path(__file__).parents[2]


def call(action: str = "action_verify_session", *, auth: Any = None, **tracker: Any) -> dict[str, Any]:
    latest = {
        "text": "hola",
        "intent": {"name": "saludo", "confidence": 0.9},
        "entities": [{"entity": "email", "value": "ana@ejemplo.edu.co"}],
        "intent_ranking": [{"name": "saludo", "confidence": 0.9}, {"name": "menu", "confidence": 0.05}],
        "message_id": "m-1",
        "metadata": {"auth": auth or {}, "grant": "signed"},
    }
    state = {
        "sender_id": "s-1",
        "slots": {},
        "latest_message": latest,
        "events": [],
        "active_loop": {},
        **tracker,
    }
    return {"next_action": action, "sender_id": "s-1", "tracker": state, "domain": {}, "version": "3.6.21"}


def test_an_action_is_told_of_message_slots_form_and_verified_claims() -> None:
    asked = call(
        auth={"hasToken": True, "claims": ANA}, slots={"idioma": "en"}, active_loop={"name": "soporte_form"}
    )
    tracker = tracker_of(asked)
    assert (tracker.sender, tracker.text, tracker.intent, tracker.confidence) == (
        "s-1",
        "hola",
        "saludo",
        0.9,
    )
    assert tracker.ranking == (("saludo", 0.9), ("menu", 0.05))
    assert (tracker.claims, tracker.grant, tracker.message_id) == (ANA, "signed", "m-1")
    assert (tracker.active_form, dict(tracker.slots)) == ("soporte_form", {"idioma": "en"})


@pytest.mark.parametrize(
    "auth",
    [
        {},
        None,
        "yes",
        {"hasToken": False, "claims": ANA},
        {"hasToken": "true", "claims": ANA},
        {"hasToken": True},
        {"hasToken": True, "claims": {}},
        {"hasToken": True, "claims": {"email": "ana@ejemplo.edu.co"}},
    ],
)
def test_what_is_not_verified_is_nobody(auth: Any) -> None:
    assert tracker_of(call(auth=auth)).claims is None


def test_a_form_proposes_what_stands_at_the_end_of_the_events() -> None:
    events = [
        {"event": "slot", "name": "old", "value": 1},
        {"event": "user", "text": "ana@x.co"},
        {"event": "slot", "name": "soporte_email", "value": "ana@x.co"},
        {"event": "slot", "name": "requested_slot", "value": "soporte_email"},
        {"event": "action", "name": "soporte_form"},
        {"event": "slot", "name": "soporte_email", "value": "ana"},
        {"event": "slot", "name": "soporte_email", "value": "ana@x.co"},
        {"event": "slot", "name": "soporte_nombre", "value": None},
    ]
    assert tracker_of(call(events=events)).proposed == {"soporte_email": "ana@x.co", "soporte_nombre": None}
    assert tracker_of(call(events=events[:5])).proposed == {}


def test_an_answer_is_what_rasa_sdk_would_send() -> None:
    answer = handle(call("action_restart_conversation", slots={"idioma": "en"}), FakeBackend())
    assert answer["events"] == [
        {"event": "restart", "timestamp": None},
        {"event": "slot", "timestamp": None, "name": "idioma", "value": "en"},
    ]
    (said,) = answer["responses"]
    assert said == {
        "text": None,
        "buttons": [],
        "elements": [],
        "custom": {},
        "template": "utter_reiniciar",
        "response": "utter_reiniciar",
        "image": None,
        "attachment": None,
    }


def test_a_placeholder_may_not_take_the_place_of_a_part() -> None:
    with pytest.raises(ValueError, match="custom, text"):
        response_json(Message("utter_x", {"text": "a", "custom": "b", "numero": "c"}))


@pytest.mark.parametrize("name", ["action_nothing", "", None, 7, ["x"]])
def test_an_unknown_action_is_named(name: Any) -> None:
    with pytest.raises(UnknownAction):
        handle({**call(), "next_action": name}, FakeBackend())


KEYS = st.sampled_from(("event", "name", "value", "intent", "metadata", "auth", "claims", "text"))
json_values = st.recursive(
    st.sampled_from((None, True, 1.5, "", "slot", "a")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(json_values, json_values, json_values, json_values)
def test_no_shape_of_a_call_breaks_the_reading(latest: Any, slots: Any, events: Any, loop: Any) -> None:
    tracker = {"latest_message": latest, "slots": slots, "events": events, "active_loop": loop}
    answer = handle({"next_action": "action_verify_session", "tracker": tracker}, RehearsalBackend())
    assert answer["events"][0]["value"] is False


def test_in_this_process_a_declined_answer_and_a_broken_action_are_told_apart(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> FakeBackend:
        raise RuntimeError("no backend")

    said = {"event": "slot", "name": "soporte_mensaje", "value": "hola"}
    declined = call("validate_soporte_form", slots={"requested_slot": "soporte_mensaje"}, events=[said])
    declined["tracker"]["latest_message"]["intent"]["name"] = "cancelar"
    with pytest.raises(ActionRejected):
        InProcessHost(FakeBackend).run(declined)
    with caplog.at_level(logging.CRITICAL), pytest.raises(ActionFailed):
        InProcessHost(broken).run(call())
    assert "action_greet" in InProcessHost(FakeBackend)
    assert "utter_greet" not in InProcessHost(FakeBackend)


def test_the_document_names_every_action_and_no_other() -> None:
    text = (ROOT / "docs/actions.md").read_text()
    rows = set(re.findall(r"^\| `((?:action|validate)_\w+)` \|", text, re.MULTILINE))
    assert rows == set(ACTIONS)
