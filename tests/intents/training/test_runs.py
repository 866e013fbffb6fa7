"""A training from the wish to its end: one at a time, cancelled, interrupted, taken up again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import Conflict
from apps.core.jobs import JobsUnavailable
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.training import cancel_training, run_training, start_training, train_here
from apps.intents.services.training import watch as watching
from apps.intents.services.training.slot import STALE_SECONDS, claim
from tests.intents.small_bot import SENTENCES, SmallBot

pytestmark = pytest.mark.django_db
State, Trigger = TrainingRun.State, TrainingRun.Trigger


def ask(**values: Any) -> TrainingRun:
    return start_training(trigger=Trigger.API, **values)


def queued() -> TrainingRun:
    """As `ask`, before its job is done: on MongoDB nothing holds a test's jobs back."""
    return claim(trigger=Trigger.API, engine="embedded")


def long_ago() -> Any:
    return timezone.now() - timedelta(seconds=STALE_SECONDS + 1)


@pytest.mark.engines
def test_a_training_makes_a_model_that_answers(small_bot: SmallBot, admin: User) -> None:
    run = run_training(run=ask(asked_by=admin))
    assert (run.state, run.progress, run.error, run.slot) == (State.DONE, 1.0, "", None)
    version = run.version
    assert version is not None
    assert version.trained_by == admin
    assert version.decision == ModelVersion.Decision.ACTIVATED
    assert version.figures["n_intents"] == 3
    assert version.gate == {"passed": True, "reasons": [], "compared_with": ""}
    assert version.size_bytes == (small_bot.models / version.file).stat().st_size
    assert small_bot.engine.status().model_version == version.name
    assert small_bot.answer("ver mis calificaciones") == "Respuesta de notas."


@pytest.mark.engines
def test_while_one_is_open_no_other_begins(small_bot: SmallBot) -> None:
    first = queued()
    with pytest.raises(Conflict, match="en cola") as refused:
        ask()
    assert refused.value.code == "training_running"
    TrainingRun.objects.filter(pk=first.pk).update(state=State.RUNNING, heartbeat_at=timezone.now())
    with pytest.raises(Conflict, match="en marcha"):
        ask()
    assert TrainingRun.objects.count() == 1


def test_after_the_end_the_next_begins(small_bot: SmallBot) -> None:
    run_training(run=ask())
    assert ask().state == State.QUEUED


def test_a_dead_run_gives_way(small_bot: SmallBot) -> None:
    dead = ask()
    TrainingRun.objects.filter(pk=dead.pk).update(state=State.RUNNING, heartbeat_at=long_ago())
    assert ask().state == State.QUEUED
    dead.refresh_from_db()
    assert dead.state == State.FAILED
    assert "se detuvo" in dead.error


def test_an_interrupted_run_is_taken_up_again(small_bot: SmallBot) -> None:
    """The queue hands the job out once more when its worker starts."""
    run = ask()
    TrainingRun.objects.filter(pk=run.pk).update(state=State.RUNNING, heartbeat_at=long_ago(), attempts=1)
    run_training(run=run)
    assert (run.state, run.attempts) == (State.DONE, 2)


def test_a_run_that_is_always_interrupted_is_given_up(small_bot: SmallBot) -> None:
    run = ask()
    TrainingRun.objects.filter(pk=run.pk).update(state=State.RUNNING, heartbeat_at=long_ago(), attempts=3)
    run_training(run=run)
    assert run.state == State.FAILED
    assert "Se interrumpió varias veces" in run.error
    assert not ModelVersion.objects.exists()


