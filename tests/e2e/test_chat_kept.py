"""What the chat page keeps of a conversation, for whom, and how it ends."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.accounts.services.tokens import issue_access_token
from apps.chat.models import Conversation, Owner
from apps.chat.services import handoff
from apps.helpdesk.services.handoff import take_conversation
from tests.e2e.chat_page import ChatPage
from tests.e2e.hosting import Host

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chat(page: Any) -> ChatPage:
    return ChatPage(page)


def test_a_reload_shows_what_was_said_typed_and_not_sent(chat: ChatPage, problems: list[str]) -> None:
    chat.bot_answers({"text": "Elige:", "buttons": [{"title": "Sigue", "payload": "/sigue"}]})
    chat.open().type("uno")
    expect(chat.answer("Elige:")).to_be_visible()
    chat.page.route("**/api/chat", lambda route: route.abort())
    chat.type("dos")
    expect(chat.retry).to_be_visible()
    chat.box.fill("tres, sin enviar")
    before = chat.said
    chat.open()
    assert chat.said == before
    expect(chat.box).to_have_value("tres, sin enviar")
    expect(chat.choice("Sigue")).to_be_visible()
    assert chat.announced.strip() == ""
    problems.clear()
    chat.bot_answers({"text": "Ahora sí."})
    chat.retry.click()
    expect(chat.answer("Ahora sí.")).to_be_visible()
    expect(chat.choice("Sigue")).to_be_hidden()
    assert [turn["message"] for turn in chat.turns] == ["uno", "dos", "dos"]
    assert len({turn["sender"] for turn in chat.turns}) == 1


def test_a_message_whose_page_went_away_is_offered_again(chat: ChatPage) -> None:
    chat.page.route("**/api/chat", lambda route: None)
    chat.open().type("¿sigues ahí?")
    expect(chat.mine).to_have_class(re.compile("is-pending"))
    chat.open()
    expect(chat.root.locator(".failure")).to_contain_text("No sabemos si llegó.")
    expect(chat.mine).to_have_text("Tú: ¿sigues ahí?")


def test_after_twelve_hours_nobody_reads_it(chat: ChatPage) -> None:
    chat.bot_answers({"text": "Listo."})
    chat.open().type("uno")
    expect(chat.answer("Listo.")).to_be_visible()
    chat.page.evaluate(
        """() => {
            const chat = JSON.parse(localStorage["tutorbot:chat"]);
            localStorage["tutorbot:chat"] = JSON.stringify({...chat, at: Date.now() - 12.1 * 3600e3});
        }"""
    )
    chat.open()
    assert len(chat.said) == 1
    assert chat.page.evaluate("() => localStorage['tutorbot:chat']") is None
    chat.type("dos")
    expect(chat.answer("Listo.")).to_be_visible()
    assert chat.turns[0]["sender"] != chat.turns[1]["sender"]


def test_without_storage_the_page_works_as_long_as_it_is_open(chat: ChatPage) -> None:
    chat.page.add_init_script(
        """for (const area of ["localStorage", "sessionStorage"])
            Object.defineProperty(window, area, {get() { throw new DOMException("blocked"); }});"""
    )
    chat.bot_answers({"text": "Listo."})
    chat.open().type("uno")
    expect(chat.answer("Listo.")).to_be_visible()
    chat.type("dos")
    expect(chat.bot_bubbles).to_have_count(3)
    assert chat.turns[0]["sender"] == chat.turns[1]["sender"]


def test_two_tabs_show_one_conversation_and_end_together(chat: ChatPage, page: Any) -> None:
    chat.bot_answers({"text": "Listo."})
    chat.open()
    other = ChatPage(page.context.new_page()).open()
    other.bot_answers({"text": "Aquí también."})
    chat.type("uno")
    expect(other.answer("Listo.")).to_be_visible()
    other.type("dos")
    expect(chat.answer("Aquí también.")).to_be_visible()
    assert chat.said == other.said
    assert chat.turns[0]["sender"] == other.turns[0]["sender"]
    chat.open_menu().root.locator("#finish").click()
    chat.root.locator("#finish-yes").click()
    expect(other.bot_bubbles).to_have_count(1)


def test_finish_and_wipe_leaves_nothing_here_and_nothing_in_the_bot(
    chat: ChatPage, soporte: User, admin: User
) -> None:
    chat.open().type("quiero hablar con una persona")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    row = handoff.hand_over(sender=Conversation.objects.get().sender_id)
    handoff.say(
        conversation=take_conversation(conversation=row, by=soporte), by=soporte, text="Dime tu clave"
    )
    chat.type("¿hola?")
    expect(chat.root.locator(".group-person .bubble")).to_have_text("Dime tu clave")
    chat.box.fill("mi clave es…")
    chat.open_menu().root.get_by_label("English").check()
    expect(chat.root.locator("html")).to_have_attribute("lang", "en")
    chat.root.locator("#finish").click()
    dialog = chat.root.get_by_role("dialog", name="Finish and wipe?")
    expect(dialog).to_contain_text("this conversation, with what you wrote and did not send")
    expect(dialog.get_by_role("button", name="Stay here")).to_be_focused()
    with chat.page.expect_response(lambda answer: "/restart" in (answer.request.post_data or "")):
        dialog.get_by_role("button", name="Finish and wipe").click()
    expect(chat.root.locator(".group-notice")).to_have_text(
        "Listo. Tu conversación ya no está en este navegador."
    )
    expect(chat.root.locator("html")).to_have_attribute("lang", "es")
    expect(chat.answer("¿Qué necesitas?")).to_be_visible()
    expect(chat.box).to_have_value("")
    expect(chat.box).to_be_focused()
    expect(chat.root.locator("#person")).to_be_hidden()
    expect(chat.root.locator("#privacy")).to_be_visible()
    assert len(chat.said) == 1
    assert chat.stored() == '[{},{},""]'
    assert [turn["message"] for turn in chat.turns][-2:] == ["/volver_al_bot", "/restart"]
    row.refresh_from_db()
    assert row.owner == Owner.BOT
    assert '"intent": "humano"' not in row.state
    old = chat.turns[-1]["sender"]
    chat.type("hola")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    assert chat.turns[-1]["sender"] != old


def test_a_persons_lines_come_back_once_after_a_reload(chat: ChatPage, soporte: User) -> None:
    chat.open().type("hola")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    row = handoff.hand_over(sender=Conversation.objects.get().sender_id)
    row = take_conversation(conversation=row, by=soporte)
    handoff.say(conversation=row, by=soporte, text="Ya lo miro.")
    chat.page.reload()
    lines = chat.root.locator(".group-person .bubble")
    expect(lines).to_have_text(["Ya lo miro."])
    chat.page.reload()
    handoff.say(conversation=row, by=soporte, text="Listo, entra de nuevo.")
    expect(lines).to_have_text(["Ya lo miro.", "Listo, entra de nuevo."])
    expect(chat.state("Hablas con Iván")).to_be_visible()
    expect(chat.root.locator(".group-notice")).to_have_count(2)


def test_what_a_login_brought_is_read_again_by_the_same_person_in_the_same_tab_alone(
    page: Any, student: User, soporte: User, make_token: Callable[[User], str]
) -> None:
    host = Host(page)
    host.chat.bot_answers({"text": "Tu tutora es Marta."})
    chat = host.open(make_token(student))
    chat.type("¿quién es mi tutora?")
    expect(chat.answer("Tu tutora es Marta.")).to_be_visible()
    stored = chat.root.locator("html").evaluate(
        "() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage)]"
    )
    assert "Marta" not in stored[0]
    assert "Marta" in stored[1]
    assert make_token(student)[:20] not in "".join(stored)
    host.open(make_token(student))  # a new token of the same person
    expect(chat.answer("Tu tutora es Marta.")).to_be_visible()
    chat.box.fill("Marta, estoy mal")
    host.open(make_token(student))
    expect(chat.box).to_have_value("Marta, estoy mal")
    other_tab = ChatPage(page.context.new_page()).open()
    assert "Marta" not in "".join(other_tab.said)
    host.open(make_token(soporte))
    expect(chat.answer("¿Qué necesitas?")).to_be_visible()
    assert "Marta" not in "".join(chat.said)
    expect(chat.box).to_have_value("")
    assert "Marta" not in chat.stored()


def test_who_logs_in_next_on_the_same_page_finds_nothing_typed(
    page: Any, student: User, soporte: User, make_token: Callable[[User], str]
) -> None:
    host = Host(page)
    chat = host.open()
    chat.box.fill("antes de entrar")
    for token, left in ((make_token(student), "antes de entrar"), (make_token(soporte), ""), ("", "")):
        host.hand(token)
        expect(chat.box).to_have_value(left)
        if token:
            chat.box.fill(left or "mío")
    assert "mío" not in chat.stored()


def test_a_question_before_the_login_stays_in_the_conversation_after_it(
    page: Any, student: User, make_token: Callable[[User], str]
) -> None:
    host = Host(page)
    host.chat.bot_answers({"custom": {"type": "auth_needed", "message": "Inicia sesión."}})
    chat = host.open()
    chat.type("mis certificados")
    expect(chat.answer("Inicia sesión.")).to_be_visible()
    host.chat.bot_answers({"text": "Tienes dos."})
    host.hand(make_token(student))
    chat.type("ya")
    expect(chat.answer("Tienes dos.")).to_be_visible()
    assert chat.turns[0]["sender"] == chat.turns[1]["sender"]
    assert chat.root.locator("html").evaluate("() => localStorage['tutorbot:chat']") is None


def test_a_host_that_knows_nothing_but_auth_request_is_asked_for_a_question_too(
    page: Any, student: User, make_token: Callable[[User], str]
) -> None:
    host = Host(page)
    host.chat.bot_answers({"custom": {"type": "auth_needed", "message": "Inicia sesión."}})
    chat = host.open()
    page.evaluate("value => { token = value; }", make_token(student))
    chat.type("mis certificados")
    expect(chat.root.locator(".group-notice", has_text="No pudimos verificar tu sesión.")).to_be_visible()
    assert ["authorization" in turn["headers"] for turn in chat.turns] == [False, True]


@pytest.fixture
def make_token() -> Callable[[User], str]:
    return lambda user: str(issue_access_token(user=user))
