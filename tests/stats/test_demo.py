"""Invented talk: on demand under DEBUG alone, made once, and removed without a trace."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.chat.models import Conversation
from apps.helpdesk.models import Ticket
from apps.logs.models import ChatTurn, Feedback
from apps.stats import demo
from apps.stats.periods import Period
from apps.stats.selectors import period_figures
from tests.stats.rows import day_ago, said

pytestmark = pytest.mark.django_db


def test_talk_is_made_once_and_removed_and_figures_follow(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "DAYS", 8)
    monkeypatch.setattr(demo, "TALKS", 60)
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("seed_demo", "--chats")
    settings.DEBUG = True
    real = said(2)
    period = Period(day_ago(7), day_ago(1))
    assert period_figures(period).total.turns == 1
    for _twice in range(2):
        call_command("seed_demo", "--chats", stdout=StringIO())
        invented = ChatTurn.objects.filter(metadata={"demo": True}).count()
        assert invented > 100
    before = ChatTurn.objects.filter(day__gte=period.first, day__lte=period.last).count()
    assert period_figures(period).total.turns == before
    call_command("seed_demo", "--clear", stdout=StringIO())
    assert list(ChatTurn.objects.values_list("pk", flat=True)) == [real.pk]
    assert not any(model.objects.exists() for model in (Ticket, Conversation, Feedback))
    assert period_figures(period).total.turns == 1
