"""The chat page's menu: how it looks, which language it speaks, the transcript; and all of it by keyboard."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User, UserSettings
from apps.accounts.services.tokens import issue_access_token
from tests.e2e.chat_page import ChatPage
from tests.e2e.hosting import Host

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT_FIRST_PAINT = """() => {
    const seen = window.seen = [];
    new MutationObserver(() => {
        if (!document.body || seen.length) return;
        const {dataset, style} = document.documentElement;
        seen.push(dataset.theme, dataset.contrast, style.getPropertyValue("--text-scale"));
    }).observe(document, {childList: true, subtree: true});
}"""


@pytest.fixture
def chat(page: Any) -> ChatPage:
    return ChatPage(page)


def test_looks_are_kept_and_are_there_before_anything_is_drawn(chat: ChatPage) -> None:
    chat.page.add_init_script(f"({AT_FIRST_PAINT})()")
    chat.open().open_menu()
    chat.root.get_by_label("Oscuros").check()
    chat.root.get_by_label("Alto contraste").check()
    chat.root.get_by_role("button", name="Texto más grande").click()
    expect(chat.root.locator("#scale")).to_have_text("125 %")
    assert chat.root.locator("body").evaluate("node => getComputedStyle(node).fontSize") == "20px"
    background = chat.root.locator("body").evaluate("node => getComputedStyle(node).backgroundColor")
    assert background == "rgb(0, 0, 0)"
    chat.open()
    assert chat.page.evaluate("window.seen") == ["dark", "high", "1.25"]


def test_page_and_bot_change_the_language_and_lose_nothing(chat: ChatPage) -> None:
    chat.open().type("hola")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    chat.box.fill("menú")
    chat.open_menu().root.get_by_label("English").check()
    expect(chat.root.locator("html")).to_have_attribute("lang", "en")
    expect(chat.box).to_have_attribute("placeholder", "Write your message")
    expect(chat.box).to_have_value("menú")
    expect(chat.state("Online")).to_be_visible()
    chat.box.press("Enter")
    expect(chat.answer("This is the main menu.")).to_be_visible()
    chat.type("hola")
    expect(chat.bot_bubbles.nth(3)).to_be_visible()
    told = [turn["metadata"] for turn in chat.turns]
    assert told == [{"channel": "web"}, {"channel": "web", "language": "en"}, {"channel": "web"}]
    chat.page.reload()
    expect(chat.box).to_have_attribute("placeholder", "Write your message")
    expect(chat.answer("This is the main menu.")).to_be_visible()


def test_a_persons_looks_are_read_and_kept_at_the_server(page: Any, student: User) -> None:
    UserSettings.objects.create(subject=str(student.pk), theme="dark", font_scale=1.5)
    chat = Host(page).open(issue_access_token(user=student))
    expect(chat.root.locator("html")).to_have_attribute("data-theme", "dark")
    chat.open_menu()
    expect(chat.root.locator("#scale")).to_have_text("150 %")
    with page.expect_response("**/api/me/settings"):
        chat.root.get_by_label("Alto contraste").check()
    kept = UserSettings.objects.get()
    assert (kept.high_contrast, kept.theme, kept.font_scale) == (True, "dark", 1.5)
    assert chat.root.locator("html").evaluate("() => localStorage['tutorbot:looks']") is None


def test_the_transcript_has_who_said_what(chat: ChatPage, tmp_path: Path) -> None:
    chat.bot_answers(
        {"text": "Mira **esto**: [guía](https://example.org/a)\n- uno\n- dos"},
        {"custom": {"cards": [{"title": "Excel", "subtitle": "40 horas"}]}},
    )
    chat.open().type("¿cursos?")
    expect(chat.root.locator(".card")).to_be_visible()
    with chat.page.expect_download() as handed:
        chat.open_menu().root.locator("#download").click()
    assert handed.value.suggested_filename == f"conversacion-{date.today():%Y-%m-%d}.txt"
    handed.value.save_as(tmp_path / "said.txt")
    said = (tmp_path / "said.txt").read_text("utf-8-sig")
    assert said.startswith("Conversación con Tutor Virtual, descargada el ")
    lines = [re.sub(r"^\[.*?\] ", "", line) for line in said.splitlines() if line][1:]
    assert lines == [
        "Tú:",
        "¿cursos?",
        "Tutor Virtual:",
        "Mira esto: guía (https://example.org/a)",
        "- uno",
        "- dos",
        "- Excel: 40 horas",
    ]


def test_the_privacy_notice_is_shown_once(chat: ChatPage, env: Any) -> None:
    env(PRIVACY_URL="https://example.org/privacidad")
    chat.open()
    bar = chat.root.locator("#privacy")
    expect(bar).to_contain_text("No escribas contraseñas.")
    link = bar.get_by_role("link", name="Lee la política de privacidad")
    expect(link).to_have_attribute("href", "https://example.org/privacidad")
    bar.get_by_role("button", name="Entendido").click()
    expect(bar).to_be_hidden()
    expect(chat.box).to_be_focused()
    chat.open()
    expect(bar).to_be_hidden()


def test_the_whole_way_by_keyboard(chat: ChatPage) -> None:
    keys = chat.page.keyboard
    focused = """() => {
        const {activeElement: node, body} = document;
        return node === body ? "" : node.id || node.textContent.trim();
    }"""

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(25):
            if name in chat.page.evaluate(focused):
                return
            keys.press(key)
        raise AssertionError(f"{name} is not reached")

    chat.open()
    expect(chat.box).to_be_focused()
    tab_to("menu-button", "Shift+Tab")
    keys.press("Enter")
    expect(chat.root.get_by_label("Español")).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowDown")  # from automatic to light
    expect(chat.root.locator("html")).to_have_attribute("data-theme", "light")
    keys.press("Escape")
    expect(chat.root.locator("#menu")).to_be_hidden()
    assert chat.page.evaluate(focused) == "menu-button"
    tab_to("privacy-close")
    keys.press("Enter")
    keys.type("hola")
    keys.press("Enter")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    tab_to("Académica", "Shift+Tab")
    keys.press("Space")
    expect(chat.bot_bubbles.nth(2)).to_be_visible()
    expect(chat.box).to_be_focused()
    keys.press("Shift+Tab")  # the last thumb
    keys.press("Enter")
    expect(chat.thumb("down")).to_have_attribute("aria-pressed", "true")
    tab_to("menu-button", "Shift+Tab")
    keys.press("Enter")
    tab_to("finish")
    keys.press("Enter")
    expect(chat.root.locator("#finish-no")).to_be_focused()
    keys.press("Escape")
    expect(chat.root.locator("#finish-dialog")).to_be_hidden()
    assert chat.page.evaluate(focused) == "menu-button"
    keys.press("Enter")
    tab_to("finish")
    keys.press("Enter")
    tab_to("finish-yes")
    keys.press("Enter")
    expect(chat.bot_bubbles).to_have_count(1)
    expect(chat.box).to_be_focused()
