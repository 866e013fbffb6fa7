"""Staff work through the queue by keyboard and answer a case, on a desk and on a phone."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.helpdesk.models import CannedAnswer, Source, Ticket, TicketComment
from apps.helpdesk.services.comments import add_comment
from apps.helpdesk.services.tickets import open_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/helpdesk/ticket/"
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SUBJECTS = {
    "No puedo entrar al aula virtual desde que cambié la contraseña": "soporte",
    "Derecho de petición: certificado de la ficha 2834567": "pqrs",
    "Quiero hablar con una persona": "humano",
    "Revisar el horario del ambiente 204": "interno",
}


def picture(page: Any, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


@pytest.fixture
def queue(signed_in: Any, admin: User) -> Any:
    now = timezone.now()
    for place, (subject, kind) in enumerate(SUBJECTS.items()):
        data = {
            "name": "María Fernanda Rodríguez Castañeda",
            "email": "maria.fernanda.rodriguez.castaneda@ejemplo.edu.co",
            "subject": subject,
            "message": "Desde ayer la página queda en blanco.\nYa probé en otro navegador.",
            "kind": kind,
            "cedula": "1032456789",
            "phone": "300 123 4567",
            "metadata": {"url": "https://zajuna.example/mod/forum/view.php?id=123456789"},
        }
        row = open_ticket(data=data, source=Source.BOT)
        terms = {"response_due_at": now + timedelta(days=place), "due_at": now + timedelta(days=place + 3)}
        Ticket.objects.filter(pk=row.pk).update(**terms)
    Ticket.objects.filter(kind="soporte").update(response_due_at=now - timedelta(hours=3), due_at=now)
    for shortcut, text in (("saludo", "Hola, {nombre}. Soy {agente}."), ("cierre", "Cerramos {numero}.")):
        CannedAnswer.objects.create(name=shortcut.title(), shortcut=shortcut, text=text)
    signed_in.goto(QUEUE)
    return signed_in


def test_a_case_is_taken_and_answered_by_key(queue: Any, admin: User) -> None:
    page = queue
    tabs = page.locator(".queue-tabs")
    expect(tabs.locator("[aria-current]")).to_contain_text("Abiertos y en espera")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("Vencido")
    picture(page, "queue")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(page.locator(".messagelist")).to_contain_text("Te encargas de")
    expect(page.locator("#result_list tbody tr").first.locator("th a")).to_be_focused()
    assert Ticket.objects.get(assignee=admin).kind == "soporte"
    page.keyboard.press("?")
    expect(page.locator("#row-help dl")).to_be_visible()
    picture(page, "queue-help")
    page.keyboard.press("?")
    page.locator("#result_list tbody tr").first.locator("th a").focus()
    page.keyboard.press("o")
    expect(page.locator("#case-text")).to_be_visible()
    row = Ticket.objects.get(assignee=admin)
    page.locator("#case-text").press_sequentially("/sal")
    option = page.locator("#case-canned [aria-selected=true]")
    expect(option).to_contain_text("/saludo")
    picture(page, "case-canned")
    page.keyboard.press("Enter")
    page.locator("#case-text").press_sequentially(" Prueba otra vez.")
    page.get_by_role("button", name="Responder y resolver").click()
    expect(page.locator(".case-status")).to_have_text("Resuelto")
    said = TicketComment.objects.get(ticket=row).text
    assert said == "Hola, María Fernanda Rodríguez Castañeda. Soy Luz Jiménez. Prueba otra vez."


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
def test_queue_and_case_fit_a_desk_and_a_phone(queue: Any, admin: User, size: tuple[int, int]) -> None:
    page, row = queue, Ticket.objects.get(kind="pqrs")
    add_comment(ticket=row, by=admin, text="Ya lo pedimos. " * 20)
    add_comment(ticket=row, by=admin, text="Hablar con la coordinación.", is_public=False)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    keys = [str(one.pk) for one in Ticket.objects.all()]
    for name, address in (("queue", QUEUE), ("queue-empty", f"{QUEUE}?cola=resueltos"), ("case", row.pk)):
        page.goto(f"{QUEUE}{address}/change/" if name == "case" else address)
        assert page.evaluate(FITS), name
        picture(page, f"{name}-{size[0]}")
    page.emulate_media(color_scheme="dark")
    picture(page, f"case-dark-{size[0]}")
    page.goto(QUEUE)
    picture(page, f"queue-dark-{size[0]}")
    for key in keys:
        page.check(f'.action-select[value="{key}"]')
    page.select_option("select[name=action]", "assign")
    page.locator("button[name=index]").click()
    expect(page.locator("#choice")).to_be_visible()
    assert page.evaluate(FITS)
    picture(page, f"assign-{size[0]}")
