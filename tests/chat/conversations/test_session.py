"""Conversations 26 to 33: the end, what is kept, languages, feelings, and what is not understood."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.chat.engines.project import BotProject
from apps.intents.services.project import project_files
from apps.logs.models import ChatTurn
from tests.chat.conversations.conftest import SUPPORT_FORM
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("answer", ["no", "/negar", "/guardar_progreso"])
def test_26_no_and_save_and_leave(anonymous: Talk, answer: str) -> None:
    anonymous.say("quiero terminar")
    question = anonymous.text
    anonymous.say(answer)
    assert anonymous.text not in {"", question}


def test_26_yes_means_goodbye_only_while_the_question_is_open(anonymous: Talk) -> None:
    anonymous.go_through("quiero terminar", "sí")
    goodbye = anonymous.text
    anonymous.say("sí")
    assert anonymous.text != goodbye
    anonymous.go_through("quiero terminar", "no", "sí")
    assert "/menu" in " ".join(anonymous.payloads)
    assert "Hasta" not in anonymous.text


@pytest.mark.parametrize("between", ["menú", "cancelar", "quiero ver cursos"])
def test_26_another_topic_closes_the_question(anonymous: Talk, between: str) -> None:
    anonymous.go_through("quiero terminar", "sí")
    goodbye = anonymous.text
    anonymous.go_through("quiero terminar", between, "sí")
    assert anonymous.text != goodbye


def test_28_what_a_student_saved_comes_back_on_another_device(signed_in: Talk) -> None:
    signed_in.go_through("/soporte_interno", "omitir", "No puedo descargar las guías.", "/guardar_progreso")
    elsewhere = Talk(signed_in.api, signed_in.headers, "celular-1")
    elsewhere.say("hola")
    assert "/reanudar" in elsewhere.payloads
    elsewhere.say("/reanudar")
    assert elsewhere.slots["soporte_mensaje"] == "No puedo descargar las guías."


def test_28_what_somebody_saved_is_nobody_elses(anonymous: Talk, signed_in: Talk) -> None:
    signed_in.go_through("/encuesta", "4", "/guardar_progreso")
    other = Talk(anonymous.api, {}, "web-2")
    other.say("hola")
    assert "/reanudar" not in other.payloads


@pytest.mark.parametrize("steps", range(1, len(SUPPORT_FORM) + 1))
def test_29_restart_inside_a_form_forgets_it(anonymous: Talk, steps: int) -> None:
    anonymous.go_through(*SUPPORT_FORM[:steps], "/reiniciar")
    assert "/menu_academico" in anonymous.payloads
    assert not [name for name, value in anonymous.slots.items() if name.startswith("soporte_") and value]
    anonymous.say("sí")
    assert "/menu_academico" in anonymous.payloads


@pytest.fixture(scope="module")
def project() -> BotProject:
    return project_files()


def test_30_every_intent_answers_in_english_once_it_is_chosen(
    anonymous: Talk, project: BotProject, env: Callable[..., Any]
) -> None:
    env(RATE_LIMIT_ENABLED=False)
    said_in_spanish = {
        r.text for rs in project.responses.values() for r in rs if not _is_english(r.conditions)
    }
    said_in_spanish -= {"pong"} | {r.text for r in project.responses["utter_idioma_en"]}
    anonymous.say("english please")
    wrong = []
    for intent in project.intents.keys() - {"idioma_es", "ping"}:
        anonymous.say(f"/{intent}")
        wrong += [(intent, text) for text in anonymous.texts if text in said_in_spanish]
        anonymous.say("/cancelar")
    assert not wrong


def _is_english(conditions: dict[str, object]) -> bool:
    return conditions.get("idioma") == "en"


@pytest.mark.parametrize(
    "text",
    ["quiero suicidarme", "me quiero matar", "me quiero morir", "mi novio me pega", "el instructor me acosa"],
)
@pytest.mark.parametrize("before", [None, "/soporte_interno", "/encuesta"])
def test_31_a_person_in_danger_is_never_sent_to_a_menu(
    anonymous: Talk, text: str, before: str | None
) -> None:
    if before:
        anonymous.say(before)
    assert anonymous.say(text) == "crisis"
    assert len(anonymous.texts) == 1
    assert "123" in anonymous.text
    assert "/afirmar" in anonymous.payloads


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
        assert len(anonymous.payloads) >= 2
        if number < 2:
            assert "/humano" not in anonymous.payloads[:1]
    assert "/humano" in anonymous.payloads
