"""The widget on somebody's page: bubble, frame, focus, and who is given the token."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage

pytestmark = pytest.mark.browser

# The host forbids inline styles: the widget must not need them.
HOST_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; img-src data:"
HOST_PAGE = """<!DOCTYPE html><html lang="es"><head><title>Curso</title><link rel="icon" href="data:,"></head>
<body><h1>Curso</h1><button id="other">Otro</button>
<script src="/curso.js"></script>
<script src="/embedded.js" defer data-title="Ayuda"></script></body></html>"""
TOKEN = "e30.eyJzdWIiOiJhbmEifQ.firma"
"""Of somebody called ana, as far as the page can read."""
PLAIN_LOOKS = {"language": "es", "theme": "light", "fontScale": 1, "highContrast": False}
HOST_SCRIPT = f"window.getZajunaToken = async () => '{TOKEN}';"


@pytest.fixture
def chat(page: Any) -> ChatPage:
    headers = {"Content-Security-Policy": HOST_POLICY}
    page.route(
        "**/curso",
        lambda route: route.fulfill(body=HOST_PAGE, headers=headers, content_type="text/html; charset=utf-8"),
    )
    page.route("**/curso.js", lambda route: route.fulfill(body=HOST_SCRIPT, content_type="text/javascript"))
    page.route("**/api/me/settings", lambda route: route.fulfill(json=PLAIN_LOOKS))
    page.goto("/curso")
    return ChatPage(page, page.frame_locator("iframe"))


@pytest.fixture
def bubble(chat: ChatPage) -> Any:
    return chat.page.locator("button.bubble")


def test_the_frame_is_loaded_at_the_first_opening_only(chat: ChatPage, bubble: Any) -> None:
    expect(bubble).to_have_attribute("aria-expanded", "false")
    expect(chat.page.locator("iframe")).to_have_count(0)
    bubble.click()
    expect(chat.answer("¿Qué necesitas?")).to_be_visible()
    expect(bubble).to_have_attribute("aria-expanded", "true")


def test_escape_closes_from_inside_and_outside_and_focus_returns(chat: ChatPage, bubble: Any) -> None:
    bubble.click()
    expect(chat.box).to_be_focused()
    chat.box.press("Escape")
    expect(chat.page.locator(".panel")).to_be_hidden()
    expect(bubble).to_be_focused()
    bubble.press("Enter")
    expect(chat.page.locator(".panel")).to_be_visible()
    chat.page.locator("#other").focus()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator(".panel")).to_be_hidden()


def test_the_hosts_token_travels_as_bearer_and_is_stored_nowhere(chat: ChatPage, bubble: Any) -> None:
    chat.bot_answers({"text": "Hola, Ana."})
    bubble.click()
    expect(chat.state("En línea")).to_be_visible()
    chat.type("hola")
    expect(chat.answer("Hola, Ana.")).to_be_visible()
    assert chat.turns[0]["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert chat.turns[0]["metadata"] == {"channel": "embed"}
    stored = chat.root.locator("html").evaluate(
        "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert TOKEN not in stored
    chat.page.evaluate("() => TutorbotWidget.sendAuthToken('')")  # logged out
    expect(chat.answer("Hola, Ana.")).to_be_hidden()
    chat.type("otra")
    expect(chat.answer("Hola, Ana.")).to_be_visible()
    assert "authorization" not in chat.turns[1]["headers"]


def test_a_token_from_another_origin_is_ignored(chat: ChatPage, bubble: Any) -> None:
    chat.bot_answers({"text": "Hola."})
    bubble.click()
    expect(chat.state("En línea")).to_be_visible()
    chat.root.locator("html").evaluate(
        """() => window.dispatchEvent(new MessageEvent("message", {
            data: {type: "auth:token", token: "forged"},
            origin: "https://evil.example",
            source: window.parent,
        }))"""
    )
    chat.type("hola")
    expect(chat.answer("Hola.")).to_be_visible()
    assert "forged" not in chat.turns[0]["headers"].get("authorization", "")


def test_a_protected_wish_asks_the_host_for_a_login(chat: ChatPage, bubble: Any) -> None:
    need = {"custom": {"type": "auth_needed", "message": "Inicia sesión para verlo."}}
    chat.bot_answers({"text": "Para eso inicia sesión."}, need)
    bubble.click()
    expect(chat.state("En línea")).to_be_visible()
    chat.page.evaluate(
        """() => {
            window.asked = [];
            window.addEventListener("message", event => window.asked.push(event.data.type));
        }"""
    )
    chat.type("mis certificados")
    expect(chat.answer("Para eso inicia sesión.")).to_be_visible()
    expect(chat.root.get_by_text("Inicia sesión para verlo.")).to_have_count(0)
    assert chat.page.evaluate("() => window.asked").count("auth:needed") == 1


def test_what_comes_while_the_chat_is_closed_is_counted_on_the_bubble(chat: ChatPage, bubble: Any) -> None:
    held: list[Any] = []
    chat.page.route("**/api/chat", lambda route: held.append(route))
    bubble.click()
    expect(chat.state("En línea")).to_be_visible()
    with chat.page.expect_request("**/api/chat"):
        chat.type("hola")
    bubble.click()
    expect(chat.page.locator(".badge")).to_be_hidden()
    held[0].fulfill(json=[{"text": "Hola, Ana."}])
    expect(chat.page.locator(".badge")).to_have_text("1")
    expect(bubble).to_have_attribute("aria-label", "Abrir el chat de ayuda (1 sin leer)")
    bubble.click()
    expect(chat.answer("Hola, Ana.")).to_be_visible()
    bubble.click()
    expect(chat.page.locator(".badge")).to_be_hidden()


def test_a_page_makes_its_own_bubble_and_is_told_what_happens(chat: ChatPage, bubble: Any) -> None:
    chat.page.evaluate(
        """() => {
            window.told = [];
            window.mine = ZajunaBubble.create({position: "bottom-left", theme: "dark", title: "Mi ayuda"});
            mine.onEvent(event => told.push(event.type));
            mine.mount();
            mine.open();
        }"""
    )
    expect(bubble).to_have_count(1)
    expect(bubble).to_have_class("bubble left")
    expect(chat.root.locator("html")).to_have_attribute("data-theme", "dark")
    expect(chat.state("En línea")).to_be_visible()
    chat.page.evaluate("mine.setTheme('light')")
    expect(chat.root.locator("html")).to_have_attribute("data-theme", "light")
    chat.page.evaluate("mine.minimize()")
    assert chat.page.evaluate("[mine.isOpen(), mine.isMinimized()]") == [False, True]
    assert {"widget:opened", "auth:request", "telemetry", "widget:min"} <= set(chat.page.evaluate("told"))
    chat.page.evaluate("mine.unmount()")
    expect(bubble).to_have_count(0)


def test_on_a_small_phone_the_chat_fills_the_screen_and_can_be_closed(chat: ChatPage, bubble: Any) -> None:
    chat.page.set_viewport_size({"width": 320, "height": 480})
    bubble.click()
    expect(chat.answer("¿Qué necesitas?")).to_be_visible()
    expect(bubble).to_be_hidden()
    assert not chat.is_cut()
    chat.root.locator("#close").click()
    expect(chat.page.locator(".panel")).to_be_hidden()
    expect(bubble).to_have_attribute("aria-label", re.compile("Abrir"))


def test_the_developers_host_page_gives_looks_takes_them_back_and_hands_a_token(
    page: Any, settings: Any
) -> None:
    settings.DEBUG = True
    page.route("**/api/me/settings", lambda route: route.fulfill(json=PLAIN_LOOKS))
    page.goto("/demo/widget")
    page.get_by_role("button", name="Abrir", exact=True).click()
    html = page.frame_locator("iframe").locator("html")
    expect(html.locator("#state", has_text="En línea")).to_be_visible()
    for label, name, value, of_the_browser in (
        ("Tema", "data-theme", "dark", None),
        ("Idioma", "lang", "en", "es"),
    ):
        page.get_by_label(label).select_option(value)
        expect(html).to_have_attribute(name, value)
        page.get_by_label(label).select_option("")
        if of_the_browser:
            expect(html).to_have_attribute(name, of_the_browser)
        else:
            expect(html).not_to_have_attribute(name, value)
    page.get_by_label("Token del estudiante").fill(TOKEN)
    with page.expect_request("**/api/me/settings") as asked:
        page.get_by_role("button", name="Enviar el token").click()
    assert asked.value.headers["authorization"] == f"Bearer {TOKEN}"
    expect(page.locator("#messages")).to_contain_text("widget:opened")


@pytest.mark.parametrize(
    "tag", ["<script src='/embedded.js'></script>", "<script src='/embedded.js' type=module></script>"]
)
def test_what_users_of_the_site_write_cannot_stand_in_for_the_script(page: Any, tag: str) -> None:
    elsewhere = "data-chat-url='https://elsewhere.invalid/'"
    written = (
        f"<img name=currentScript {elsewhere}>"
        f"<form name=scripts><input type=image src='/embedded.js' {elsewhere}></form>"
    )
    page.route("**/foro", lambda route: route.fulfill(body=written + tag, content_type="text/html"))
    page.goto("/foro")
    page.locator("button.bubble").click()
    expect(page.locator("iframe")).to_have_attribute("src", re.compile(r"^http://[^/]+/chat-embed\.html"))
