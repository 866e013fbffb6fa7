"""The test console in Django admin: what is understood, what would be answered, what is kept of a talk."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.models import Conversation
from apps.helpdesk.models import Ticket
from apps.intents.models import ModelVersion, SavedConversation
from apps.intents.services.rehearsals import create_conversation
from apps.intents.services.sync import sync_from_files
from apps.logs.models import ChatTurn
from tests.intents.test_rehearsals_api import version
from tests.project.test_admin import INLINE

__all__ = ["version"]
pytestmark = pytest.mark.django_db
CONSOLE = "/admin/intents/intent/console/"
TALK = f"{CONSOLE}conversation/"


def tried(page: Client, **query: str) -> str:
    answer = page.get(CONSOLE, query)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert not INLINE.search(html)
    return html


def talked(page: Client, *said: str, verified: bool = False, **form: str) -> Any:
    history = json.dumps([{"say": text, "verified": verified} for text in said])
    answer = page.post(TALK, {"history": history, **form})
    if answer.status_code == 200:
        assert not INLINE.search(answer.content.decode())
    return answer


# a sentence


def test_a_sentence_shows_bars_threshold_examples_and_answer(page: Client, bot: EmbeddedEngine) -> None:
    sync_from_files(mode="skip")
    html = tried(page, text="quiero ver mis certificados")
    assert "<b>Se responde</b>" in html
    assert "umbral 50 %" in html
    assert html.count("<meter") == 8
    assert 'low="500"' in html
    assert "Para eso necesito verificar quién eres." in html
    assert "La página del chat ofrece iniciar sesión." in html
    assert bot.status().model_version in html
    assert "clasificador lineal" in html
    assert "Ejemplos más parecidos" in html
    assert "/change/" in html
    html = tried(page, text="quiero ver mis certificados", verified="on")
    assert "No encuentro certificados a tu nombre" in html
    assert "verified=on" in html  # its buttons go on in the same way


def test_a_sentence_that_is_not_understood_says_by_how_much(page: Client, bot: EmbeddedEngine) -> None:
    html = tried(page, text="me puedes pedir una pizza")
    assert "<b>No se entiende</b>" in html
    assert "por debajo del umbral 50 %" in html
    assert "no alcanza" in html
    assert "nada en la frase es conocido" in tried(page, text="漢字")


def test_markup_in_a_sentence_stays_text(page: Client, bot: EmbeddedEngine) -> None:
    text = '<img src=x onerror="alert(1)">&text=1'
    html = page.get(CONSOLE, {"text": text}).content.decode()
    html += page.post(TALK, {"say": text}).content.decode()
    assert "<img src=x" not in html
    assert "%3Cimg%20src%3Dx" in html


@pytest.mark.parametrize("query", [{"text": ""}, {"text": "x" * 501}, {"text": "hola", "compare": "nada"}])
def test_a_wrong_try_is_said_at_its_field(page: Client, bot: EmbeddedEngine, query: dict[str, str]) -> None:
    html = tried(page, **query)
    assert "errorlist" in html
    assert "<meter" not in html


def test_two_models_stand_side_by_side(page: Client, version: ModelVersion) -> None:
    html = tried(page, text="hola", compare=version.name)
    assert html.count('class="console-model"') == 2
    assert "Comparado" in html
    ModelVersion.objects.update(file="20260101-000000-00000000.model.zip", sha256="0" * 64)
    html = tried(page, text="hola", compare=version.name)
    assert html.count('class="console-model"') == 1
    assert "El archivo de ese modelo falta o está dañado." in html


def test_with_rasa_only_what_is_understood_is_shown(page: Client, on_rasa: Any) -> None:
    on_rasa()
    html = tried(page, text="hola")
    assert "Responde Rasa" in html
    assert "<meter" in html
    assert "Responde Rasa" in talked(page, "hola").content.decode()


def test_with_a_silent_engine_the_page_says_so(page: Client, on_rasa: Any) -> None:
    on_rasa(RASA_URL="http://127.0.0.1:9")
    assert "El bot no está disponible." in tried(page, text="hola")


# a conversation


def test_a_conversation_is_replayed_and_leaves_no_trace(page: Client, bot: EmbeddedEngine) -> None:
    html = talked(page, "hola", say="quiero hablar con una persona").content.decode()
    assert html.count('class="console-said"') == 2
    html = talked(page, "hola", "quiero hablar con una persona", press="/afirmar").content.decode()
    assert "Para que una persona pueda responderte" in html
    assert not Ticket.objects.exists()
    html = talked(page, "hola", "menú", undo="1").content.decode()
    assert html.count('class="console-said"') == 1
    assert not ChatTurn.objects.exists()
    assert not Conversation.objects.exists()


def test_a_conversation_begins_with_what_the_address_says(page: Client, bot: EmbeddedEngine) -> None:
    html = page.get(f"{TALK}?text=hola&text=/ver_certificados&verified=on").content.decode()
    assert html.count('class="console-said"') == 2
    assert "con sesión iniciada" in html
    assert "No encuentro certificados a tu nombre" in html
    assert page.get(f"{TALK}?saved=nada&model=nada").status_code == 200


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"history": "{"}, "no se puede leer"),
        ({"history": "[" * 50_000}, "no se puede leer"),
        ({"history": '[{"say": 5}]'}, "Turno 1"),
        ({"history": json.dumps([{"say": "hola"}] * 50), "say": "otra"}, "máximo es de 50"),
        ({"say": "x" * 501}, "500"),
        ({"say": "hola", "model": "nada"}, "nada"),
    ],
)
def test_a_page_that_was_tampered_with_is_refused(
    page: Client, bot: EmbeddedEngine, form: dict[str, str], told: str
) -> None:
    answer = page.post(TALK, form)
    assert answer.status_code == 200
    assert told in answer.content.decode()


def test_what_the_bot_answers_is_kept_as_a_test(page: Client, bot: EmbeddedEngine, admin: User) -> None:
    answer = talked(page, "hola", "/menu", save="1", name="Del menú")
    saved = SavedConversation.objects.get()
    assert answer.headers["Location"] == f"/admin/intents/savedconversation/{saved.pk}/change/"
    assert [turn["intent"] for turn in saved.turns] == ["saludo", "menu"]
    assert saved.created_by == admin
    assert LogEntry.objects.count() == 1
    html = talked(page, "hola", save="1", name="Del menú").content.decode()
    assert "Ya existe una conversación de prueba con ese nombre." in html
    assert html.count('class="console-said"') == 1
    assert "Escribe un nombre." in talked(page, "hola", save="1").content.decode()
    assert "al menos un turno" in talked(page, save="1", name="Vacía").content.decode()


def test_a_saved_one_is_opened_and_takes_the_answers_over(page: Client, bot: EmbeddedEngine) -> None:
    saved = create_conversation(name="Vieja", turns=[{"say": "hola", "intent": "otra", "verified": True}])
    html = page.get(f"{TALK}?saved={saved.pk}").content.decode()
    assert "Guardar lo que responde como lo esperado" in html
    assert "con sesión iniciada" in html
    assert talked(page, "hola", "/menu", keep="1", saved=str(saved.pk)).status_code == 302
    saved.refresh_from_db()
    assert [turn["intent"] for turn in saved.turns] == ["saludo", "menu"]
    saved.delete()
    assert talked(page, "hola", keep="1", saved=str(saved.pk)).status_code == 200


# who


def test_soporte_tries_but_keeps_nothing(client: Client, soporte: User, bot: EmbeddedEngine) -> None:
    saved = create_conversation(name="Una", turns=[{"say": "hola"}])
    client.force_login(soporte)
    assert "<meter" in tried(client, text="hola")
    html = talked(client, "hola", saved=str(saved.pk)).content.decode()
    assert 'name="save"' not in html
    assert 'name="keep"' not in html
    for form in ({"save": "1", "name": "x"}, {"keep": "1", "saved": str(saved.pk)}):
        assert talked(client, "hola", **form).status_code == 403
    assert "Consola de prueba" in client.get("/admin/intents/intent/").content.decode()


def test_students_and_strangers_do_not_enter(client: Client, student: User) -> None:
    for _round in range(2):
        assert client.get(CONSOLE, {"text": "hola"}).status_code == 302
        assert client.post(TALK, {"say": "hola"}).status_code == 302
        client.force_login(student)


def test_a_try_costs_a_fixed_number_of_queries(
    page: Client, bot: EmbeddedEngine, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    sync_from_files(mode="skip")
    tried(page, text="hola")
    with django_assert_max_num_queries(7):  # session, person, second factor; models, examples, intents
        tried(page, text="hola")
    with django_assert_max_num_queries(5):
        talked(page, *["hola"] * 20)
