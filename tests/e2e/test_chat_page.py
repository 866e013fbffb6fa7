"""The web chat in a real browser: a student writes, chooses, loses the connection, waits."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage

pytestmark = pytest.mark.browser

CARDS = [
    {"title": f"Curso {n}", "subtitle": "40 horas", "buttons": [{"title": f"Ver {n}", "payload": "/ver"}]}
    for n in range(1, 6)
]
HOSTILE = (
    '<img src=x onerror="alert(1)"> <script>alert(1)</script>\n'
    "**negrita** *cursiva* `código` un_nombre_largo\n\n"
    "- uno\n- dos\n\n[malo](javascript:alert(1)) [bueno](https://example.org/a) [correo](mailto:a@b.co)"
)


@pytest.fixture
def chat(page: Any) -> ChatPage:
    return ChatPage(page)


def test_first_load_greets_and_sends_nothing(chat: ChatPage) -> None:
    chat.open()
    expect(chat.answer("¿Qué necesitas?")).to_be_visible()
    expect(chat.choice("Menú principal")).to_be_visible()
    expect(chat.choice("Ayuda")).to_be_visible()
    assert chat.turns == []


def test_a_typed_message_gets_the_bots_answer(chat: ChatPage) -> None:
    chat.open().type("hola")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    expect(chat.mine).not_to_have_class(re.compile("is-pending"))
    assert chat.turns[0]["message"] == "hola"
    assert re.fullmatch(r"web-[0-9a-f]{32}", chat.turns[0]["sender"])
    assert "authorization" not in chat.turns[0]["headers"]
    assert chat.turns[0]["headers"]["x-chat-session"] == chat.root.locator("#chat").get_attribute(
        "data-session"
    )


def test_a_suggestion_posts_its_payload_and_shows_its_title(chat: ChatPage) -> None:
    chat.open().choice("Menú principal").click()
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    expect(chat.mine).to_have_text(re.compile("Menú principal$"))
    assert chat.turns[0]["message"] == "/menu"
    expect(chat.choice("Ayuda")).not_to_be_visible()


def test_a_lost_message_keeps_its_text_and_can_be_sent_again(chat: ChatPage, problems: list[str]) -> None:
    chat.page.route("**/api/chat", lambda route: route.abort())
    chat.open().type("¿Cuándo es mi clase?")
    expect(chat.root.get_by_text("No pudimos enviar tu mensaje.").first).to_be_visible()
    expect(chat.mine).to_have_text(re.compile("¿Cuándo es mi clase\\?$"))
    problems.clear()
    chat.bot_answers({"text": "A las dos."})
    chat.retry.click()
    expect(chat.answer("A las dos.")).to_be_visible()
    expect(chat.retry).to_have_count(0)
    expect(chat.mine).to_have_text(re.compile("¿Cuándo es mi clase\\?$"))


def test_the_servers_own_words_are_shown_when_it_refuses(chat: ChatPage, problems: list[str]) -> None:
    chat.bot_answers(
        {"detail": "El bot no responde. Espera un minuto.", "code": "engine_timeout"}, status=504
    )
    chat.open().type("hola")
    expect(chat.root.locator(".failure")).to_contain_text("El bot no responde. Espera un minuto.")
    expect(chat.state("Con problemas")).to_be_visible()
    problems.clear()


def test_a_message_is_grey_and_the_bot_types_until_the_answer_comes(chat: ChatPage) -> None:
    held: list[Any] = []
    chat.page.route("**/api/chat", lambda route: held.append(route))
    chat.open().type("hola")
    expect(chat.mine).to_have_class(re.compile("is-pending"))
    expect(chat.root.locator("#typing")).to_be_visible()
    held[0].fulfill(json=[{"text": "Ya estoy."}])
    expect(chat.answer("Ya estoy.")).to_be_visible()
    expect(chat.root.locator("#typing")).to_be_hidden()
    expect(chat.mine).not_to_have_class(re.compile("is-pending"))


def test_at_the_limit_the_seconds_count_down(chat: ChatPage, problems: list[str]) -> None:
    chat.bot_answers({"detail": "Demasiadas."}, status=429, headers={"Retry-After": "6"})
    chat.open().type("hola")
    expect(chat.root.locator("#wait")).to_contain_text("en 6 s")
    chat.page.reload()
    expect(chat.root.locator("#wait")).to_contain_text(re.compile("en [1-5] s"))
    expect(chat.retry).to_be_disabled()
    expect(chat.root.locator("#send")).to_be_disabled()
    problems.clear()
    chat.bot_answers({"text": "Hola de nuevo."})
    expect(chat.retry).to_be_enabled()
    expect(chat.root.locator("#wait")).to_be_hidden()
    assert "wait" not in chat.stored()
    chat.retry.click()
    expect(chat.answer("Hola de nuevo.")).to_be_visible()


def test_offline_is_said_in_a_bar(chat: ChatPage, problems: list[str]) -> None:
    chat.open()
    chat.page.context.set_offline(True)
    expect(chat.root.locator("#offline")).to_be_visible()
    expect(chat.state("Sin conexión")).to_be_visible()
    chat.page.context.set_offline(False)
    expect(chat.root.locator("#offline")).to_be_hidden()
    expect(chat.state("En línea")).to_be_visible()
    problems.clear()  # a request may have fallen into the gap


def test_an_answers_markup_is_drawn_safely(chat: ChatPage) -> None:
    chat.bot_answers({"text": HOSTILE})
    chat.open().type("hola")
    bubble = chat.answer("negrita")
    expect(bubble.locator("strong")).to_have_text("negrita")
    expect(bubble.locator("em")).to_have_text("cursiva")
    expect(bubble.locator("code")).to_have_text("código")
    expect(bubble.locator("li")).to_have_count(2)
    expect(bubble.locator("img, script")).to_have_count(0)
    expect(bubble).to_contain_text("<script>alert(1)</script>")
    expect(bubble).to_contain_text("[malo](javascript:alert(1))")
    expect(bubble).to_contain_text("un_nombre_largo")
    links = bubble.locator("a").evaluate_all("nodes => nodes.map(n => [n.href, n.target, n.rel])")
    assert links == [["https://example.org/a", "_blank", "noopener"], ["mailto:a@b.co", "_blank", "noopener"]]


def test_buttons_cards_and_pictures_are_drawn(chat: ChatPage) -> None:
    chat.bot_answers(
        {
            "text": "Mira:",
            "image": "/bot-avatar.png",
            "buttons": [{"title": "Abrir", "url": "https://example.org/"}],
        },
        {"custom": {"cards": CARDS}},
    )
    chat.open().type("cursos")
    expect(chat.root.locator(".card")).to_have_count(5)
    expect(chat.root.locator(".picture img")).to_be_visible()
    assert chat.choice("Abrir").get_attribute("target") == "_blank"
    chat.choice("Ver 1").click()
    expect(chat.mine).to_have_text(re.compile("Ver 1$"))
    assert chat.turns[-1]["message"] == "/ver"


def test_the_buttons_of_an_answer_stand_under_its_last_message_each_once(chat: ChatPage) -> None:
    follow = {"title": "Sigue", "payload": "/sigue"}
    chat.bot_answers({"text": "Uno.", "buttons": [follow]}, {"text": "Dos.", "buttons": [follow]})
    chat.open().type("hola")
    expect(chat.choice("Sigue")).to_be_visible()
    below = (
        chat.root.locator(".group-bot")
        .last.locator(".group-body > *")
        .evaluate_all("nodes => nodes.map(node => node.textContent)")
    )
    assert below == ["Uno.", "Dos.", "Sigue"]


def test_a_page_that_stands_alone_tells_where_a_login_counts(chat: ChatPage, env: Any) -> None:
    env(ZAJUNA_SSO_URL="https://example.org/entrar")
    chat.bot_answers({"custom": {"type": "auth_needed", "message": "Inicia sesión para verlo."}})
    chat.open().type("mis certificados")
    link = chat.root.get_by_role("link", name="Iniciar sesión")
    expect(link).to_have_attribute("href", "https://example.org/entrar")
    expect(chat.root.locator(".group-notice")).to_contain_text("abre el chat desde allí")


def test_an_empty_answer_is_no_silence(chat: ChatPage) -> None:
    chat.bot_answers()
    chat.open().type("hola")
    expect(chat.answer("No recibí una respuesta.")).to_be_visible()


def test_each_message_is_announced_once(chat: ChatPage) -> None:
    chat.bot_answers({"text": "Primera parte."}, {"text": "Segunda parte."})
    chat.open().type("hola")
    expect(chat.answer("Segunda parte.")).to_be_visible()
    said = chat.root.locator("#announcer").inner_text()
    assert said.count("Primera parte.") == said.count("Segunda parte.") == 1


def test_the_composer_counts_and_refuses_what_is_too_long(chat: ChatPage) -> None:
    chat.open()
    send = chat.root.locator("#send")
    chat.box.fill("a" * 3499)
    expect(chat.root.locator("#counter")).to_be_hidden()
    chat.box.fill("a" * 3500)
    expect(chat.root.locator("#counter")).to_have_text("3500 de 4000")
    chat.box.fill("a" * 4001)
    expect(chat.root.locator("#counter")).to_have_text("Caracteres de más: 1")
    expect(send).to_be_disabled()
    chat.box.press("Enter")
    assert chat.turns == []


def test_shift_enter_breaks_the_line_and_the_box_grows_to_four_lines(chat: ChatPage) -> None:
    chat.bot_answers({"text": "Listo."})
    chat.open()
    heights = []
    for number in range(6):
        chat.box.press_sequentially(f"línea {number}")
        heights.append(chat.box.bounding_box()["height"])
        chat.box.press("Shift+Enter")
    assert heights[0] < heights[1] < heights[2] < heights[3] == heights[4] == heights[5]
    chat.box.press("Enter")
    expect(chat.answer("Listo.")).to_be_visible()
    assert chat.turns[0]["message"].split("\n") == [f"línea {number}" for number in range(6)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_at_320_by_480(chat: ChatPage, theme: str) -> None:
    long_word = "x" * 300
    chat.page.set_viewport_size({"width": 320, "height": 480})
    chat.bot_answers(
        {
            "text": f"{long_word} https://example.org/{long_word}",
            "buttons": [{"title": long_word, "payload": "/x"}],
        },
        {"custom": {"cards": CARDS}},
    )
    chat.open(f"/chat-embed.html?embed=1&theme={theme}")
    assert not chat.is_cut()
    chat.type(long_word)
    expect(chat.root.locator(".card")).to_have_count(5)
    assert not chat.is_cut()
    expect(chat.box).to_be_in_viewport()
