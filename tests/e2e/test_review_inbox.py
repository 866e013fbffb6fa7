"""Staff work through the review inbox in a browser, by keyboard alone."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.intents.knowledge import IntentData
from apps.intents.models import Example, Intent, ReviewGroup
from apps.intents.services.intents import create_intent
from apps.intents.services.review.collecting import collect_reviews
from apps.logs.models import Feedback
from tests.intents.review_inbox import said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INBOX = "/admin/intents/reviewgroup/"
KNOWN = ("soporte_tecnico", "notas", "horario", "saludo", "despedida", "inscripcion", "certificado")
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
TEXTS = {
    "no me deja subir la evidencia al territorio": 5,
    "cuándo reparten los uniformes de dotación": 3,
    "el aula virtual me saca a cada rato": 2,
    "mi cédula es 1020304050 y no aparezco": 1,
}


@pytest.fixture
def inbox(signed_in: Any, transactional_db: None) -> Any:
    names = [guess for text in TEXTS for guess in guesses_of(text)]
    for name in dict.fromkeys([*names, *KNOWN]):
        create_intent(data=IntentData(name, (f"ejemplo de {name}",), title=name.replace("_", " ").title()))
    for text, count in TEXTS.items():
        for number in range(count):
            said(text + "!" * number, seconds_ago=600 - number, sender_id="web-7")
    said("no me deja subir las evidencias al territorio", seconds_ago=400)
    collect_reviews()
    page = signed_in
    page.goto(INBOX)
    return page


def guesses_of(text: str) -> list[str]:
    from apps.chat.engine import get_engine

    return [guess.intent for guess in get_engine().parse(text).ranking[:3]]


def picture(page: Any, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def status(page: Any) -> Any:
    return page.locator("#review-status")


def test_groups_are_decided_by_key(inbox: Any) -> None:
    page = inbox
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(4)
    expect(page.locator("#review-progress-text")).to_have_text("0 de 4 decididos hoy")
    page.keyboard.press("1")  # the first row is the current one
    expect(status(page)).to_contain_text("ejemplos nuevos")
    expect(rows).to_have_count(3)
    first = ReviewGroup.objects.get(state="assigned")
    assert first.message_count == 6
    assert first.intent.name == guesses_of(first.text)[0]
    expect(page.locator("#review-progress-text")).to_have_text("1 de 4 decididos hoy")
    expect(page.locator(".review-text").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".review-text").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(status(page)).to_contain_text("Descartado")
    expect(rows).to_have_count(2)
    page.keyboard.press("u")
    expect(status(page)).to_contain_text("Deshecho: 1 grupo vuelve")
    expect(rows).to_have_count(3)
    expect(page.locator(".review-text").first).to_be_focused()
    page.keyboard.press("u")
    expect(rows).to_have_count(4)
    assert ReviewGroup.objects.filter(state="open").count() == 4
    assert not Example.objects.filter(origin="review").exists()


def test_an_intent_is_picked_or_made_by_key(inbox: Any, problems: list[str]) -> None:
    page = inbox
    page.keyboard.press("i")
    panel = page.locator("#review-panel")
    expect(panel.locator("[name=intent]")).to_be_focused()
    assert page.locator("#review-intents option").count() == Intent.objects.count()
    page.keyboard.type("no_hay")
    page.keyboard.press("Enter")
    expect(panel.locator(".review-errors")).to_contain_text("No hay una intención con ese nombre")
    problems.clear()  # the browser notes the 404
    page.keyboard.press("Control+A")
    page.keyboard.type("notas")
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(status(page)).to_contain_text("Asignado a «notas»")
    expect(page.locator(".review-text").first).to_be_focused()
    page.keyboard.press("n")
    expect(panel.locator("[name=name]")).to_be_focused()
    page.keyboard.type("uniformes")
    panel.locator("[name=answer]").fill("Se entregan en marzo.")
    panel.locator("[name=name]").press("Enter")
    expect(status(page)).to_contain_text("Asignado a «uniformes»")
    assert Intent.objects.get(name="uniformes").answers.get().text == "Se entregan en marzo."
    assert page.evaluate("document.activeElement.className") == "review-text"


def test_personal_data_is_edited_before_it_is_added(inbox: Any, problems: list[str]) -> None:
    page = inbox
    row = page.locator("tr", has_text="1020304050")
    row.locator(".review-guess").first.click()
    expect(status(page)).to_contain_text("tiene un número largo")
    problems.clear()  # the browser notes the 422
    row.locator(".review-text").click()
    panel = page.locator("#review-panel")
    expect(panel.locator(".review-personal")).to_contain_text("tiene un número largo")
    line = panel.locator(".review-line")
    line.fill("mi documento no aparece")
    panel.locator("[name=use]").check()
    panel.locator(".review-guess").first.click()
    expect(panel).to_be_hidden()
    assert Example.objects.get(origin="review").text == "mi documento no aparece"
    assert "1020304050" in Example.objects.get(origin="review").source_turn.user_message


def test_keys_can_be_shown_and_switched_off(inbox: Any) -> None:
    page = inbox
    page.keyboard.press("?")
    expect(page.locator("#row-help dl")).to_be_visible()
    picture(page, "row-keys")
    page.uncheck("#row-keys")
    page.keyboard.press("x")
    expect(page.locator("#result_list tbody tr")).to_have_count(4)
    page.reload()
    page.keyboard.press("x")
    expect(page.locator("#result_list tbody tr")).to_have_count(4)


def test_the_last_group_leaves_an_empty_inbox_that_says_what_comes(inbox: Any) -> None:
    page = inbox
    for left in (3, 2, 1, 0):
        page.keyboard.press("x")
        expect(page.locator("#result_list tbody tr")).to_have_count(left)
    expect(page.locator(".review-empty")).to_contain_text("No hay nada por revisar")
    page.wait_for_load_state()  # emptied, the page loads anew: before its script runs no key is heard
    picture(page, "review-empty")
    page.keyboard.press("u")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_inbox_and_group_fit(inbox: Any, width: int, scheme: Any) -> None:
    page = inbox
    group = ReviewGroup.objects.order_by("-message_count").first()
    assert group is not None
    Feedback.objects.create(
        turn=group.items.first().turn, value="down", comment="No era eso lo que pregunté."
    )
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    addresses = {
        "inbox": INBOX,
        "group": f"{INBOX}{group.pk}/change/",
        "decided": f"{INBOX}?estado=todos",
        "conversation": "/admin/logs/chatturn/?sender_id=web-7",
    }
    for name, address in addresses.items():
        page.goto(address)
        assert page.evaluate(FITS), name
        picture(page, f"review-{name}-{width}-{scheme}")
    page.goto(INBOX)
    page.keyboard.press("o")
    expect(page.locator("#review-panel [name=use]").first).to_be_visible()
    assert page.evaluate(FITS)
    picture(page, f"review-panel-{width}-{scheme}")
