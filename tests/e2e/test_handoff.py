"""From the bot to a person and back, in two browsers: a student's chat and Django admin."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.chat.models import Conversation, Owner
from apps.chat.services import handoff
from apps.helpdesk.models import Ticket
from apps.helpdesk.services.handoff import take_conversation
from tests.e2e.chat_page import ChatPage
from tests.e2e.test_conversation_pages import talk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = (
    "quiero hablar con una persona",
    "sí",
    "Ana Rojas",
    "ana@ejemplo.edu.co",
    "omitir",
    "No puedo entrar a la plataforma",
    "omitir",
    "sí",
)


@pytest.fixture
def desk(browser: Any, live_server: Any, soporte: User) -> Iterator[Any]:
    """The page of somebody of the team."""
    client = Client()
    client.force_login(soporte)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        locale="es-CO", base_url=live_server.url, viewport={"width": 1280, "height": 800}
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def picture(page: Any, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}.png"))


def test_a_student_asks_for_a_person_is_answered_and_given_back(page: Any, desk: Any, soporte: User) -> None:
    chat = ChatPage(page).open()
    for text in ASKED:
        answered = chat.bot_bubbles.count()
        chat.type(text)
        expect(chat.bot_bubbles.nth(answered)).to_be_visible()
        if Ticket.objects.exists():
            break
    expect(chat.answer("Una persona te escribirá aquí mismo")).to_be_visible()
    expect(chat.state("Esperando a una persona")).to_be_visible()
    expect(page.locator(".group-notice").last).to_contain_text("Quedaste en espera")
    row = Conversation.objects.get()
    assert row.owner == Owner.QUEUE

    desk.goto(reverse("admin:helpdesk_ticket_change", args=[Ticket.objects.get().pk]))
    expect(desk.locator(".reply-state")).to_contain_text("espera a una persona")
    desk.get_by_role("button", name="Tomar").click()
    expect(desk.locator(".reply-state")).to_contain_text("La tienes tú")
    expect(chat.state("Hablas con Iván")).to_be_visible()
    expect(page.locator(".group-notice").last).to_contain_text("Ahora hablas con Iván")
    assert Ticket.objects.get().assignee == soporte

    desk.locator("#reply-text").fill("Hola, Ana. Dime qué ves.\n¿Qué navegador usas?")
    desk.reload()
    expect(desk.locator("#reply-text")).to_have_value("Hola, Ana. Dime qué ves.\n¿Qué navegador usas?")
    desk.locator("#reply-text").press("Control+Enter")
    expect(desk.locator(".is-person .talk-bubble")).to_contain_text("Dime qué ves.")
    expect(desk.locator("#reply-text")).to_have_value("")
    expect(page.locator(".group-person .bubble")).to_contain_text("Dime qué ves.")
    expect(page.locator(".group-person .group-name")).to_have_text("Iván")

    chat.type("Una página en blanco")
    expect(desk.locator(".is-persons .talk-said").last).to_contain_text("Una página en blanco")
    expect(chat.answer("Iván recibió tu mensaje")).to_have_count(0)
    picture(page, "chat-person-light")
    picture(desk, "case-talk")

    desk.get_by_role("button", name="Devolver al bot").click()
    expect(desk.locator(".reply-state")).to_contain_text("Responde el bot")
    expect(page.locator(".group-notice").last).to_contain_text("Vuelves a hablar con el asistente")
    expect(chat.state("En línea")).to_be_visible()
    expect(page.locator("#person")).to_be_hidden()
    chat.type("menú")
    expect(chat.answer("menú").or_(chat.bot_bubbles.last)).to_be_visible()
    expect(chat.mine).to_have_text("Tú: menú")


def test_who_waits_leaves_the_queue_by_a_button(page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    chat = ChatPage(page).open()
    chat.type("hola")
    expect(chat.bot_bubbles.nth(1)).to_be_visible()
    handoff.hand_over(sender=Conversation.objects.get().sender_id)
    chat.type("¿hay alguien?")
    expect(chat.state("Esperando a una persona")).to_be_visible()
    expect(page.locator(".group-notice")).to_be_visible()
    assert not chat.is_cut()
    picture(page, "chat-queue-360-dark")
    page.reload()
    expect(chat.state("Esperando a una persona")).to_be_visible()
    page.locator("#person-leave").click()
    expect(chat.answer("Vuelves a hablar con el asistente.")).to_be_visible()
    expect(page.locator("#person")).to_be_hidden()


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((360, 740), "dark")])
def test_it_fits(signed_in: Any, admin: User, soporte: User, talk: Any, size: Any, scheme: str) -> None:  # noqa: F811
    page = signed_in
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    row = take_conversation(conversation=handoff.hand_over(sender=talk.sender_id), by=admin)
    handoff.say(conversation=row, by=admin, text="Hola, María. Ya revisé tu cuenta: " + "x" * 80)
    ticket = reverse("admin:helpdesk_ticket_change", args=[Ticket.objects.get().pk])
    whole = reverse("admin:chat_conversation_change", args=[row.pk])
    shown = {"mine": ticket, "mine-whole": whole, "list": reverse("admin:chat_conversation_changelist")}
    for name, address in shown.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if name == "mine":
            page.locator("#conversation").scroll_into_view_if_needed()
        picture(page, f"{name}-{size[0]}-{scheme}")
    take_conversation(conversation=row, by=soporte, instead_of=admin.pk)
    page.goto(whole)
    assert page.get_by_role("link", name="Tomarla en lugar de Iván…").is_visible()
    picture(page, f"others-{size[0]}-{scheme}")
