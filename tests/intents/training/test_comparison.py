"""What another model would answer to real messages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.comparison import changed_answers, compare_versions, real_messages
from apps.intents.services.training import train_here
from apps.logs.models import ChatTurn
from tests.intents.small_bot import SmallBot

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> Callable[..., None]:
    def make(*texts: str) -> None:
        now = timezone.now()
        for place, text in enumerate(texts):
            ChatTurn.objects.create(
                timestamp=now.replace(microsecond=place),
                day=timezone.localdate(now),
                request_id=f"peticion-{place}",
                sender_id="web-1",
                user_message=text,
                engine="embedded",
            )

    return make


def train(bot: SmallBot, **answers: str) -> ModelVersion:
    bot.write(**answers)
    made = train_here(trigger=TrainingRun.Trigger.COMMAND).version
    assert made is not None
    return made


def test_only_what_changes_is_listed_most_frequent_first(small_bot: SmallBot, said: Any) -> None:
    said("hola", "mis notas", "buenas tardes", "hola", "mis notas", "hola", "quiero el menú", "/saludo")
    old, new = train(small_bot), train(small_bot, saludo="Otra cosa.")
    found = compare_versions(old=old, new=new)
    assert (found.messages, found.changed_messages) == (7, 4)
    assert [(row.text, row.count) for row in found.changed] == [("hola", 3), ("buenas tardes", 1)]
    first = found.changed[0]
    assert (first.old_intent, first.new_intent) == ("saludo", "saludo")
    assert (first.old_answer, first.new_answer) == ("Respuesta de saludo.", "Otra cosa.")
    assert 0 < first.old_confidence <= 1


def test_the_same_model_changes_nothing(small_bot: SmallBot, said: Any) -> None:
    said("hola", "xyzzy", "mis notas")
    one = train(small_bot)
    assert changed_answers(old=one, new=one) == []


def test_without_messages_there_is_nothing_to_compare(small_bot: SmallBot) -> None:
    one = train(small_bot)
    found = compare_versions(old=one, new=one)
    assert (found.messages, found.changed) == (0, ())


def test_the_newest_messages_count(said: Any) -> None:
    said("vieja", "hola", "mis notas")
    assert set(real_messages(limit=2)) == {"hola", "mis notas"}
