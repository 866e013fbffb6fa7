"""Staff write an intent in a browser: lines are counted and marked, answers previewed, nothing inline."""

from typing import Any

import pytest

from apps.chat.engines.project import Response
from apps.intents.knowledge import IntentData
from apps.intents.models import Answer, Intent
from apps.intents.services.intents import create_intent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/intents/intent/"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def notas(db: None) -> Intent:
    menu = {"title": "Menú principal", "payload": "/menu"}
    create_intent(data=IntentData("otra", ("ver mis notas",), (Response(text="Otra"),)))
    examples = ("quiero mis calificaciones", "ver mis notas", "¿cuánto saqué en el [técnico](programa)?")
    return create_intent(
        data=IntentData(
            "notas", examples, (Response(text="Estas son tus **notas**:", buttons=(menu,)),), "Mis notas"
        )
    )


def test_an_intent_is_written_in_the_browser(signed_in: Any) -> None:
    page = signed_in
    page.goto(f"{LIST}add/")
    page.fill("#id_name", "notas")
    page.fill("#id_examples", "ver mis notas\n¿Cuánto saqué?\n\nVer MIS nótas.")
    page.wait_for_selector(".intent-gutter .is-repeated")
    assert page.locator("#intent-count").inner_text() == "2 ejemplos · repetidos: 1"
    assert page.locator(".intent-gutter .is-repeated").inner_text() == "= 4"
    page.fill("#id_responses-0-text", "Tus <b>notas</b>")
    page.fill("#id_responses-0-buttons-0-title", "Menú")
    page.fill("#id_responses-0-buttons-0-payload", "/menu")
    page.click("text=Añadir botón")
    page.fill("#id_responses-0-buttons-1-title", "Zajuna")
    page.fill("#id_responses-0-buttons-1-url", "https://ejemplo.edu.co/")
    assert page.locator(".intent-preview .bubble").inner_text() == "Tus <b>notas</b>"
    assert page.locator(".intent-preview .reply").all_inner_texts() == ["Menú", "Zajuna\n(abre otra pestaña)"]
    page.click("text=Añadir otra respuesta")
    page.fill("#id_responses-1-text", "Otra respuesta")
    page.click("[name=_save]")
    page.wait_for_selector("text=después de entrenar")
    row = Intent.objects.get()
    assert row.examples.count() == 2
    first, second = Answer.objects.order_by("position")
    assert first.buttons == [
        {"title": "Menú", "payload": "/menu"},
        {"title": "Zajuna", "url": "https://ejemplo.edu.co/"},
    ]
    assert (second.text, second.buttons) == ("Otra respuesta", [])


def test_a_warning_leads_to_its_line(signed_in: Any, notas: Intent) -> None:
    page = signed_in
    page.goto(f"{LIST}{notas.pk}/change/")
    assert page.locator(".intent-gutter .is-noted").inner_text() == "! 2"
    page.click("text=Línea 2")
    selected = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert page.locator("#id_examples").evaluate(selected) == "ver mis notas"


def test_warnings_come_while_one_types(signed_in: Any, notas: Intent) -> None:
    page = signed_in
    page.goto(f"{LIST}add/")
    page.fill("#id_name", "nueva")
    page.fill("#id_examples", "algo muy distinto\nquiero mis calificacion\nVer mis notas")
    page.wait_for_selector("text=Se parece a «quiero mis calificaciones», de «notas»")
    page.wait_for_selector("text=Está también en «")
    page.wait_for_selector("text=Tiene 3 ejemplos; escribe al menos 10.")
    page.wait_for_selector("text=No tiene respuesta")
    assert page.locator(".intent-gutter .is-noted").all_inner_texts() == ["! 2", "! 3"]
    page.fill("#id_responses-0-text", "Hola")
    page.wait_for_selector("text=No tiene respuesta", state="detached")
    page.fill("#id_examples", "\n".join(f"{word} frase sin parecido" for word in "abcdefghij"))
    page.wait_for_selector("text=Tiene 3 ejemplos", state="detached")
    page.wait_for_selector("#intent-line-notes", state="hidden")


def test_an_answer_is_shown_as_the_student_sees_it(signed_in: Any, notas: Intent) -> None:
    page = signed_in
    page.goto(f"{LIST}{notas.pk}/change/")
    assert page.locator(".intent-preview .bubble strong").first.inner_text() == "notas"
    page.fill("#id_responses-0-text", "Uno\n\n- dos\n- tres")
    page.click("text=Más: fechas")
    page.fill("#id_responses-0-custom", '{"cards": [{"title": "Diseño", "subtitle": "Bogotá"}]}')
    assert page.locator(".intent-preview .bubble").count() == 1  # a button keeps it together
    page.fill("#id_responses-0-buttons-0-title", "")
    assert page.locator(".intent-preview .bubble").all_inner_texts() == ["Uno", "dos\ntres"]
    assert page.locator(".intent-preview .card h2").inner_text() == "Diseño"
    page.fill("#id_responses-0-custom", '{"cards": [')
    assert page.locator(".intent-preview .card").count() == 0


def test_list_and_page_fit_a_phone(signed_in: Any, notas: Intent) -> None:
    page = signed_in
    page.set_viewport_size(PHONE)
    for address in (LIST, f"{LIST}{notas.pk}/change/"):
        page.goto(address)
        fits = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), address
    page.goto(LIST)
    assert page.locator(".results").evaluate("box => box.scrollWidth <= box.clientWidth")
