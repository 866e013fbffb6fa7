"""The index of Django admin shows what students asked, and each number leads to its rows."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.models import Intent
from apps.logs.models import ChatTurn, Feedback
from tests.stats.rows import day_ago, opened, said

pytestmark = pytest.mark.django_db


def turn(days_ago: int = 0, **values: Any) -> ChatTurn:
    now = timezone.now() - timedelta(days=days_ago)
    base = {"request_id": "r" * 8, "sender_id": "a", "user_message": "hola", "engine": "embedded"}
    return ChatTurn.objects.create(timestamp=now, day=timezone.localdate(now), **{**base, **values})


@pytest.fixture
def index(client: Client, bot: EmbeddedEngine) -> Any:
    def read(person: User, query: str = "") -> str:
        client.force_login(person)
        response = client.get(f"/admin/{query}")
        assert response.status_code == 200
        return response.content.decode()

    return read


def card(page: str, label: str) -> str:
    """One card's HTML."""
    cards = page.split('<li class="dashboard-card"')
    return next(part.split("</li>")[0] for part in cards if f">{label}<" in part)


def rows_behind(client: Client, page: str, label: str) -> str:
    """The list that a card leads to."""
    found = re.search(r'href="([^"]+)"', card(page, label))
    assert found is not None
    response = client.get(html.unescape(found[1]))
    assert response.status_code == 200
    return response.content.decode()


def test_four_numbers_with_their_change_and_each_leads_to_its_rows(
    index: Any, client: Client, admin: User
) -> None:
    Intent.objects.create(name="horario", title="Horarios")
    said(1, user_message="la de ayer", intent="horario", latency_ms=120)
    said(1, user_message="la rara", is_fallback=True, intent="notas", sender_id="web-2")
    said(1, user_message="la rota", error="engine_timeout", sender_id="web-2")
    said(8, user_message="la de antes")
    opened(1, kind="humano", conversation_id="web-1")
    page = index(admin, "?dias=7")
    assert "200\u00a0% más que antes (1)" in card(page, "Mensajes")
    assert ">33\u00a0%<" in card(page, "Entendidos")
    assert "67 puntos menos que antes" in card(page, "Entendidos")
    assert "Nuevos en el periodo: 1; en el anterior: 0" in card(page, "Casos sin resolver")
    for label, there, not_there in (
        ("Mensajes", ["la de ayer", "la rara", "la rota"], ["la de antes"]),
        ("Entendidos", ["la de ayer"], ["la rara", "la rota"]),
        ("No entendidos", ["la rara"], ["la de ayer", "la rota"]),
        ("Fallidos", ["la rota"], ["la de ayer", "la rara"]),
    ):
        rows = rows_behind(client, page, label)
        assert [text in rows for text in (*there, *not_there)] == [True] * len(there) + [False] * len(
            not_there
        )
    assert "T-000000" in rows_behind(client, page, "Casos sin resolver")
    assert "T-000000" in rows_behind(client, page, "Pidieron una persona")
    for title in ("Lo que más preguntan", "A qué hora escriben", "Tiempo de respuesta", "Casos nuevos"):
        assert title in page
    assert "Horarios" in page
    hour = html.unescape(next(url for url in re.findall(r'href="([^"]+)"', page) if "iso_week_day" in url))
    assert "la de ayer" in client.get(hour).content.decode()
    assert page.count("Ver tabla") == page.count("<canvas")
    assert not re.search(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>|\sstyle=|\son\w+=", page)


def test_topics_are_called_as_people_call_them_and_greetings_are_none(
    index: Any, client: Client, admin: User
) -> None:
    Intent.objects.create(name="horarios", title="Horario de clases")
    for intent in ("horarios", "fuera_de_tema"):
        said(1, intent=intent, user_message=f"de {intent}")
    for intent in ("saludo", "restart", "ping"):
        said(1, intent=intent, user_message=f"paso {intent}")
    page = index(admin)
    asked = page.split('id="intents-table"')[1].split("</table>")[0]
    names = re.findall(r'scope="row"><a href="[^"]+">([^<]+)<', asked)
    assert names == ["Fuera de tema", "Horario de clases", "Saludos y pasos de la conversación"]
    steps = html.unescape(re.findall(r'<td><a href="([^"]+)">3<', asked)[0])
    rows = client.get(steps).content.decode()
    assert [text in rows for text in ("paso saludo", "paso restart", "de horarios")] == [True, True, False]


def test_opinions_lead_to_what_they_count(index: Any, client: Client, admin: User) -> None:
    for value in ("up", "down"):
        Feedback.objects.create(turn=said(1, user_message=f"opinión {value}"), value=value)
    page = index(admin)
    for label, there, not_there in (("que sirvieron", "up", "down"), ("que no sirvieron", "down", "up")):
        rows = rows_behind(client, page, f"Respuestas {label}")
        assert (f"opinión {there}" in rows, f"opinión {not_there}" in rows) == (True, False)


def test_dates_stand_in_the_address_and_wrong_ones_are_told(index: Any, admin: User) -> None:
    said(3)
    said(20)
    for query, messages in (
        ("", 2),
        ("?dias=7", 1),
        ("?dias=nunca", 2),
        (f"?desde={day_ago(20)}&hasta={day_ago(10)}", 1),
        (f"?desde={day_ago(4)}&hasta=9999-12-31", 1),
        ("?desde=0001-01-01", 2),
    ):
        assert f'dashboard-value">{messages}<' in card(index(admin, query), "Mensajes"), query
    for query, text in (
        ("?desde=2026-02-02&hasta=2026-01-01", "«desde» es posterior a «hasta»"),
        ("?desde=ayer", 'role="alert"'),
        ("?desde=9999-12-31", "todavía no han llegado"),
    ):
        page = index(admin, query)
        assert text in page
        assert f'dashboard-value">{2}<' in card(page, "Mensajes")


def test_support_sees_no_small_number_that_could_name_somebody(
    index: Any, admin: User, soporte: User
) -> None:
    for number in range(6):
        said(sender_id=f"web-{number}", intent="horario")
    for _again in range(7):
        said(sender_id="web-1", intent="embarazo")
    small = r"Embarazo</th>\s*<td>menos de 5<"
    assert re.search(small, index(soporte))
    assert re.search(r">Horario</a></th>\s*<td><a [^>]*>6<", index(soporte))
    assert "intent=embarazo" not in index(soporte)
    assert not re.search(small, index(admin))
    said(3, sender_id="web-8")
    that_day = f"?desde={day_ago(3)}&hasta={day_ago(3)}"
    assert ">menos de 5<" in card(index(soporte, that_day), "Personas")
    assert ">1<" in card(index(admin, that_day), "Personas")


def test_an_empty_page_says_what_will_be_here(index: Any, admin: User, soporte: User) -> None:
    for person in (admin, soporte):
        page = index(person)
        assert "En estas fechas nadie escribió" in page
        assert "<canvas" not in page
        assert "Lo que te espera" in page
        assert "Casos sin responsable" in page
        assert "Bandeja de revisión" in page


def test_a_student_never_enters_the_admin(client: Client, student: User) -> None:
    client.force_login(student)
    assert client.get("/admin/").status_code == 302
