"""Thumbs on answers, and messages that are spoken."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer

from apps.logs.models import Feedback
from tests.e2e.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chat(page: Any) -> ChatPage:
    return ChatPage(page)


def test_an_answer_is_rated_the_rating_changed_and_thanked_for_once(chat: ChatPage) -> None:
    chat.open()
    expect(chat.root.locator(".thumb")).to_have_count(0)
    chat.type("hola")
    chat.thumb("up").click()
    expect(chat.root.locator(".thumbs-said")).to_have_text("Gracias por tu opinión.")
    assert Feedback.objects.get().value == "up"
    chat.thumb("down").click()
    expect(chat.root.locator("#announcer")).to_contain_text("Cambiaste tu opinión.")
    assert Feedback.objects.get().value == "down"
    assert chat.announced.count("Gracias por tu opinión.") == 1
    chat.open()
    expect(chat.thumb("down")).to_have_attribute("aria-pressed", "true")
    expect(chat.thumb("up")).to_have_attribute("aria-pressed", "false")


def test_a_rating_that_was_not_taken_is_taken_back(chat: ChatPage, problems: list[str]) -> None:
    chat.open().type("hola")
    expect(chat.thumb("up")).to_be_visible()
    chat.page.route("**/api/chat/feedback", lambda route: route.abort())
    chat.thumb("up").click()
    expect(chat.root.locator(".thumbs-said")).to_contain_text("No se guardó tu opinión.")
    expect(chat.thumb("up")).to_have_attribute("aria-pressed", "false")
    problems.clear()


@pytest.fixture
def speaking(chat: ChatPage, env: Callable[..., Any], httpserver: HTTPServer) -> ChatPage:
    """A page with a microphone, and a service that hears "/¿Cuándo es mi clase?"."""
    httpserver.expect_request("/stt", method="POST").respond_with_json({"text": "/¿Cuándo es mi clase?"})
    env(STT_URL=httpserver.url_for("/stt"), MAX_AUDIO_MB=1)
    chat.page.context.grant_permissions(["microphone"])
    return chat.open()


def press(chat: ChatPage, name: str) -> None:
    chat.root.get_by_role("button", name=name, exact=True).click()


def test_without_a_speech_service_there_is_no_microphone(chat: ChatPage) -> None:
    chat.open()
    expect(chat.root.locator("#mic")).to_have_count(0)


def test_what_is_said_aloud_becomes_the_students_message(speaking: ChatPage) -> None:
    speaking.bot_answers({"text": "A las dos."})
    speaking.box.fill("borrador")
    press(speaking, "Grabar un mensaje de voz")
    expect(speaking.root.locator("#voice-time")).to_have_text("0:01")
    press(speaking, "Cancelar")
    expect(speaking.box).to_be_visible()
    assert speaking.turns == []
    press(speaking, "Grabar un mensaje de voz")
    expect(speaking.root.locator("#voice-time")).to_have_text("0:01")
    press(speaking, "Parar y enviar")
    expect(speaking.answer("A las dos.")).to_be_visible()
    assert speaking.turns[0]["message"] == "¿Cuándo es mi clase?"
    expect(speaking.mine).to_have_text("Tú: ¿Cuándo es mi clase?")
    expect(speaking.box).to_have_value("borrador")


def test_a_recording_that_was_not_heard_can_be_sent_again(
    speaking: ChatPage, problems: list[str], httpserver: HTTPServer
) -> None:
    httpserver.clear()
    press(speaking, "Grabar un mensaje de voz")
    expect(speaking.root.locator("#voice-stop")).to_be_focused()
    press(speaking, "Parar y enviar")
    expect(speaking.root.locator("#voice-word")).to_have_text(
        "No pudimos escuchar tu audio. Inténtalo de nuevo o escribe tu mensaje."
    )
    problems.clear()
    httpserver.expect_request("/stt", method="POST").respond_with_json({"text": "hola"})
    speaking.bot_answers({"text": "Hola."})
    press(speaking, "Reintentar")
    expect(speaking.answer("Hola.")).to_be_visible()


def test_a_refused_microphone_and_a_long_recording_are_named(
    speaking: ChatPage, env: Any, problems: list[str]
) -> None:
    speaking.page.evaluate(
        """() => {
            const devices = navigator.mediaDevices;
            window.heard = devices.getUserMedia.bind(devices);
            devices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
        }"""
    )
    press(speaking, "Grabar un mensaje de voz")
    expect(speaking.root.locator("#voice-word")).to_contain_text("No podemos usar el micrófono. Permítelo")
    expect(speaking.root.locator("#voice-retry")).to_be_hidden()
    speaking.root.locator("#voice-cancel").press("Escape")
    expect(speaking.root.locator("#mic")).to_be_focused()
    speaking.page.evaluate("() => { navigator.mediaDevices.getUserMedia = window.heard; }")
    detail = {"detail": "El audio es muy grande: el máximo es de 1 MB."}
    speaking.page.route("**/api/voice/transcribe", lambda route: route.fulfill(status=413, json=detail))
    press(speaking, "Grabar un mensaje de voz")
    press(speaking, "Parar y enviar")
    expect(speaking.root.locator("#voice-word")).to_have_text("El audio es muy grande: el máximo es de 1 MB.")
    problems.clear()
