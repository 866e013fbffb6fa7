"""What a person decided about models is not undone by a start, and what fails leaves nothing behind."""

import os
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.intents.models import ModelVersion, SavedConversation, TrainingRun
from apps.intents.services import versions
from apps.intents.services.training import cancel_training, run_training, start_training, train_here
from apps.intents.services.training import watch as watching
from apps.intents.services.training.slot import end_dead_runs
from tests.intents.small_bot import SmallBot

pytestmark = pytest.mark.django_db
Decision, State, Trigger = ModelVersion.Decision, TrainingRun.State, TrainingRun.Trigger


def train(bot: SmallBot, **answers: str) -> ModelVersion:
    bot.write(**answers)
    made = train_here(trigger=Trigger.COMMAND).version
    assert made is not None
    return made


def start() -> str:
    out = StringIO()
    call_command("train", if_changed=True, at_start=True, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_start_undoes_no_roll_back(small_bot: SmallBot) -> None:
    old, new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    versions.activate_version(version=old, by=None)
    said = start()
    assert f"responde {old.name}" in said
    assert new.name in said
    assert ModelVersion.objects.count() == 2
    assert small_bot.answer("hola") == "Primera."


def test_a_start_trains_no_second_time_what_waits(small_bot: SmallBot) -> None:
    turns = [{"say": "hola", "intent": "saludo", "messages": ["Primera."]}]
    SavedConversation.objects.create(name="Saludar", turns=turns)
    train(small_bot, saludo="Primera.")
    waiting = train(small_bot, saludo="Segunda.")
    assert waiting.name in start()
    assert ModelVersion.objects.count() == 2


def test_trained_again_after_a_roll_back_the_same_data_waits(small_bot: SmallBot) -> None:
    old, new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    versions.activate_version(version=old, by=None)
    again = train(small_bot, saludo="Segunda.")
    assert again.decision == Decision.WAITING
    assert new.name in again.gate["reasons"][0]
    assert small_bot.answer("hola") == "Primera."


def test_a_start_waits_for_a_training_that_another_start_left_behind(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = start_training(trigger=Trigger.START)
    TrainingRun.objects.filter(pk=left.pk).update(state=State.RUNNING, heartbeat_at=timezone.now())
    monkeypatch.setattr(
        "apps.intents.management.commands.train.time.sleep",
        lambda seconds: TrainingRun.objects.filter(pk=left.pk).update(heartbeat_at=None),
    )
    assert "3 intenciones" in start()
    left.refresh_from_db()
    assert left.state == State.FAILED


def test_a_cancel_in_the_last_moment_is_kept(small_bot: SmallBot) -> None:
    """Nothing is saved between two seconds: before it decides, a training looks once more."""
    run = start_training(trigger=Trigger.API)

    def tell(share: float, step: str) -> None:
        if "Decidiendo" in step:
            cancel_training(run=TrainingRun.objects.get(pk=run.pk))

    run_training(run=run, tell=tell)
    assert run.state == State.CANCELLED
    assert not ModelVersion.objects.exists()
    assert not small_bot.engine.status().ok


def model_files(bot: SmallBot) -> list[str]:
    return sorted(path.name for path in bot.models.iterdir() if path.suffix == ".zip")


def test_a_training_that_fails_leaves_no_file(small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("apps.intents.services.training.work.rehearse_all", explode)
    assert train_here(trigger=Trigger.COMMAND).state == State.FAILED
    assert model_files(small_bot) == []


def test_files_that_no_version_knows_go_after_a_day(small_bot: SmallBot) -> None:
    version = train(small_bot)
    names = {"20200101-000000-aaaaaaaa.model.zip": 2, ".20200101-000000-bbbbbbbb.model.zip.7.7": 2}
    names |= {"20200101-000000-cccccccc.model.zip": 0, "notas.txt": 2}
    for name, days in names.items():
        (small_bot.models / name).write_bytes(b"x")
        then = time.time() - days * 86_400 - 60
        os.utime(small_bot.models / name, (then, then))
    versions.prune_files("embedded")
    left = {path.name for path in small_bot.models.iterdir()}
    assert left == {version.file, "active.json", "20200101-000000-cccccccc.model.zip", "notas.txt"}


def test_a_ci_run_that_waits_for_its_retry_is_nobodys_dead_run(small_bot: SmallBot) -> None:
    run = TrainingRun.objects.create(engine="embedded", mode="ci", trigger=Trigger.API, state=State.RUNNING)
    end_dead_runs()
    run.refresh_from_db()
    assert (run.state, run.is_silent) == (State.RUNNING, False)
    assert cancel_training(run=run).state == State.CANCELLED


def test_a_full_disk_costs_the_log_and_not_the_training(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def write(self, text: str) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            """Nothing to close."""

    enter = watching.Watch.__enter__

    def full(self: watching.Watch) -> watching.Watch:
        enter(self)._file.close()  # type: ignore[union-attr]
        self._file = Full()  # type: ignore[assignment]
        return self

    monkeypatch.setattr(watching.Watch, "__enter__", full)
    assert train_here(trigger=Trigger.COMMAND).state == State.DONE
