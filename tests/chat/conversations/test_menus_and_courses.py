"""Conversations 1 to 9 beyond what is replayed: greetings, menus, cards."""

import pytest

from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("greeting", ["hola", "Buenos días", "HOLA!!", "buenas tardes", "holaaa"])
def test_1_a_greeting_is_answered_with_the_three_areas(anonymous: Talk, greeting: str) -> None:
    assert anonymous.say(greeting) == "saludo"
    assert anonymous.payloads[:3] == ["/menu_academico", "/menu_administrativo", "/soporte"]


@pytest.mark.parametrize("before", [None, "quiero terminar", "ver mis certificados", "/encuesta"])
def test_2_the_menu_is_there_at_any_time(anonymous: Talk, before: str | None) -> None:
    if before:
        anonymous.say(before)
    assert anonymous.say("menú") == "menu"
    assert {"/menu_academico", "/menu_administrativo", "/soporte"} <= set(anonymous.payloads)


def test_6_the_catalogue_comes_as_cards(anonymous: Talk) -> None:
    assert anonymous.say("quiero ver cursos") == "catalogo_cursos"
    assert len(anonymous.cards) >= 5
    assert all(card["title"] and card["buttons"] for card in anonymous.cards)


def test_those_who_give_no_sender_share_nothing(anonymous: Talk, signed_in: Talk) -> None:
    anonymous.api.post("/chat", {"message": "/contactar_tutor"})
    answer = anonymous.api.post("/chat", {"message": "hola"}, headers=signed_in.headers).json()
    assert len([m for m in answer if "text" in m]) == 1


def test_two_students_at_once_do_not_share_a_conversation(anonymous: Talk) -> None:
    ana, luis = Talk(anonymous.api, {}, "ana"), Talk(anonymous.api, {}, "luis")
    ana.say("quiero terminar")
    luis.say("hola")
    luis.say("sí")
    ana.say("sí")
    assert luis.text != ana.text
