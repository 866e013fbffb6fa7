"""Whole ways through the system, in two browsers at once: a student's phone and the team's desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db.models import F
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.accounts.services.tokens import issue_access_token
from apps.chat import engine as engines
from apps.helpdesk.models import Ticket
from apps.intents.models import Example, TrainingRun
from apps.intents.services.sync import sync_from_files
from apps.intents.services.training import train_here
from apps.logs.models import ChatTurn
from tests.conftest import PASSWORD
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import PATIENCE_MS
from tests.intents.small_bot import SENTENCES, use_small_bot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
COURSE = """<!DOCTYPE html><html lang="es"><head><title>Curso</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"></head>
<body><h1>Curso</h1><script src="/curso.js"></script><script src="/embedded.js" defer></script></body>
</html>"""
PROBLEM = "Desde ayer no puedo entrar a la plataforma: la página queda en blanco."
REPLY = "Ya quedó, Ana. Borra los datos guardados del navegador y entra otra vez."
UNKNOWN = "dónde miro el boletín del trimestre"
LESSON = "Tu boletín está en Zajuna, en *Calificaciones*."


@pytest.fixture
def desk(browser: Any, live_server: Any) -> Iterator[Any]:
    """A browser of the team's, in which nobody has logged in."""
    context = browser.new_context(locale="es-CO", base_url=live_server.url, viewport=DESK)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


@pytest.fixture
def phone(page: Any) -> Any:
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def small_bot(trained_bot: None, settings: Any, env: Any, tmp_path: Path, db: None) -> Iterator[None]:
    """Three intents, known to staff and trained."""
    use_small_bot(settings, env, tmp_path)
    env(MODEL_GATE_MARGIN=1)  # of so few sentences one alone is 7 %
    sync_from_files(mode="skip")
    train_here(trigger=TrainingRun.Trigger.COMMAND)
    yield
    engines.embedded_engine.cache_clear()


def log_in(desk: Any, person: User) -> None:
    desk.goto("/admin/")
    desk.locator("#id_username").fill(person.email)
    desk.locator("#id_password").fill(PASSWORD)
    desk.get_by_role("button", name="Entrar").click()
    expect(desk.locator("#user-tools")).to_be_visible()


def open_bubble(phone: Any, token: str) -> ChatPage:
    """The chat of a course page, which knows the student."""
    script = f"window.getZajunaToken = async () => '{token}';"
    phone.route("**/curso", lambda route: route.fulfill(body=COURSE, content_type="text/html; charset=utf-8"))
    phone.route("**/curso.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    phone.goto("/curso")
    phone.locator("button.bubble").click()
    chat = ChatPage(phone, phone.frame_locator("iframe"))
    expect(chat.state("En línea")).to_be_visible()
    return chat


def figure(desk: Any, label: str) -> Any:
    """A number of the dashboard."""
    return desk.locator(".dashboard-card", has_text=label).first


def test_a_case_is_opened_on_a_phone_answered_by_the_team_and_read_in_the_chat(
    phone: Any, desk: Any, student: User, soporte: User
) -> None:
    chat = open_bubble(phone, issue_access_token(user=student))
    chat.type("quiero crear un caso")
    expect(chat.answer("¿Cuál es tu número de documento?")).to_be_visible()
    chat.choice("Omitir").click()
    expect(chat.answer("Cuéntame qué pasa")).to_be_visible()
    chat.type(PROBLEM)
    expect(chat.answer("¿Cómo prefieres que te contacten?")).to_be_visible()
    chat.choice("Correo").click()
    expect(chat.answer("Revisa antes de que lo envíe")).to_contain_text(student.email)
    assert not chat.is_cut()
    chat.choice("Sí, enviar").click()
    case = chat.answer("Creé tu caso con el número")
    expect(case).to_be_visible()
    row = Ticket.objects.get(user=student)
    expect(case).to_contain_text(row.number)

    log_in(desk, soporte)
    figure(desk, "Casos sin responsable").get_by_role("link").click()
    desk.get_by_role("link", name=row.number).click()
    expect(desk.locator(".case-main")).to_contain_text(PROBLEM)
    desk.get_by_role("button", name="Encargarme").click()
    desk.locator("#case-text").fill(REPLY)
    desk.set_viewport_size(PHONE)
    assert desk.evaluate(FITS)
    desk.get_by_role("button", name="Responder y resolver").click()
    expect(desk.locator(".case-status")).to_have_text("Resuelto")
    expect(desk.locator(".case-comments .is-ours")).to_contain_text(REPLY)
    assert any(student.email in letter.to and REPLY in letter.body for letter in mail.outbox)

    chat.choice("No, gracias").click()
    chat.type("¿cómo va mi caso?")
    expect(chat.answer(f"Caso {row.number}")).to_contain_text("resuelto")
    expect(chat.answer("Te respondieron")).to_contain_text(REPLY)


def test_what_the_bot_did_not_know_is_taught_by_the_team_and_answered_in_the_chat(
    phone: Any, desk: Any, small_bot: None, admin: User
) -> None:
    chat = ChatPage(phone).open()
    chat.type(UNKNOWN)
    expect(chat.answer("No te entendí bien")).to_be_visible()
    ChatTurn.objects.update(timestamp=F("timestamp") - timedelta(minutes=1))  # the inbox takes no newer one

    log_in(desk, admin)
    expect(figure(desk, "No entendidos")).to_contain_text("1")
    figure(desk, "Bandeja de revisión").get_by_role("link").click()
    expect(desk.locator("#result_list tbody tr")).to_contain_text(UNKNOWN)
    desk.keyboard.press("i")
    expect(desk.locator("#review-panel [name=intent]")).to_be_focused()
    desk.keyboard.type("notas")
    desk.keyboard.press("Enter")
    expect(desk.locator("#review-status")).to_contain_text("Asignado a «notas»")
    assert Example.objects.get(text=UNKNOWN).intent.name == "notas"

    desk.goto("/admin/intents/intent/")
    desk.locator("#result_list").get_by_role("link", name="notas").click()
    expect(desk.locator("#id_examples")).to_have_value("\n".join([*SENTENCES["notas"], UNKNOWN]))
    desk.locator("#id_responses-0-text").fill(LESSON)
    expect(desk.locator(".intent-preview .bubble em")).to_have_text("Calificaciones")
    desk.locator("[name=_save]").click()
    expect(desk.locator(".messagelist")).to_contain_text("después de entrenar")
    desk.get_by_role("button", name="Entrenar ahora").click()
    expect(desk.locator("#run-state")).to_have_text("Terminado")

    chat.type(UNKNOWN)
    expect(chat.answer("Tu boletín está en Zajuna")).to_be_visible()
    assert not chat.is_cut()
    desk.goto("/admin/")
    expect(figure(desk, "Mensajes")).to_contain_text("2")
    expect(figure(desk, "Entendidos")).to_contain_text("50")
