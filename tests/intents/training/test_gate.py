"""Which model takes over by itself, which waits, and how one goes back."""

from itertools import permutations
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core.charts import percent
from apps.core.errors import Conflict
from apps.intents.models import ModelVersion, SavedConversation, TrainingRun
from apps.intents.services import versions
from apps.intents.services.training import train_here
from apps.intents.services.training.gate import judge
from tests.intents.small_bot import SENTENCES, SmallBot

pytestmark = pytest.mark.django_db
Decision = ModelVersion.Decision
FIGURES = {"accuracy": 0.9, "macro_f1": 0.88, "noisy_accuracy": 0.8, "coverage": 0.85}


def version(name: str = "nueva", report: dict[str, Any] | None = None, **figures: float) -> ModelVersion:
    return ModelVersion(name=name, engine="embedded", figures={**FIGURES, **figures}, report=report or {})


def train(bot: SmallBot, **answers: str) -> ModelVersion:
    bot.write(**answers)
    made = train_here(trigger=TrainingRun.Trigger.COMMAND).version
    assert made is not None
    return made


def muddle(bot: SmallBot) -> ModelVersion:
    """Trains on data that cannot be told apart."""
    shuffled = [" ".join(words) for words in permutations(("cosa", "algo", "eso", "aquello"))]
    bot.write({name: tuple(shuffled[place::3]) for place, name in enumerate(SENTENCES)})
    made = train_here(trigger=TrainingRun.Trigger.COMMAND).version
    assert made is not None
    return made


@pytest.mark.parametrize("name", FIGURES)
def test_a_fall_beyond_the_margin_waits_and_says_which(name: str, env: Any) -> None:
    env(MODEL_GATE_MARGIN=0.02)
    within = judge(
        candidate=version(**{name: FIGURES[name] - 0.02}), active=version("vieja"), is_answering=True
    )
    assert (within.passed, within.reasons, within.compared_with) == (True, (), "vieja")
    beyond = judge(
        candidate=version(**{name: FIGURES[name] - 0.03}), active=version("vieja"), is_answering=True
    )
    assert not beyond.passed
    assert len(beyond.reasons) == 1
    assert f"de {percent(FIGURES[name])} a " in beyond.reasons[0]


def test_a_figure_that_the_old_one_lacks_is_no_reason() -> None:
    old = ModelVersion(name="vieja", figures={"accuracy": 0.5})
    assert judge(candidate=version(), active=old, is_answering=True).passed


def test_a_saved_conversation_that_fails_waits_and_is_named() -> None:
    failed = [{"name": "Certificados", "turn": 1}, {"name": "Certificados", "turn": 2}]
    found = judge(
        candidate=version(report={"conversations": {"passed": 3, "failed": failed}}),
        active=None,
        is_answering=True,
    )
    assert not found.passed
    assert found.reasons == ("No pasan las conversaciones guardadas: «Certificados».",)


def test_where_nothing_answers_any_model_is_better() -> None:
    failed = {"conversations": {"failed": [{"name": "Saludo"}]}}
    found = judge(candidate=version(report=failed), active=None, is_answering=False)
    assert found.passed
    assert "No había ningún modelo en uso" in found.reasons[-1]


def test_a_worse_model_waits_and_the_old_one_answers(small_bot: SmallBot) -> None:
    good = train(small_bot)
    worse = muddle(small_bot)
    assert worse.decision == Decision.WAITING
    assert not worse.gate["passed"]
    assert worse.gate["compared_with"] == good.name
    assert small_bot.engine.status().model_version == good.name


def test_a_person_activates_what_waits(small_bot: SmallBot, admin: User) -> None:
    train(small_bot)
    worse = muddle(small_bot)
    versions.activate_version(version=worse, by=admin)
    worse.refresh_from_db()
    assert (worse.decision, worse.activated_by) == (Decision.ACTIVATED, admin)
    assert small_bot.engine.status().model_version == worse.name


