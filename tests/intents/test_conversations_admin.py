"""Saved conversations in Django admin: the list, one, what is accepted, what comes from the log."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.models import SavedConversation
from apps.intents.rehearsals import Turn
from apps.intents.services.rehearsals import create_conversation
from tests.intents.admin_pages import rows
from tests.intents.test_rehearsals import said
from tests.project.test_admin import INLINE

pytestmark = pytest.mark.django_db
LIST = "/admin/intents/savedconversation/"


def make(name: str = "Prueba", *turns: Turn, **more: Any) -> SavedConversation:
    given = turns or (Turn("hola", intent="saludo"), Turn("/menu", intent="otra"))
    return create_conversation(name=name, turns=[turn.to_json() for turn in given], **more)


def of(saved: SavedConversation, verb: str = "change") -> str:
    return f"{LIST}{saved.pk}/{verb}/"


def html_of(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert not INLINE.search(html)
    return html


def form(saved: SavedConversation | None, *lines: dict[str, str], **more: str) -> dict[str, str]:
    """What the browser sends of the page."""
    data = {"name": saved.name if saved else "Nueva", "description": "", "is_active": "on"}
    data["seen"] = saved.updated_at.isoformat() if saved else ""
    return data | rows("turns", *lines, initial=len(saved.turns) if saved else 0) | more


def act(page: Client, action: str, *saved: SavedConversation, confirmed: bool = False) -> str:
    data: dict[str, Any] = {"action": action, "_selected_action": [str(row.pk) for row in saved]}
    answer = page.post(LIST, data | ({"confirmed": "yes"} if confirmed else {}), follow=True)
    return answer.content.decode()


# the list


@pytest.mark.engines
def test_the_list_says_how_each_goes_with_the_model_of_now(page: Client, bot: EmbeddedEngine) -> None:
    make()
    make("Bien", Turn("hola", intent="saludo"), is_active=False)
    html = html_of(page, LIST)
    assert "✗ Turno 2. Cambia: la intención." in html
    assert "✓ Bien" in html
    assert re.findall(r'field-length">(\d+)<', html) == ["1", "2"]
    html = html_of(page, f"{LIST}?is_active__exact=0&q=bie")
    assert re.findall(r'/change/[^"]*">(\w+)</a>', html) == ["Bien"]


def test_the_list_costs_the_same_for_one_row_and_for_many(
    page: Client, bot: EmbeddedEngine, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    make()
    page.get(LIST)
    with django_assert_max_num_queries(6):
        page.get(LIST)
    turns = [Turn("hola", intent="saludo").to_json()]
    SavedConversation.objects.bulk_create(SavedConversation(name=f"n{n}", turns=turns) for n in range(30))
    with django_assert_max_num_queries(6):
        assert html_of(page, LIST).count("/change/") == 25


def test_without_a_model_nothing_is_rehearsed(page: Client, on_rasa: Any) -> None:
    saved = make()
    on_rasa()
    assert 'field-outcome">–<' in html_of(page, LIST)
    assert "No hay un modelo del motor embebido" in html_of(page, of(saved))
    assert "Responde Rasa" in act(page, "run", saved)
    assert "Responde Rasa" in page.get(of(saved, "accept"), follow=True).content.decode()


# bulk actions


def test_chosen_ones_are_rehearsed_switched_and_accepted(page: Client, bot: EmbeddedEngine) -> None:
    bad, good = make(), make("Bien", Turn("hola", intent="saludo"))
    html = act(page, "run", bad, good)
    assert "1 conversación responde lo esperado." in html
    assert "«Prueba», turno 2 («/menu»): respondió menu" in html
    assert "1 conversación desactivada." in act(page, "deactivate", bad)
    assert not SavedConversation.objects.get(pk=bad.pk).is_active
    assert "1 conversación activada." in act(page, "activate", bad, good)
    html = act(page, "accept", bad, good)
    assert "¿Aceptar lo que responde el bot en 1 turno?" in html
    assert SavedConversation.objects.get(pk=bad.pk).turns[1]["intent"] == "otra"
    assert "1 conversación aceptada." in act(page, "accept", bad, good, confirmed=True)
    assert SavedConversation.objects.get(pk=bad.pk).turns[1]["intent"] == "menu"
    assert "Nada cambia" in act(page, "accept", bad, good)
    assert LogEntry.objects.filter(object_id=str(bad.pk)).count() == 3


# one


@pytest.mark.engines
def test_a_page_shows_what_is_expected_beside_what_is_answered(page: Client, bot: EmbeddedEngine) -> None:
    html = html_of(page, of(make()))
    assert "✗ 1 turno no responde lo esperado" in html
    assert "Cambia: la intención." in html
    assert "Responde lo esperado." in html
    assert "Este es el menú principal. ¿A dónde vamos?" in html
    assert "/accept/" in html


@pytest.mark.engines
def test_a_conversation_is_written_as_lines(page: Client, bot: EmbeddedEngine, admin: User) -> None:
    lines = ({"say": "ver mis certificados", "verified": "on"}, {"say": ""}, {"say": "/menu", "ORDER": "1"})
    answer = page.post(f"{LIST}add/", form(None, *lines), follow=True)
    assert "2 turnos nuevos esperan lo que el bot responde ahora." in answer.content.decode()
    saved = SavedConversation.objects.get()
    assert [(turn["say"], turn["verified"], turn["intent"]) for turn in saved.turns] == [
        ("/menu", False, "menu"),
        ("ver mis certificados", True, "ver_certificados"),
    ]
    assert saved.created_by == admin


def test_lines_that_stay_keep_what_they_expect(page: Client, bot: EmbeddedEngine) -> None:
    saved = make(
        "Prueba", Turn("hola", intent="una"), Turn("/menu", intent="otra"), Turn("/ayuda", intent="x")
    )
    lines = (
        {"say": "hola", "ORDER": "3"},
        {"say": "/soporte", "ORDER": "1"},
        {"say": "/ayuda", "ORDER": "4", "DELETE": "on"},
        {"say": "adiós"},
    )
    page.post(of(saved), form(saved, *lines))
    saved.refresh_from_db()
    assert [(turn["say"], turn["intent"]) for turn in saved.turns] == [
        ("/soporte", "soporte"),
        ("hola", "una"),
        ("adiós", "despedida"),
    ]


def test_facts_change_without_touching_the_turns(page: Client, bot: EmbeddedEngine) -> None:
    saved = make()
    before = saved.turns
    lines = ({"say": "hola", "ORDER": "1"}, {"say": "/menu", "ORDER": "2"})
    page.post(of(saved), form(saved, *lines, description="Por qué"))
    saved.refresh_from_db()
    assert (saved.description, saved.turns) == ("Por qué", before)


def test_what_is_wrong_is_said_and_nothing_saved(page: Client, bot: EmbeddedEngine) -> None:
    make("Tomado")
    saved = make()
    stay = ({"say": "hola", "ORDER": "1"}, {"say": "/menu", "ORDER": "2"})
    wrong = (
        (form(saved, {"say": ""}, {"say": ""}), "Escribe al menos"),
        (form(saved, {"say": "x" * 501}, stay[1]), "Revisa lo que se indica en los turnos."),
        (form(saved, *stay, name="Tomado"), "Ya existe"),
        (form(saved, *stay, name="Otra", seen="2020-01-01T00:00:00"), "Alguien la cambió"),
        (form(saved, *[{"say": "hola"}] * 51), "Revisa lo que se indica en los turnos."),
        (form(saved, *stay) | {"turns-TOTAL_FORMS": "x"}, "Revisa lo que se indica en los turnos."),
    )
    for data, told in wrong:
        answer = page.post(of(saved), data)
        assert answer.status_code == 200, told
        assert told in answer.content.decode()
    assert SavedConversation.objects.get(pk=saved.pk).turns == saved.turns
    assert "Escribe al menos" in page.post(f"{LIST}add/", form(None, {"say": " "})).content.decode()


@pytest.mark.engines
def test_accepting_names_the_turns_and_takes_the_chosen(page: Client, bot: EmbeddedEngine) -> None:
    saved = make("Prueba", Turn("hola", intent="una"), Turn("/menu", intent="otra"))
    html = html_of(page, of(saved, "accept"))
    assert "¿Aceptar lo que responde el bot en 2 turnos?" in html
    answer = page.post(of(saved, "accept"), {"turn": "2", "seen": "an older model"})
    assert "cambió mientras mirabas" in answer.content.decode()
    assert SavedConversation.objects.get().turns == saved.turns
    answer = page.post(of(saved, "accept"), {"turn": ["2", "x"], "seen": seen(page, saved)}, follow=True)
    assert "1 turno espera ahora lo que responde el bot." in answer.content.decode()
    saved.refresh_from_db()
    assert [turn["intent"] for turn in saved.turns] == ["una", "menu"]
    page.post(of(saved, "accept"), {"turn": "1", "seen": seen(page, saved)})
    assert "No hay nada que aceptar" in html_of(page, of(saved, "accept"))
    assert page.get(f"{LIST}nada/accept/").status_code == 302


def seen(page: Client, saved: SavedConversation) -> str:
    return str(page.get(of(saved, "accept")).context["seen"])


# from the log


@pytest.mark.engines
def test_a_real_conversation_is_looked_at_masked_and_kept(page: Client, bot: EmbeddedEngine) -> None:
    turn = said("hola, soy ana@ejemplo.com y mi cédula es 1.032.456.789")
    said("ver mis certificados", at=5, origin="autenticado")
    link = f"{LIST}from-log/?sender=web-1"
    assert link in html_of(page, f"/admin/logs/chatturn/{turn.pk}/change/")
    html = html_of(page, link)
    assert "En 1 mensaje se ocultaron datos personales." in html
    assert "1 correo oculto, 1 número oculto" in html
    assert "ana@ejemplo.com" not in html
    lines = rows("turns", {"say": "hola"}, {"say": "ver mis certificados", "verified": "on"}, initial=2)
    answer = page.post(f"{LIST}from-log/", {"sender": "web-1", "name": "Real", **lines})
    saved = SavedConversation.objects.get()
    assert answer.headers["Location"] == of(saved)
    assert [(turn["intent"], turn["verified"]) for turn in saved.turns] == [
        ("saludo", False),
        ("ver_certificados", True),
    ]


def test_what_may_not_be_kept_stays_on_the_page(page: Client, bot: EmbeddedEngine) -> None:
    said("hola")
    lines = rows("turns", {"say": "soy ana@ejemplo.com"}, {"say": "hola", "DELETE": "on"}, initial=2)
    for name, told in (("Real", "Turno 1: hay un correo"), ("", "Este campo es obligatorio")):
        html = page.post(f"{LIST}from-log/", {"sender": "web-1", "name": name, **lines}).content.decode()
        assert told in html
        assert "soy ana@ejemplo.com" in html
    empty = rows("turns", {"say": "hola", "DELETE": "on"}, initial=1)
    answer = page.post(f"{LIST}from-log/", {"sender": "web-1", "name": "Real", **empty})
    assert "al menos un turno" in answer.content.decode()
    assert "No hay mensajes de ese remitente." in html_of(page, f"{LIST}from-log/?sender=nadie")
    assert not SavedConversation.objects.exists()


# who


def test_soporte_reads_and_rehearses(client: Client, soporte: User, bot: EmbeddedEngine) -> None:
    saved = make()
    client.force_login(soporte)
    html = html_of(client, of(saved))
    assert "Cambia: la intención." in html
    assert not re.search(r'name="(_save|turns-|name")', html)
    assert "/accept/" not in html
    assert "respondió menu" in act(client, "run", saved)
    for address in (f"{LIST}add/", of(saved, "accept"), of(saved, "delete"), f"{LIST}from-log/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"post": "yes", "turn": "2"}).status_code == 403
    for action in ("accept", "deactivate", "delete_selected"):
        act(client, action, saved, confirmed=True)
    row = SavedConversation.objects.get()
    assert (row.is_active, row.turns) == (True, saved.turns)
