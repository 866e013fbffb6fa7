"""The chat page for everybody: axe-core finds nothing, whatever is shown, in every look and width."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
ANSWER = (
    {"text": "Mira **esto**: [guía](https://example.org/a)\n\n- uno\n- dos", "image": "/bot-avatar.png"},
    {
        "custom": {
            "cards": [
                {"title": "Excel", "subtitle": "40 h", "buttons": [{"title": "Ver", "payload": "/v"}]},
                {
                    "title": "Redes",
                    "subtitle": "60 h",
                    "buttons": [{"title": "Abrir", "url": "https://e.org"}],
                },
            ]
        }
    },
    {"text": "¿Algo más?", "buttons": [{"title": "Sí", "payload": "/si"}, {"title": "No", "payload": "/no"}]},
)
LOOKS = (
    {"theme": "light"},
    {"theme": "dark"},
    {"theme": "light", "highContrast": True},
    {"theme": "dark", "highContrast": True, "fontScale": 2},
)


@pytest.fixture
def chat(page: Any) -> ChatPage:
    page.emulate_media(reduced_motion="reduce")  # axe would judge colours on their way
    return ChatPage(page)


def violations(chat: ChatPage, *, in_all_looks: bool = False) -> list[str]:
    """Of the whole page, best practices too; in the other looks what depends on colours and sizes."""
    if not chat.page.evaluate("'axe' in window"):
        chat.page.evaluate(AXE.read_text("utf-8"))
    found = []
    for looks in (*LOOKS[1:], LOOKS[0]) if in_all_looks else LOOKS[:1]:
        chat.page.evaluate(
            "looks => { tutorbotLooks.apply(looks); dispatchEvent(new Event('resize')); }", looks
        )
        assert not chat.is_cut(), looks
        only = {} if looks == LOOKS[0] else {"runOnly": ["color-contrast", "target-size"]}
        judged = chat.page.evaluate("async only => (await axe.run(only)).violations", only)
        nodes = [(rule["id"], node) for rule in judged for node in rule["nodes"]]
        found += [f"{looks} {rule}: {n['html'][:120]} ({n['failureSummary']})" for rule, n in nodes]
    return found


def test_axe_finds_nothing_at_320_px(chat: ChatPage, env: Callable[..., Any], problems: list[str]) -> None:
    env(PRIVACY_URL="https://example.org/p", STT_URL="http://127.0.0.1:9/stt")
    chat.page.set_viewport_size({"width": 320, "height": 480})
    chat.bot_answers(*ANSWER, headers={"X-Request-ID": "answer-1"})  # so that it can be rated
    chat.open()
    assert violations(chat, in_all_looks=True) == []  # greeting and privacy bar
    chat.type("cursos")
    expect(chat.choice("Sí")).to_be_visible()
    chat.bot_answers({"detail": "Demasiadas."}, status=429, headers={"Retry-After": "60"})
    chat.type("¿y ahora?")
    expect(chat.retry).to_be_visible()
    assert (
        violations(chat, in_all_looks=True) == []
    )  # cards, buttons, thumbs, a failed message, the countdown
    chat.open_menu()
    assert violations(chat, in_all_looks=True) == []
    chat.root.locator("#finish").click()
    expect(chat.root.locator("#finish-yes")).to_be_visible()
    assert violations(chat) == []
    problems.clear()  # the 429


@pytest.mark.parametrize(("width", "height", "scale"), [(640, 400, 1), (320, 480, 1), (320, 480, 2)])
def test_the_privacy_notice_leaves_room_to_read(
    chat: ChatPage, env: Callable[..., Any], width: int, height: int, scale: float
) -> None:
    """The first is a window of 1280 x 800 at 200 %."""
    env(PRIVACY_URL="https://example.org/p")
    chat.page.set_viewport_size({"width": width, "height": height})
    looks = {"fontScale": scale}
    chat.page.add_init_script(f"localStorage['tutorbot:looks'] = '{json.dumps(looks)}'")
    chat.open()
    assert not chat.is_cut()
    read = chat.root.get_by_role("button", name="Entendido")
    expect(read).to_be_in_viewport(ratio=1)
    assert chat.root.locator("#log").bounding_box()["height"] >= height * 0.35
    if scale == 2:
        chat.root.get_by_text("Privacidad", exact=True).click()
        expect(read).to_be_in_viewport(ratio=1)
    expect(chat.root.get_by_text("No escribas contraseñas.")).to_be_in_viewport()
    read.click()
    expect(chat.root.locator("#privacy")).to_be_hidden()


def test_nothing_moves_for_who_asked_for_rest(chat: ChatPage) -> None:
    chat.page.route("**/api/chat", lambda route: None)
    chat.open().type("hola")
    expect(chat.root.locator("#typing")).to_be_visible()
    assert violations(chat, in_all_looks=True) == []  # a message on its way
    moving = """() => document.getAnimations().filter(one => one.effect.getTiming().duration > 0).length"""
    assert chat.page.evaluate(moving) == 0
