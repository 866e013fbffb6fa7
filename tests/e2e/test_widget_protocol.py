"""All that a tag can say, all places of a token, and every message between page and chat, both ways."""

import base64
import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.host_site import HostSite, loader, open_host

pytestmark = pytest.mark.browser
PLAIN_LOOKS = {"language": "es", "theme": "light", "fontScale": 1, "highContrast": False}


@pytest.fixture
def page(foreign_page: Any) -> Any:
    foreign_page.route("**/api/me/settings", lambda route: route.fulfill(json=PLAIN_LOOKS))
    return foreign_page


def test_a_tag_full_of_attributes(page: Any, site: HostSite, live_server: Any) -> None:
    attributes = f"""data-auto="false" data-title="Mi ayuda" data-subtitle="Te responde ya" data-theme="dark"
        data-language="en" data-position="bottom-left" data-width="420" data-height="400" data-padding="24"
        data-z-index="99" data-avatar="{live_server.url}/bot-avatar.png" data-close-on-esc="false"
        data-close-on-outside-click="true" """
    site.put("/curso", body=loader(live_server, attributes=attributes))
    page.goto(f"{site.at('127.0.0.1')}/curso")
    bubble, panel = page.locator("button.bubble"), page.locator(".panel")
    expect(bubble).to_have_count(0)
    page.evaluate("TutorbotWidget.mount()")
    expect(bubble).to_have_class("bubble left")
    expect(bubble).to_have_css("z-index", "99")
    expect(bubble).to_have_css("left", "24px")
    expect(bubble).to_have_attribute("aria-label", "Open the help chat")
    expect(bubble).to_have_attribute("title", "Mi ayuda · Te responde ya")
    expect(bubble.locator("img")).to_have_attribute("src", re.compile(r"/bot-avatar\.png$"))
    bubble.click()
    assert panel.bounding_box() | {"y": 0} == {"x": 24, "y": 0, "width": 420, "height": 400}
    chat = page.frame_locator("iframe")
    expect(chat.locator("html")).to_have_attribute("data-theme", "dark")
    expect(chat.locator("html")).to_have_attribute("lang", "en")
    chat.locator("#message").click()
    page.keyboard.press("Escape")
    page.locator("h1").focus()
    page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    page.locator("h1").click()
    expect(panel).to_be_hidden()


def token_of(name: str) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"sub": name}).encode()).decode().rstrip("=")
    return f"e30.{body}.firma"


PLACES = {
    "cookie": "document.cookie = `access_token=${token}`",
    "app:accessToken": "localStorage['app:accessToken'] = token",
    "zajuna_token": "localStorage.zajuna_token = token",
    "ZAJUNA_TOKEN": "window.ZAJUNA_TOKEN = token",
    "getZajunaToken": "window.getZajunaToken = async () => token",
}
"""Each goes before those above it."""


def test_a_token_is_found_wherever_it_lies(page: Any, site: HostSite, live_server: Any) -> None:
    site.put("/curso", body=loader(live_server, attributes="data-auto=false"))
    page.goto(f"{site.at('127.0.0.1')}/curso")
    for name, put in PLACES.items():
        token = token_of(name)
        with page.expect_request("**/api/me/settings") as asked:
            page.evaluate(f"token => {{ {put}; ZajunaBubble.create({{startOpen: true}}).mount(); }}", token)
        assert asked.value.headers["authorization"] == f"Bearer {token}", name


