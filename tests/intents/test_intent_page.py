"""The page of one intent in Django admin: what is typed, saved, refused and warned of."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.accounts.models import User
from apps.chat.engines.project import Response
from apps.intents.models import Answer, Example, Intent
from tests.intents.admin_pages import (
    ADD,
    BUTTON,
    FULL,
    LIST,
    TRAIN,
    answers,
    make,
    of,
    rows,
    shown,
    texts,
)

pytestmark = pytest.mark.django_db


# the page of one intent


def test_an_intent_is_made_with_examples_and_answers(page: Client, soporte: User) -> None:
    form = {
        "name": "notas",
        "title": "Mis notas",
        "requires_auth": "on",
        "is_active": "on",
        "tags": "académico,, notas ,académico",
        "owner": str(soporte.pk),
        "examples": "ver mis notas\r\n\r\n¿Cuánto saqué?\r\n  VER mis notas.  ",
        **rows("responses", {"text": "Tus notas:\r\nya"}, {"text": ""}),
        **rows("responses-0-buttons", {"title": "Menú", "payload": "/menu"}, {"title": ""}),
        **rows("responses-1-buttons", {"title": ""}),
    }
    answer = page.post(ADD, form, follow=True)
    row = Intent.objects.get()
    assert (row.name, row.title, row.tags, row.owner) == ("notas", "Mis notas", "académico, notas", soporte)
    assert (row.requires_auth, row.is_active) == (True, True)
    assert texts(row) == ["ver mis notas", "¿Cuánto saqué?"]
    saved = row.answers.get()
    assert (saved.text, saved.buttons) == ("Tus notas:\nya", [{"title": "Menú", "payload": "/menu"}])
    html = answer.content.decode()
    assert TRAIN in html
    assert "1 línea repetida no se guardó" in html


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": "Mis notas"}, "minúsculas"),
        ({"name": "ocupada"}, "xiste"),
        ({"examples": "ver el [técnico](programa"}, "marca de entidad mal escrita"),
        ({"examples": "a" * 501}, "más de 500"),
        ({"responses-0-text": "a" * 2001}, "2000 caracteres"),
        ({"responses-0-custom": "{"}, "JSON"),
        ({"responses-0-custom": "[1]"}, "objeto JSON"),
        ({"responses-0-custom": '{"a": "\\u0000"}'}, "no se pueden guardar"),
        (rows("responses-0-buttons", {"title": "Solo texto"}), "Un botón necesita"),
        ({"responses-TOTAL_FORMS": "x"}, "ManagementForm"),
        ({"title": "a" * 81}, "80 caracteres"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(page: Client, change: dict[str, str], text: str) -> None:
    make("ocupada")
    form = {"name": "nueva", "examples": "hola", **answers("Hola"), **change}
    answer = page.post(ADD, form)
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert Intent.objects.count() == 1


def test_saving_a_page_as_it_is_changes_nothing(page: Client) -> None:
    row = make()
    row.refresh_from_db()  # MongoDB keeps milliseconds
    before = list(Answer.objects.values()), list(Example.objects.values())
    answer = page.post(of(row), shown(page, row), follow=True)
    assert answer.redirect_chain
    assert TRAIN not in answer.content.decode()
    assert (list(Answer.objects.values()), list(Example.objects.values())) == before
    assert Intent.objects.get().updated_at == row.updated_at


def test_one_changed_answer_keeps_what_the_rest_had(page: Client) -> None:
    row = make()
    form = shown(page, row) | {"responses-0-text": "Hola otra vez.", "name": "otro_nombre"}
    assert page.post(of(row), form).status_code == 302
    first, second = Answer.objects.order_by("position")
    assert (first.text, second.text) == ("Hola otra vez.", "Otra")
    assert (first.buttons, first.custom, first.channel) == ([BUTTON], {"type": "card"}, "web")
    assert (first.image, first.conditions) == (FULL.image, {"programa": "técnico"})
    assert Intent.objects.get().name == "notas"
    assert "Respuestas" in LogEntry.objects.get().get_change_message()


def test_answers_and_buttons_are_taken_away_and_added(page: Client) -> None:
    row = make()
    form = shown(page, row) | {
        "responses-0-DELETE": "on",
        "responses-1-buttons-0-title": "Zajuna",
        "responses-1-buttons-0-url": "https://zajuna.sena.edu.co/",
        "responses-2-text": "Tercera",
    }
    assert page.post(of(row), form).status_code == 302
    found = list(Answer.objects.order_by("position").values_list("text", "buttons"))
    link = {"title": "Zajuna", "url": "https://zajuna.sena.edu.co/"}
    assert found == [("Otra", [link]), ("Tercera", [])]


def test_an_emptied_button_is_gone_and_an_emptied_answer_is_refused(page: Client) -> None:
    row = make()
    no_button = {"responses-0-buttons-0-title": "", "responses-0-buttons-0-payload": ""}
    assert page.post(of(row), shown(page, row) | no_button).status_code == 302
    assert Answer.objects.order_by("position")[0].buttons == []
    answer = page.post(of(row), shown(page, row) | {"responses-1-text": ""})
    assert "Hay una respuesta vacía" in answer.content.decode()
    assert Answer.objects.count() == 2


def test_somebody_elses_change_in_between_is_not_written_over(page: Client) -> None:
    row = make()
    first, second = shown(page, row), shown(page, row)
    page.post(of(row), first | {"title": "Primero"})
    answer = page.post(of(row), second | {"title": "Segundo"})
    assert "Alguien la cambió" in answer.content.decode()
    assert Intent.objects.get().title == "Primero"


def test_the_page_shows_warnings_at_their_lines_rules_and_a_preview_as_plain_text(page: Client) -> None:
    make("otra", examples=("ver mis notas",))
    bold = Response(text="**Hola** <b>tú</b>", buttons=(BUTTON,))
    row = make("iniciar_sesion", examples=("entrar", "Ver mis notas"), answers=(bold,))
    html = page.get(of(row)).content.decode()
    assert "Tiene 2 ejemplos; escribe al menos 10." in html
    assert re.search(r'data-line="2"><b>Línea 2</b>\s*Está también en «otra»', html)
    assert "«iniciar_sesion with a verified session»" in html
    assert '<p class="intent-bubble">**Hola** &lt;b&gt;tú&lt;/b&gt;</p>' in html
    assert "<li>Menú</li>" in html


def test_warnings_after_an_error_are_of_what_was_typed(page: Client) -> None:
    row = make()
    answer = page.post(of(row), shown(page, row) | {"examples": "uno\nver [x](y\nUno"})
    html = answer.content.decode()
    assert 'data-line="2"' in html
    assert "Repite la línea 1" in html
    assert len(texts(row)) == 2


# while one types

CHECKS = f"{LIST}checks/"


def test_lines_are_checked_against_other_intents_while_they_are_typed(
    page: Client, django_assert_max_num_queries: Any
) -> None:
    row = make("otra", examples=("ver mis notas", "¿cuánto saqué en la clase?"))
    lines = ["algo distinto", "VER mis notas!", "cuanto saque en las clases", "[x](y"]
    with django_assert_max_num_queries(6):  # three; session, person, second factor
        body = page.get(CHECKS, {"line": lines, "count": "4", "answers": "0", "name": "nueva"}).json()
    assert body["lines"][0] == ""
    assert body["lines"][1].startswith("Está también en «otra»")
    assert body["lines"][2].startswith("Se parece a «cuanto saque en la clase», de «otra»")
    assert body["lines"][3].startswith("La marca de entidad está mal escrita")
    assert body["notes"] == [
        "Tiene 4 ejemplos; escribe al menos 10.",
        "No tiene respuesta; escribe al menos una.",
    ]
    own = page.get(CHECKS, {"line": lines[:2], "count": "12", "answers": "1", "pk": str(row.pk)}).json()
    assert own == {"lines": ["", ""], "notes": []}


def test_checks_of_nonsense_are_no_error_and_of_strangers_refused(
    page: Client, client: Client, soporte: User
) -> None:
    odd = {"pk": "x" * 99, "count": "٣", "answers": "-1", "line": ["", "a" * 9999, "\x00", *["b"] * 99]}
    answer = page.get(CHECKS, odd)
    assert (answer.status_code, len(answer.json()["lines"])) == (200, 40)
    assert page.post(CHECKS, odd).status_code == 405
    assert not Intent.objects.exists()
    client.force_login(soporte)
    assert client.get(CHECKS).status_code == 403
