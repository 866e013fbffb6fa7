"""Staff try the bot in a browser: a sentence, a conversation, what is kept of it as a test."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.intents.models import SavedConversation
from apps.intents.services.rehearsal_files import add_starters
from apps.intents.services.sync import sync_from_files
from apps.logs.models import ChatTurn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONSOLE = "/admin/intents/intent/console/"
SAVED = "/admin/intents/savedconversation/"
LOOKS = pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])


def picture(page: Any, name: str, width: int, scheme: str) -> None:
    """Nothing sticks out sideways; SCREENSHOTS=folder keeps a picture."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"console-{name}-{width}-{scheme}.png"), full_page=True)


@pytest.fixture
def staff(signed_in: Any) -> Any:
    sync_from_files(mode="skip")
    add_starters()
    return signed_in


def look(page: Any, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


@LOOKS
def test_every_page_of_the_console_fits(staff: Any, width: int, scheme: str) -> None:
    look(staff, width, scheme)
    staff.goto("/admin/intents/intent/")
    staff.get_by_role("link", name="Consola de prueba").click()
    picture(staff, "empty", width, scheme)
    for name, text in (("answered", "quiero ver cursos"), ("missed", "me puedes pedir una pizza")):
        staff.fill("#id_text", text)
        staff.get_by_role("button", name="Probar").click()
        expect(staff.locator("meter").first).to_be_visible()
        picture(staff, name, width, scheme)
    saved = SavedConversation.objects.get(name="Saludo y menú")
    turns = saved.turns
    turns[1] = {**turns[1], "intent": "soporte", "messages": ["Otra cosa"]}
    SavedConversation.objects.filter(pk=saved.pk).update(turns=turns)
    for name, address in (("list", ""), ("one", f"{saved.pk}/change/"), ("accept", f"{saved.pk}/accept/")):
        staff.goto(f"{SAVED}{address}")
        picture(staff, name, width, scheme)
    ChatTurn.objects.create(
        timestamp=timezone.now(),
        day=timezone.localdate(),
        request_id="x",
        sender_id="web-1",
        user_message="hola, soy ana@ejemplo.com, cédula 1.032.456.789",
        engine="embedded",
    )
    staff.goto(f"{SAVED}from-log/?sender=web-1")
    picture(staff, "from-log", width, scheme)


@LOOKS
def test_a_conversation_is_held_and_kept_as_a_test(staff: Any, width: int, scheme: str) -> None:
    look(staff, width, scheme)
    staff.goto(f"{CONSOLE}conversation/")
    staff.fill("#id_say", "hola")
    staff.press("#id_say", "Enter")
    expect(staff.locator(".console-said > span:not(.visually-hidden)")).to_have_text("hola")
    staff.get_by_role("button", name="Académica").click()
    staff.get_by_label("Con sesión iniciada").check()
    staff.get_by_role("button", name="Mis certificados").click()
    expect(staff.locator(".console-talk > li")).to_have_count(3)
    expect(staff.locator(".console-talk > li").last).to_contain_text("No encuentro certificados")
    picture(staff, "talk", width, scheme)
    staff.fill("#id_name", "Certificados desde el menú")
    staff.get_by_role("button", name="Guardar como conversación de prueba").click()
    expect(staff.locator(".messagelist")).to_contain_text("Guardada")
    expect(staff.get_by_text("Todo responde lo esperado")).to_be_visible()
    saved = SavedConversation.objects.get(name="Certificados desde el menú")
    assert [(turn["say"], turn["verified"]) for turn in saved.turns] == [
        ("hola", False),
        ("/menu_academico", False),
        ("/ver_certificados", True),
    ]
    assert saved.turns[2]["intent"] == "ver_certificados"
    assert "Volver" in saved.turns[2]["buttons"]
