"""Trainings while Rasa answers: two models of the same data, one gate, and days on which answers turn."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.chat import engine as engines
from apps.chat.engines.base import EngineStatus
from apps.core.errors import Conflict
from apps.intents.models import Answer, Intent, ModelVersion, SavedConversation, TrainingRun
from apps.intents.services import versions as versions_module
from apps.intents.services.comparison import changed_answers
from apps.intents.services.training import start_training, train_here
from apps.intents.services.training.dates import train_for_dates
from apps.intents.services.versions import activate_version, active_version, twin_of
from tests.intents.small_bot import SmallBot

pytestmark = pytest.mark.django_db
Decision, State = ModelVersion.Decision, TrainingRun.State
TOKEN = "clave-de-los-modelos-de-rasa"


@pytest.fixture
def rasa_bot(small_bot: SmallBot, on_rasa: Callable[..., Any]) -> Iterator[SmallBot]:
    engines.rasa_models.cache_clear()
    on_rasa(RASA_MODEL_TOKEN=TOKEN)
    yield small_bot
    engines.rasa_models.cache_clear()


def train(bot: SmallBot, **answers: str) -> TrainingRun:
    bot.write(**answers)
    return train_here(trigger=TrainingRun.Trigger.COMMAND)


def versions() -> dict[str, ModelVersion]:
    return {row.engine: row for row in ModelVersion.objects.order_by("trained_at")}


def test_rasa_and_the_embedded_engine_get_a_model_of_the_same_data(
    rasa_bot: SmallBot, api: APIClient
) -> None:
    run = train(rasa_bot)
    assert (run.state, run.error, run.engine) == (State.DONE, "", "rasa")
    made = versions()
    assert run.version == made["rasa"]
    assert made["rasa"].data_hash == made["embedded"].data_hash
    assert made["rasa"].figures == made["embedded"].figures
    assert {row.decision for row in made.values()} == {Decision.ACTIVATED}
    assert active_version() == made["rasa"]
    assert active_version("embedded") == made["embedded"]
    served = api.get("/api/models/active", {"token": TOKEN})
    assert served["ETag"] == f'"{made["rasa"].sha256}"'
    assert len(b"".join(served.streaming_content)) == made["rasa"].size_bytes


def test_a_project_that_rasa_refuses_fails_the_run_and_changes_nothing(rasa_bot: SmallBot) -> None:
    before = train(rasa_bot).version
    run = train(rasa_bot, saludo="Hola stub:refused")
    assert run.state == State.FAILED
    assert "contradicts" in run.error
    assert active_version() == before
    assert ModelVersion.objects.count() == 2


def test_a_rasa_that_is_down_fails_the_run_with_what_to_look_at(rasa_bot: SmallBot, env: Any) -> None:
    engines.rasa_engine.cache_clear()
    env(RASA_URL="http://127.0.0.1:1")
    run = train(rasa_bot)
    assert run.state == State.FAILED
    assert "RASA_URL" in run.error
    assert not ModelVersion.objects.exists()


def test_what_the_gate_holds_is_activated_in_neither_engine(rasa_bot: SmallBot) -> None:
    good = train(rasa_bot, saludo="Primera.").version
    turns = [{"say": "hola", "intent": "saludo", "messages": ["Primera."]}]
    SavedConversation.objects.create(name="Saludar", turns=turns)
    run = train(rasa_bot, saludo="Segunda.")
    assert run.version is not None
    assert run.version.decision == Decision.WAITING
    assert active_version() == good
    assert {row.decision for row in ModelVersion.objects.filter(data_hash=run.version.data_hash)} == {
        Decision.WAITING
    }


def test_going_back_with_rasa_is_pointing_to_the_older_file(rasa_bot: SmallBot) -> None:
    old = train(rasa_bot, saludo="Primera.").version
    new = train(rasa_bot, saludo="Segunda.").version
    assert old is not None
    assert active_version() == new
    activate_version(version=old, by=None)
    assert active_version() == old


def test_models_of_rasa_are_compared_by_their_twins(rasa_bot: SmallBot, api: APIClient) -> None:
    old = train(rasa_bot, saludo="Primera.").version
    new = train(rasa_bot, saludo="Segunda.").version
    assert old is not None
    assert new is not None
    api.post("/api/chat", {"message": "hola", "sender": "web-1"})
    (changed,) = changed_answers(old=old, new=new)
    assert (changed.old_answer, changed.new_answer) == ("Primera.", "Segunda.")
    ModelVersion.objects.filter(engine="embedded", data_hash=old.data_hash).delete()
    with pytest.raises(Conflict) as refused:
        changed_answers(old=old, new=new)
    assert refused.value.code == "no_twin"


def answer(**days: date) -> Answer:
    intent = Intent.objects.create(name="notas")
    return Answer.objects.create(intent=intent, text="Hasta el viernes.", **days)


def trained_days_ago(bot: SmallBot, days: int) -> None:
    train(bot)
    ModelVersion.objects.update(trained_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(
    ("field", "days", "is_due"),
    [
        ("valid_from", 0, True),
        ("valid_from", -1, True),
        ("valid_from", -2, False),
        ("valid_from", 1, False),
        ("valid_until", -1, True),
        ("valid_until", -2, True),
        ("valid_until", -3, False),
        ("valid_until", 0, False),
        ("review_by", 0, False),
    ],
)
def test_rasa_is_trained_when_an_answer_has_begun_or_ended_since_its_model(
    rasa_bot: SmallBot, field: str, days: int, is_due: bool
) -> None:
    trained_days_ago(rasa_bot, 2)
    answer(**{field: timezone.localdate() + timedelta(days=days)})
    run = train_for_dates()
    assert (run is not None) is is_due


def test_once_a_day_is_enough(rasa_bot: SmallBot) -> None:
    trained_days_ago(rasa_bot, 1)
    answer(valid_from=timezone.localdate())
    run = train_for_dates()
    assert run is not None
    TrainingRun.objects.filter(pk=run.pk).update(state=State.FAILED, slot=None)
    assert train_for_dates() is None


def test_a_training_that_runs_already_is_asked_again_an_hour_later(rasa_bot: SmallBot) -> None:
    trained_days_ago(rasa_bot, 1)
    answer(valid_from=timezone.localdate())
    other = start_training(trigger=TrainingRun.Trigger.API)
    assert train_for_dates() is None
    TrainingRun.objects.filter(pk=other.pk).update(state=State.DONE, slot=None)
    assert train_for_dates() is not None


def test_the_embedded_engine_needs_no_training_for_dates(small_bot: SmallBot) -> None:
    answer(valid_from=timezone.localdate())
    assert train_for_dates() is None


def test_going_back_moves_the_twin_too(rasa_bot: SmallBot) -> None:
    old = train(rasa_bot, saludo="Primera.").version
    train(rasa_bot, saludo="Segunda.")
    assert old is not None
    activate_version(version=old, by=None)
    assert rasa_bot.engine.status().model_version == twin_of(old).name  # type: ignore[union-attr]


def test_the_twin_of_rasas_model_keeps_its_file(rasa_bot: SmallBot, monkeypatch: pytest.MonkeyPatch) -> None:
    old = train(rasa_bot, saludo="Primera.").version
    assert old is not None
    monkeypatch.setattr(versions_module, "KEPT_FILES", 0)
    versions_module.prune_files("embedded")
    assert twin_of(old) is not None


def test_a_rasa_that_is_out_of_reach_for_a_moment_opens_no_gate(
    rasa_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = train(rasa_bot, saludo="Primera.").version
    turns = [{"say": "hola", "intent": "saludo", "messages": ["Primera."]}]
    SavedConversation.objects.create(name="Saludar", turns=turns)
    down = EngineStatus("rasa", ok=False, error="engine_unavailable")
    monkeypatch.setattr(engines.rasa_engine(), "status", lambda: down)
    run = train(rasa_bot, saludo="Segunda.")
    assert run.version is not None
    assert run.version.decision == Decision.WAITING
    assert active_version() == good
