"""Messages that are spoken, in the Chromium that has a microphone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import CHROMIUM, chromium
from tests.e2e.test_chat_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser(playwright: Any) -> Iterator[Any]:
    with chromium(playwright, CHROMIUM) as browser:
        yield browser


@pytest.fixture
def chat(page: Any) -> ChatPage:
    return ChatPage(page)


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


def test_a_wide_page_with_a_person_and_a_recording_that_failed(
    chat: ChatPage, env: Callable[..., Any], problems: list[str]
) -> None:
    chat.page.emulate_media(reduced_motion="reduce")  # axe would judge colours on their way
    env(STT_URL="http://127.0.0.1:9/stt")
    waiting = {"text": "Sigues en espera.", "custom": {"type": "handoff", "owner": "queue", "agent": ""}}
    news = {"messages": [{"id": "1", "text": "Hola, soy Iván.", "author": "Iván", "kind": "said"}]}
    news |= {"owner": "person", "agent": "Iván", "cursor": "1"}
    chat.bot_answers(waiting)
    chat.page.route("**/api/chat/messages?*", lambda route: route.fulfill(json=news))
    chat.page.context.grant_permissions(["microphone"])
    chat.open().type("¿hay alguien?")
    expect(chat.root.locator(".group-person .bubble")).to_be_visible()
    chat.root.locator("#mic").click()
    chat.root.locator("#voice-stop").click()
    expect(chat.root.locator("#voice-retry")).to_be_visible()
    assert violations(chat) == []
    problems.clear()
