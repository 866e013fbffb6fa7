"""Intents in Django admin: the list, bulk actions, deleting; what soporte sees of it."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.accounts.models import User
from apps.intents.knowledge import IntentData
from apps.intents.models import Example, Intent
from apps.intents.services.intents import create_intent
from tests.intents.admin_pages import (
    ADD,
    FULL,
    LIST,
    TRAIN,
    act,
    make,
    many,
    of,
    said,
)

pytestmark = pytest.mark.django_db


# the list


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"notas", "horario", "vacia"}),
        ("q=NOTA", {"notas"}),
        ("q=cuanto+SAQUE", {"notas"}),
        ("q=clase+hoy", {"horario"}),
        ("q=T%C3%ADtulo+raro", {"vacia"}),
        ("q=%25", set()),
        ("is_active__exact=0", {"vacia"}),
        ("requires_auth__exact=1", {"notas"}),
        ("falta=examples", {"notas", "vacia"}),
        ("falta=answers", {"vacia"}),
        ("tag=acad%C3%A9mico", {"notas", "horario"}),
        ("tag=fechas", {"horario"}),
        ("tag=fech", set()),
        ("responsable=-", {"notas", "vacia"}),
        ("q=clase&tag=fechas&is_active__exact=1", {"horario"}),
    ],
)
def test_the_list_is_searched_and_filtered(page: Client, soporte: User, query: str, found: set[str]) -> None:
    make(requires_auth=True, tags="académico")
    ten = tuple(f"¿qué clase hay hoy {word}?" for word in "abcdefghij")
    create_intent(
        data=IntentData("horario", ("clase hoy", *ten), (FULL,), tags="académico, fechas"), owner=soporte
    )
    make("vacia", examples=(), answers=(), is_active=False, title="Título raro")
    html = page.get(f"{LIST}?{query}").content.decode()
    assert set(re.findall(r'/change/[^"]*">(\w+)</a>', html)) == found


def test_the_list_is_filtered_by_owner(page: Client, soporte: User) -> None:
    make()
    create_intent(data=IntentData("suya"), owner=soporte)
    html = page.get(f"{LIST}?responsable={soporte.pk}").content.decode()
    assert "Iván Mora" in html
    assert re.findall(r'/change/[^"]*">(\w+)</a>', html) == ["suya"]


def test_an_empty_list_says_so(page: Client) -> None:
    assert page.get(LIST).status_code == 200


@pytest.mark.engines
def test_the_list_shows_counts_and_warnings(page: Client) -> None:
    make()
    make("otra")
    html = page.get(LIST).content.decode()
    row = re.search(r"<tr>.*?otra.*?</tr>", html, re.S)
    assert row
    cells = re.findall(r'field-(\w+)">([^<]*)<', row[0])
    assert ("examples", "2") in cells
    assert ("answers", "2") in cells
    assert ("warnings", "3 avisos") in cells  # few examples, and two sentences shared


def test_the_list_costs_five_queries_however_many_there_are(
    page: Client, django_assert_max_num_queries: Any
) -> None:
    many(120, 5)
    Example.objects.bulk_create(
        Example(intent=row, text="la misma", key="la misma") for row in Intent.objects.all()
    )
    page.get(LIST)
    with django_assert_max_num_queries(8):  # five; session, person, second factor
        html = page.get(LIST).content.decode()
    assert html.count("/change/") == 100
    with django_assert_max_num_queries(9):
        assert page.get(f"{LIST}?q=pregunta&o=-3").status_code == 200


# bulk actions and deleting


def test_intents_are_switched_off_and_on_in_bulk(page: Client) -> None:
    first, second = make(), make("otra", is_active=False)
    act(page, "deactivate", first, second)
    assert "1 intención desactivada." in (html := said(page))
    assert TRAIN in html
    assert not Intent.objects.filter(is_active=True).exists()
    act(page, "activate", first, second)
    assert "2 intenciones activadas." in said(page)
    assert Intent.objects.filter(is_active=True).count() == 2
    assert LogEntry.objects.count() == 3


@pytest.mark.engines
def test_deleting_in_bulk_says_how_much_and_leaves_what_rules_need(page: Client) -> None:
    free, held = make(), make("iniciar_sesion")
    html = act(page, "delete_selected", free, held).content.decode()
    assert "¿Eliminar 2 intenciones?" in html
    assert "4 ejemplos y 4 respuestas" in html
    assert Intent.objects.count() == 2
    act(page, "delete_selected", free, held, confirmed=True)
    html = said(page)
    assert "1 intención eliminada." in html
    assert "niciar_sesion: No se puede borrar" in html
    assert [row.name for row in Intent.objects.all()] == ["iniciar_sesion"]
    assert Example.objects.count() == 2
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["notas"]


def test_one_is_deleted_after_a_page_that_names_how_many_examples(page: Client) -> None:
    row = make()
    html = page.get(of(row, "delete")).content.decode()
    assert re.search(r"Ejemplos:?\s*2", html)
    answer = page.post(of(row, "delete"), {"post": "yes"}, follow=True)
    assert TRAIN in answer.content.decode()
    assert not Intent.objects.exists()


def test_an_intent_that_rules_need_is_not_deleted(page: Client) -> None:
    row = make("iniciar_sesion")
    for answer in (
        page.get(of(row, "delete"), follow=True),
        page.post(of(row, "delete"), {"post": "yes"}, follow=True),
    ):
        assert "No se puede borrar: la usan las reglas" in answer.content.decode()
    assert Intent.objects.exists()
    assert not LogEntry.objects.exists()


# who


def test_soporte_only_reads(client: Client, soporte: User) -> None:
    row = make()
    client.force_login(soporte)
    html = client.get(LIST).content.decode()
    assert "notas" in html
    assert 'name="action"' not in html
    one = client.get(of(row)).content.decode()
    assert "<li>¿cuánto saqué?</li>" in one
    assert "Elige:" in one
    assert not re.search(r'name="(_save|examples|responses-)', one)
    assert client.post(of(row), {"title": "x"}).status_code == 403
    for address in (ADD, of(row, "delete")):
        assert client.get(address).status_code == 403
        assert client.post(address, {"post": "yes", "name": "x"}).status_code == 403
    for action in ("activate", "deactivate", "delete_selected"):
        act(client, action, row, confirmed=True)
    assert Intent.objects.get().is_active


def test_a_student_never_enters(client: Client, student: User) -> None:
    row = make()
    client.force_login(student)
    for address in (LIST, ADD, of(row), of(row, "delete")):
        assert client.get(address).status_code == 302