def test_a_run_that_another_process_works_on_is_left_to_it(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.intents.services.training.work.STALE_SECONDS", -5)  # no patience
    run = ask()
    TrainingRun.objects.filter(pk=run.pk).update(state=State.RUNNING, heartbeat_at=timezone.now(), attempts=1)
    run_training(run=run)
    assert (run.state, run.attempts) == (State.RUNNING, 1)
    assert not ModelVersion.objects.exists()


def test_a_job_that_comes_twice_trains_once(small_bot: SmallBot) -> None:
    run = ask()
    run_training(run=run)
    run_training(run=TrainingRun.objects.get(pk=run.pk))
    assert ModelVersion.objects.count() == 1


@pytest.mark.engines
def test_cancelled_in_the_queue_it_never_begins(small_bot: SmallBot) -> None:
    run = queued()
    assert cancel_training(run=run).state == State.CANCELLED
    run_training(run=run)
    assert run.state == State.CANCELLED
    assert not ModelVersion.objects.exists()
    assert queued().state == State.QUEUED


def test_cancelled_while_it_runs_it_stops_at_the_next_step(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SAVE_SECONDS", 0.0)
    run, steps = ask(), []

    def tell(share: float, step: str) -> None:
        steps.append(share)
        if len(steps) == 2:
            assert cancel_training(run=TrainingRun.objects.get(pk=run.pk)).is_cancel_asked

    run_training(run=run, tell=tell)
    assert run.state == State.CANCELLED
    assert len(steps) == 2
    assert run.slot is None
    assert not ModelVersion.objects.exists()
    assert not small_bot.engine.status().ok


def test_a_dead_run_is_cancelled_at_once(small_bot: SmallBot) -> None:
    run = ask()
    TrainingRun.objects.filter(pk=run.pk).update(state=State.RUNNING, heartbeat_at=long_ago())
    run.refresh_from_db()
    assert cancel_training(run=run).state == State.CANCELLED


def test_what_has_ended_cannot_be_cancelled(small_bot: SmallBot) -> None:
    run = run_training(run=ask())
    with pytest.raises(Conflict, match="ya terminó"):
        cancel_training(run=run)


def test_ctrl_c_ends_the_run_and_frees_the_slot(small_bot: SmallBot) -> None:
    def interrupt(share: float, step: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_here(trigger=Trigger.COMMAND, tell=interrupt)
    assert TrainingRun.objects.get().state == State.CANCELLED
    assert ask().state == State.QUEUED


def test_an_unexpected_error_is_no_secret_for_staff_but_its_text_is(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(share: float, step: str) -> None:
        raise ZeroDivisionError("a path of ours: /srv/secret")

    run = train_here(trigger=Trigger.COMMAND, tell=explode)
    assert run.state == State.FAILED
    assert "Algo falló al entrenar" in run.error
    assert "secret" not in run.error
    assert run.slot is None


def test_one_intent_alone_fails_with_what_to_do_and_the_model_stays(small_bot: SmallBot) -> None:
    before = train_here(trigger=Trigger.COMMAND).version
    small_bot.write({"saludo": SENTENCES["saludo"]})
    run = train_here(trigger=Trigger.COMMAND)
    assert run.state == State.FAILED
    assert "Hacen falta dos intenciones" in run.error
    assert before is not None
    assert small_bot.engine.status().model_version == before.name


def test_data_with_errors_fails_and_names_them(small_bot: SmallBot) -> None:
    small_bot.write({**SENTENCES, "menu": (*SENTENCES["menu"], "hola")})
    run = train_here(trigger=Trigger.COMMAND)
    assert run.state == State.FAILED
    assert "1 error" in run.error
    assert "hola" in run.error


def test_files_that_cannot_be_read_fail_the_run(small_bot: SmallBot) -> None:
    (small_bot.rasa / "domain.yml").write_text("intents: [")
    run = train_here(trigger=Trigger.COMMAND)
    assert run.state == State.FAILED
    assert run.error


def test_the_log_has_every_step_and_the_end(small_bot: SmallBot) -> None:
    run = train_here(trigger=Trigger.COMMAND)
    lines = (watching.log_folder() / run.log_name).read_text().splitlines()
    assert "Leyendo lo que sabe el bot" in lines[0]
    assert any("validación cruzada" in line for line in lines)
    assert run.version is not None
    assert lines[-1].endswith(f"Terminado: modelo {run.version.name}.")


def test_progress_never_goes_back(small_bot: SmallBot) -> None:
    shares: list[float] = []
    train_here(trigger=Trigger.COMMAND, tell=lambda share, step: shares.append(share))
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_a_log_that_cannot_be_written_stops_nothing(small_bot: SmallBot) -> None:
    watching.log_folder().parent.mkdir(parents=True)
    watching.log_folder().write_text("a file in the way")
    assert train_here(trigger=Trigger.COMMAND).state == State.DONE


def test_a_queue_that_does_not_answer_leaves_no_open_run_behind(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise JobsUnavailable

    monkeypatch.setattr("apps.intents.services.training.ask.train_bot.later", refuse)
    with pytest.raises(JobsUnavailable):
        ask()
    run = TrainingRun.objects.get()
    assert (run.state, run.slot) == (State.FAILED, None)
    assert "no está disponible" in run.error
