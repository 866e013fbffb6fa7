"""The index of Django admin shows today's figures, to those who may read the rows behind them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.engines.embedded import EmbeddedEngine
from apps.logs.models import ChatTurn
from apps.stats.selectors import day_figures

pytestmark = pytest.mark.django_db


def turn(days_ago: int = 0, **values: Any) -> ChatTurn:
    now = timezone.now() - timedelta(days=days_ago)
    base = {"request_id": "r" * 8, "sender_id": "a", "user_message": "hola", "engine": "embedded"}
    return ChatTurn.objects.create(timestamp=now, day=timezone.localdate(now), **{**base, **values})


@pytest.mark.engines
def test_figures_of_a_day() -> None:
    turn()
    turn(sender_id="b", is_fallback=True)
    turn(sender_id="b", error="engine_timeout")
    turn(sender_id="b", error="empty_answer", is_fallback=True)
    turn(days_ago=1)
    today = day_figures(timezone.localdate())
    assert (today.turns, today.senders, today.not_understood, today.failed) == (4, 2, 1, 2)
    assert today.understood_share == 0.25
    assert day_figures(timezone.localdate() - timedelta(days=7)).understood_share is None


def test_staff_see_the_figures_and_each_leads_to_its_rows(
    client: Client, bot: EmbeddedEngine, admin: User, soporte: User
) -> None:
    turn(user_message="la pregunta de hoy")
    turn(days_ago=1, user_message="la pregunta de ayer")
    for person in (admin, soporte):
        client.force_login(person)
        page = client.get("/admin/").content.decode()
        assert "Mensajes de hoy" in page
        assert "Ayer: 1" in page
        today = timezone.localdate().isoformat()
        rows = client.get(f"/admin/logs/chatturn/?day={today}").content.decode()
        assert "la pregunta de hoy" in rows
        assert "la pregunta de ayer" not in rows
        for filters in ("is_fallback__exact=0", "error__isnull=False"):
            assert client.get(f"/admin/logs/chatturn/?day={today}&{filters}").status_code == 200


def test_a_student_never_enters_the_admin(client: Client, student: User) -> None:
    client.force_login(student)
    assert client.get("/admin/").status_code == 302
