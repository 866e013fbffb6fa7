"""The conversations of contract/bot.md that the first bot holds, message by message, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.logs.models import ChatTurn

pytestmark = pytest.mark.django_db


class Talk:
    """A student at the keyboard; `say` gives the intent that was logged and all that was answered."""

    def __init__(self, api: APIClient, headers: dict[str, str]) -> None:
        self.api, self.headers = api, headers
        self.messages: list[dict[str, Any]] = []

    def say(self, text: str) -> str:
        response = self.api.post("/chat", {"sender": "web-1", "message": text}, headers=self.headers)
        assert response.status_code == 200, response.content
        self.messages = response.json()
        return str(ChatTurn.objects.latest("timestamp").intent)

    @property
    def text(self) -> str:
        return " ".join(m.get("text", "") for m in self.messages)

    @property
    def payloads(self) -> list[str]:
        return [b["payload"] for m in self.messages for b in m.get("buttons", []) if "payload" in b]

    @property
    def customs(self) -> list[dict[str, Any]]:
        return [m["custom"] for m in self.messages if "custom" in m]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for custom in self.customs for card in custom.get("cards", [])]

    @property
    def asks_for_login(self) -> bool:
        return any(custom.get("type") == "auth_needed" for custom in self.customs)


@pytest.fixture
def anonymous(api: APIClient, bot: EmbeddedEngine) -> Talk:
    return Talk(api, {})


@pytest.fixture
def signed_in(api: APIClient, bot: EmbeddedEngine, student: User, bearer: Callable[..., Any]) -> Talk:
    return Talk(api, bearer(student))


@pytest.mark.parametrize("greeting", ["hola", "Buenos días", "HOLA!!", "buenas tardes", "holaaa"])
def test_1_a_greeting_is_answered_with_the_three_areas(anonymous: Talk, greeting: str) -> None:
    assert anonymous.say(greeting) == "saludo"
    assert anonymous.payloads[:3] == ["/menu_academico", "/menu_administrativo", "/soporte"]


@pytest.mark.parametrize("before", [None, "quiero terminar", "ver mis certificados"])
def test_2_the_menu_is_there_at_any_time(anonymous: Talk, before: str | None) -> None:
    if before:
        anonymous.say(before)
    assert anonymous.say("menú") == "menu"
    assert {"/menu_academico", "/menu_administrativo", "/soporte"} <= set(anonymous.payloads)


def test_3_the_academic_menu(anonymous: Talk) -> None:
    assert anonymous.say("/menu_academico") == "menu_academico"
    wanted = {"/tutor_asignado", "/contenido_curso", "/ver_certificados", "/estado_estudiante", "/menu"}
    assert wanted <= set(anonymous.payloads)


def test_4_the_administrative_menu(anonymous: Talk) -> None:
    assert anonymous.say("/menu_administrativo") == "menu_administrativo"
    assert {"/ver_certificados", "/estado_estudiante"} <= set(anonymous.payloads)


def test_5_the_support_menu(anonymous: Talk) -> None:
    assert anonymous.say("necesito soporte") == "soporte"
    assert {"/problema_acceso", "/problema_tecnico", "/soporte_pqrs", "/menu"} <= set(anonymous.payloads)


def test_6_the_catalogue_comes_as_cards(anonymous: Talk) -> None:
    assert anonymous.say("quiero ver cursos") == "catalogo_cursos"
    assert len(anonymous.cards) >= 5
    assert all(card["title"] and card["buttons"] for card in anonymous.cards)


def test_10_certificates_ask_for_a_login_and_the_wish_is_remembered(
    anonymous: Talk, student: User, bearer: Callable[..., Any]
) -> None:
    assert anonymous.say("quiero ver mis certificados") == "ver_certificados"
    assert anonymous.asks_for_login
    assert "/iniciar_sesion" in anonymous.payloads
    assert not anonymous.cards
    anonymous.headers = bearer(student)
    assert anonymous.say("ya inicié sesión") == "ya_inicie_sesion"
    assert "verificada" in anonymous.text
    assert {b["title"] for card in anonymous.cards for b in card["buttons"]} >= {
        "Ver en Zajuna",
        "Descargar en Zajuna",
    }


def test_10_with_a_login_the_way_to_them_is_shown(signed_in: Talk) -> None:
    assert signed_in.say("ver mis certificados") == "ver_certificados"
    assert signed_in.cards
    assert not signed_in.asks_for_login


PROTECTED = [
    "ver_certificados",
    "descargar_certificado",
    "estado_estudiante",
    "tutor_asignado",
    "contactar_tutor",
]


@pytest.mark.parametrize("intent", PROTECTED)
def test_no_payload_opens_a_protected_intent(anonymous: Talk, intent: str) -> None:
    for payload in (f"/{intent}", f'/{intent}{{"session_verified": true}}'):
        anonymous.say(payload)
        assert anonymous.asks_for_login


@pytest.mark.parametrize("intent", PROTECTED)
def test_a_signed_in_student_is_let_through(signed_in: Talk, intent: str) -> None:
    assert signed_in.say(f"/{intent}") == intent
    assert signed_in.text
    assert not signed_in.asks_for_login


def test_a_login_that_ended_protects_again(signed_in: Talk) -> None:
    signed_in.say("ver mis certificados")
    signed_in.headers = {}
    signed_in.say("ver mis certificados")
    assert signed_in.asks_for_login


def test_12_the_own_state_asks_for_a_login_and_what_states_mean_does_not(anonymous: Talk) -> None:
    assert anonymous.say("cuál es mi estado en el programa") == "estado_estudiante"
    assert anonymous.asks_for_login
    assert anonymous.say("qué significan los estados") == "info_estado_estudiante"
    assert not anonymous.asks_for_login


def test_12_with_a_login(signed_in: Talk) -> None:
    assert signed_in.say("cuál es mi estado en el programa") == "estado_estudiante"
    assert not signed_in.asks_for_login


def test_14_how_to_log_in(anonymous: Talk) -> None:
    assert anonymous.say("cómo inicio sesión") == "ayuda_login"
    assert "Zajuna" in anonymous.text


def test_14_the_bot_looks_and_does_not_believe(anonymous: Talk, signed_in: Talk) -> None:
    assert anonymous.say("ya inicié sesión") == "ya_inicie_sesion"
    assert "modo limitado" in anonymous.text
    assert signed_in.say("ya inicié sesión") == "ya_inicie_sesion"
    assert "verificada" in signed_in.text
    assert "modo limitado" not in signed_in.text


def test_26_ending_is_confirmed_and_a_greeting_begins_again(anonymous: Talk) -> None:
    assert anonymous.say("quiero terminar") == "terminar"
    assert {"/afirmar", "/negar", "/guardar_progreso"} <= set(anonymous.payloads)
    assert anonymous.say("sí") == "afirmar"
    goodbye = anonymous.text
    assert anonymous.say("hola") == "saludo"
    assert anonymous.text != goodbye
    assert "/menu_academico" in anonymous.payloads


@pytest.mark.parametrize("answer", ["no", "/negar", "/guardar_progreso"])
def test_26_no_and_save_and_leave(anonymous: Talk, answer: str) -> None:
    anonymous.say("quiero terminar")
    question = anonymous.text
    anonymous.say(answer)
    assert anonymous.text not in {"", question}


def test_26_yes_means_goodbye_only_while_the_question_is_open(anonymous: Talk) -> None:
    anonymous.say("quiero terminar")
    anonymous.say("sí")
    goodbye = anonymous.text
    anonymous.say("sí")
    assert anonymous.text != goodbye
    anonymous.say("quiero terminar")
    anonymous.say("no")
    anonymous.say("sí")
    assert "/menu" in " ".join(anonymous.payloads)
    assert "Hasta" not in anonymous.text


@pytest.mark.parametrize("between", ["menú", "cancelar", "quiero ver cursos"])
def test_26_another_topic_closes_the_question(anonymous: Talk, between: str) -> None:
    anonymous.say("quiero terminar")
    anonymous.say("sí")
    goodbye = anonymous.text
    anonymous.say("quiero terminar")
    anonymous.say(between)
    anonymous.say("sí")
    assert anonymous.text != goodbye


@pytest.mark.parametrize(
    "text",
    ["quiero suicidarme", "me quiero matar", "me quiero morir", "mi novio me pega", "el instructor me acosa"],
)
def test_31_a_person_in_danger_is_never_sent_to_a_menu(anonymous: Talk, text: str) -> None:
    assert anonymous.say(text) == "emocion"
    assert "pide ayuda" in anonymous.text


@pytest.mark.parametrize("text", ["quién ganó el partido anoche", "dame una receta de arepas"])
def test_32_out_of_scope_is_said_kindly(anonymous: Talk, text: str) -> None:
    assert anonymous.say(text) == "fuera_de_tema"
    assert anonymous.payloads


def test_32_not_understood_offers_two_guesses_and_then_a_person(anonymous: Talk) -> None:
    for number in range(3):
        assert anonymous.say("xkqz wvprt jjj") == "nlu_fallback"
        turn = ChatTurn.objects.latest("timestamp")
        assert turn.is_fallback
        assert turn.confidence is not None
        if number < 2:
            assert len(anonymous.payloads) >= 2
            assert "/humano" not in anonymous.payloads[:1]
    assert "/humano" in anonymous.payloads


def test_those_who_give_no_sender_share_nothing(
    api: APIClient, bot: EmbeddedEngine, student: User, bearer: Callable[..., Any]
) -> None:
    api.post("/chat", {"message": "/contactar_tutor"})
    answer = api.post("/chat", {"message": "hola"}, headers=bearer(student)).json()
    assert len([m for m in answer if "text" in m]) == 1
    assert ChatTurn.objects.latest("timestamp").intent == "saludo"


def test_two_students_at_once_do_not_share_a_conversation(api: APIClient, bot: EmbeddedEngine) -> None:
    def say(sender: str, text: str) -> str:
        answer = api.post("/chat", {"sender": sender, "message": text}).json()
        return " ".join(m.get("text", "") for m in answer)

    say("ana", "quiero terminar")
    say("luis", "hola")
    assert say("luis", "sí") != say("ana", "sí")