def test_going_back_is_activating_an_older_one(small_bot: SmallBot, admin: User) -> None:
    old, new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    assert small_bot.answer("hola") == "Segunda."
    versions.activate_version(version=old, by=admin)
    assert small_bot.answer("hola") == "Primera."
    active = versions.active_version()
    assert active is not None
    assert active.name == old.name
    assert new.decision == Decision.ACTIVATED


def test_what_waited_is_passed_by_when_a_newer_one_takes_over(small_bot: SmallBot) -> None:
    train(small_bot)
    worse = muddle(small_bot)
    train(small_bot, saludo="Buenas.")
    worse.refresh_from_db()
    assert worse.decision == Decision.REPLACED


def test_a_damaged_model_is_refused_and_the_old_one_goes_on(small_bot: SmallBot) -> None:
    old, new = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    (small_bot.models / old.file).write_bytes(b"PK damaged")
    with pytest.raises(Conflict, match="dañado") as refused:
        versions.activate_version(version=old, by=None)
    assert refused.value.code == "model_unusable"
    assert small_bot.engine.status().model_version == new.name
    assert small_bot.answer("hola") == "Segunda."


def test_a_model_whose_file_is_gone_is_refused(small_bot: SmallBot) -> None:
    old = train(small_bot)
    train(small_bot, saludo="Segunda.")
    (small_bot.models / old.file).unlink()
    with pytest.raises(Conflict, match="falta"):
        versions.activate_version(version=old, by=None)


def test_only_the_newest_files_stay_and_the_active_one(
    small_bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = train(small_bot, saludo="Uno.")
    second, third = train(small_bot, saludo="Dos."), train(small_bot, saludo="Tres.")
    versions.activate_version(version=first, by=None)
    monkeypatch.setattr(versions, "KEPT_FILES", 1)
    assert versions.prune_files("embedded") == 1
    kept = {row.name: bool(row.file) for row in ModelVersion.objects.all()}
    assert kept == {first.name: True, second.name: False, third.name: True}
    assert not (small_bot.models / second.file).exists()
    second.refresh_from_db()
    with pytest.raises(Conflict, match="solo quedan las cifras"):
        versions.activate_version(version=second, by=None)


def test_figures_stay_with_their_version(small_bot: SmallBot) -> None:
    made = train(small_bot)
    assert {"accuracy", "macro_f1", "noisy_accuracy", "coverage", "precision", "threshold"} <= set(
        made.figures
    )
    assert made.figures["n_examples"] == sum(len(texts) for texts in SENTENCES.values())
    assert made.duration_seconds > 0
    assert len(made.sha256) == len(made.data_hash) == 64


def test_a_model_that_breaks_a_saved_conversation_waits(small_bot: SmallBot) -> None:
    turns = [{"say": "hola", "intent": "saludo", "messages": ["Primera."]}]
    SavedConversation.objects.create(name="Saludar", turns=turns)
    good, broken = train(small_bot, saludo="Primera."), train(small_bot, saludo="Segunda.")
    assert good.report["conversations"] == {"passed": 1, "failed": []}
    assert (good.decision, broken.decision) == (Decision.ACTIVATED, Decision.WAITING)
    (failed,) = broken.report["conversations"]["failed"]
    assert (failed["name"], failed["turn"], failed["say"]) == ("Saludar", 1, "hola")
    assert "«Saludar»" in broken.gate["reasons"][0]
    assert small_bot.answer("hola") == "Primera."


def test_a_saved_conversation_that_is_off_holds_nothing_back(small_bot: SmallBot) -> None:
    turns = [{"say": "hola", "intent": "saludo", "messages": ["Primera."]}]
    SavedConversation.objects.create(name="Saludar", turns=turns, is_active=False)
    train(small_bot, saludo="Primera.")
    assert train(small_bot, saludo="Segunda.").decision == Decision.ACTIVATED