LOOKS = [
    ({"type": "host:hello", "theme": "dark", "language": "en"}, "dark", "en"),
    ({"type": "host:setTheme", "theme": "light"}, "light", "en"),
    ({"type": "host:setTheme", "theme": "violet"}, "light", "en"),
    ({"type": "host:setLanguage", "language": "es"}, "light", "es"),
    ({"type": "host:setTheme", "theme": ""}, None, "es"),
    ({"type": "chat:settings", "payload": {"theme": "dark", "language": "en"}}, "dark", "en"),
    ({"type": "host:setLanguage", "language": ""}, "dark", "es"),
]
SEEN = [
    ({"type": "host:close"}, {"type": "host:open"}),
    ({"type": "chat:visibility", "payload": {"open": False}}, {"type": "chat:visibility", "open": True}),
]
WISHES: list[tuple[dict[str, str], bool, bool]] = [
    ({"type": "widget:toggle"}, False, False),
    ({"type": "widget:toggle", "action": "close"}, False, False),
    ({"type": "widget:toggle"}, True, False),
    ({"type": "widget:minimize"}, False, True),
    ({"type": "widget:restore"}, True, False),
    ({"type": "widget:minToggle"}, False, True),
    ({"type": "widget:minToggle"}, True, False),
    ({"type": "widget:close"}, False, False),
    ({"type": "widget:open"}, True, False),
]
LISTEN = """window.told = [];
    addEventListener("DOMContentLoaded", () => TutorbotWidget.onEvent((event) => told.push(event)));
    window.tell = (message) => document.querySelector("div").shadowRoot.querySelector("iframe")
        .contentWindow.postMessage(message, "*");"""


def test_every_message_does_what_the_document_says(page: Any, site: HostSite, live_server: Any) -> None:
    chat = open_host(page, site, live_server, LISTEN)
    hears(page, type="auth:missing")
    page.evaluate("told.length = 0")
    html = chat.root.locator("html")
    for message, theme, language in LOOKS:
        page.evaluate("message => tell(message)", message)
        expect(html).to_have_attribute("lang", language)
        expect(html).to_have_attribute("data-theme", theme) if theme else expect(html).not_to_have_attribute(
            "data-theme", re.compile("")
        )
    hears(page, type="auth:request")  # for host:hello: who says it may have begun to listen just now
    chat.open_menu().root.get_by_label("Alto contraste").check()
    hears(
        page,
        type="prefs:update",
        prefs={"fontScale": 1, "highContrast": True, "theme": "dark", "language": "es"},
    )
    chat.root.locator("#menu-button").click()
    for hide, show in SEEN:
        page.evaluate("told.length = 0")
        answer_late(page, chat, hide)
        hears(page, type="bot:typing", active=True)
        hears(page, type="bot:typing", active=False)
        hears(page, type="telemetry", event="message_received")
        hears(page, type="chat:badge", count=1)
        page.evaluate("message => tell(message)", show)
        hears(page, type="chat:badge", count=0)
    chat.bot_answers({"custom": {"type": "auth_needed", "message": "Inicia sesión."}})
    chat.type("mis certificados")
    hears(page, type="auth:needed")
    hears(page, type="auth:request", because="auth:needed")
    for wish, is_open, is_minimized in WISHES:
        html.evaluate("(_, message) => parent.postMessage(message, '*')", wish)
        page.wait_for_function(
            "([open, min]) => TutorbotWidget.isOpen() === open && TutorbotWidget.isMinimized() === min",
            arg=[is_open, is_minimized],
        )
    for heard in ("widget:opened", "widget:closed", "widget:min", "widget:restore"):
        hears(page, type=heard)


def hears(page: Any, **message: Any) -> None:
    """The page is told it, now or soon."""
    same = """wanted => told.some((event) => Object.entries(wanted)
        .every(([name, value]) => JSON.stringify(event[name]) === JSON.stringify(value)))"""
    page.wait_for_function(same, arg=message)


def answer_late(page: Any, chat: ChatPage, hide: dict[str, Any]) -> None:
    """The student asks, the page hides the chat, and then the bot answers."""
    held: list[Any] = []
    chat.stop_answering()
    page.route("**/api/chat", lambda route: held.append(route))
    chat.type("hola")
    expect(chat.root.locator("#typing")).to_be_visible()
    page.evaluate("message => tell(message)", hide)
    held[0].fulfill(json=[{"text": "Hola."}])
