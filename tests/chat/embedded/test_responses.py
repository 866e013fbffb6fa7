"""What is said: variations, channels, conditions, placeholders, and the shape of Rasa's REST channel."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.engines.base import Message
from apps.chat.engines.embedded.dialogue.events import uttered
from apps.chat.engines.embedded.dialogue.responses import Responder, fill, messages_of
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import Response
from tests.chat.embedded.helpers import said

BUTTON = {
    "title": "Notas de {nombre}",
    "payload": '/ver_notas{"curso": "{curso}"}',
    "url": "https://x.co/{curso}",
}


def utter(*variations: Response, state: ConversationState | None = None, **slots: Any) -> list[Message]:
    used = state.used if state else {}
    draft = Responder({"utter_x": variations}).draft("utter_x", slots, used)
    return messages_of(uttered(draft), "ana") if draft else []


def test_variations_take_turns_and_none_follows_itself() -> None:
    state = ConversationState()
    heard = [utter(*said("1", "2", "3"), state=state)[0]["text"] for _ in range(7)]
    assert heard == ["1", "2", "3", "1", "2", "3", "1"]


def test_a_variation_number_of_an_older_model_does_no_harm() -> None:
    assert utter(*said("1", "2"), state=ConversationState(used={"utter_x": 99}))[0]["text"] == "1"


def test_the_rest_channel_is_preferred_and_other_channels_never_speak() -> None:
    general, ours, other = Response("g"), Response("r", channel="rest"), Response("s", channel="slack")
    assert utter(other, general, ours)[0]["text"] == "r"
    assert utter(other, general)[0]["text"] == "g"
    assert utter(other) == []


@pytest.mark.parametrize(
    ("rol", "heard"), [("Docente", "profe"), ("DOCENTE", "profe"), ("otro", "todos"), (None, "todos")]
)
def test_a_variation_with_a_condition_is_preferred_when_it_holds(rol: str | None, heard: str) -> None:
    variations = (Response("todos"), Response("profe", conditions={"rol": "docente"}))
    assert utter(*variations, rol=rol)[0]["text"] == heard


def test_conditions_that_do_not_hold_leave_silence() -> None:
    assert utter(Response("x", conditions={"a": True}), a=False) == []


def test_a_blank_line_begins_a_new_message_unless_there_are_buttons() -> None:
    assert utter(Response("uno\n\ndos\ntres\n\n\n\n")) == [
        {"recipient_id": "ana", "text": "uno"},
        {"recipient_id": "ana", "text": "dos\ntres"},
    ]
    button = {"title": "Sí", "payload": "/si"}
    assert utter(Response("uno\n\ndos", buttons=(button,))) == [
        {"recipient_id": "ana", "text": "uno\n\ndos", "buttons": [button]}
    ]


def test_custom_image_and_attachment_are_messages_of_their_own_after_the_text() -> None:
    full = Response("texto", image="https://x.co/i.png", custom={"type": "auth_needed"}, attachment={"id": 1})
    assert utter(full) == [
        {"recipient_id": "ana", "text": "texto"},
        {"recipient_id": "ana", "custom": {"type": "auth_needed"}},
        {"recipient_id": "ana", "image": "https://x.co/i.png"},
        {"recipient_id": "ana", "attachment": {"id": 1}},
    ]
    assert utter(Response(image="https://x.co/i.png")) == [
        {"recipient_id": "ana", "image": "https://x.co/i.png"}
    ]


def test_slots_are_filled_in_everywhere() -> None:
    response = Response(
        "Hola {nombre}",
        buttons=(BUTTON,),
        image="https://x.co/{curso}.png",
        custom={"cards": [{"title": "{nombre}"}]},
    )
    text, custom, image = utter(response, nombre="Ana", curso="álgebra")
    assert text["text"] == "Hola Ana"
    assert text["buttons"] == [
        {"title": "Notas de Ana", "payload": '/ver_notas{"curso": "álgebra"}', "url": "https://x.co/álgebra"}
    ]
    assert custom["custom"] == {"cards": [{"title": "Ana"}]}
    assert image["image"] == "https://x.co/álgebra.png"


def test_the_project_itself_is_never_filled_in() -> None:
    response = Response("x", buttons=(BUTTON,), custom={"a": ["{nombre}"]})
    utter(response, nombre="Ana")
    assert (response.custom, response.buttons[0]["title"]) == ({"a": ["{nombre}"]}, "Notas de {nombre}")


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("Hola {nadie}, ven", "Hola, ven"),
        ("{nadie}", ""),
        ("Hola {vacio}!", "Hola!"),
        ("{n} de {total}", "3 de 4.5"),
        ("{lista}", "a, b"),
        ("{si}/{no}", "sí/no"),
        ("{objeto}", ""),
        ("{ nombre } {} {0} {{x}} {a.b} {nombre!r} }{", "{ nombre } {} {0} {} {a.b} {nombre!r} }{"),
        ("{malo}", "{nombre} {0.__class__} %s"),
        ('{"json": "{nombre}"}', '{"json": "Ana"}'),
    ],
)
def test_placeholders_never_fail(template: str, filled: str) -> None:
    slots = {
        **{"nombre": "Ana", "vacio": None, "n": 3.0, "total": 4.5, "lista": ["a", None, "b"]},
        **{"si": True, "no": False, "objeto": {"a": 1}, "malo": "{nombre} {0.__class__} %s"},
    }
    assert fill(template, slots) == filled


@given(st.text(max_size=30))
def test_a_value_in_a_payload_cannot_break_out_of_it(value: str) -> None:
    payload = fill('/x{"a": "{v}", "b": "1"}', {"v": value})
    assert json.loads(payload[2:]) == {"a": value, "b": "1"}


@given(st.text(alphabet="{}ab _0\\", max_size=30), st.text(alphabet="{}ab _0\\", max_size=10))
def test_any_template_and_any_value_can_be_said(template: str, value: str) -> None:
    assert isinstance(fill(template, {"a": value, "b": None}), str)


def test_an_unknown_response_is_silence() -> None:
    assert Responder({}).draft("utter_nothing", {}, {}) is None
