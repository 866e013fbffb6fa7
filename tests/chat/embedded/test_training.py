"""Training: the same project gives the same model, small projects do not crash, figures are honest."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine, TrainingError
from apps.chat.engines.embedded.nlu.corpus import read_corpus
from apps.chat.engines.embedded.nlu.evaluation import stratified_folds, with_typos
from apps.chat.engines.embedded.nlu.training import train_nlu
from apps.chat.engines.project import BotProject, Example, Finding, Intent
from tests.chat.embedded.helpers import MemoryStore, quiet, school


def project(**sentences: tuple[str, ...]) -> BotProject:
    return BotProject(intents={n: Intent(n, tuple(map(Example, told))) for n, told in sentences.items()})


def test_the_same_project_gives_the_same_weights_threshold_and_figures() -> None:
    one, other = train_nlu(school(), quiet).model, train_nlu(school(), quiet).model
    assert np.array_equal(one.model.weights, other.model.weights)
    assert np.array_equal(one.model.bias, other.model.bias)
    assert one.model.blocks == other.model.blocks
    figures = [dict(trained.figures, seconds=0) for trained in (one, other)]
    assert figures[0] == figures[1]


def test_figures_are_stored_with_the_model(school_model: TrainedModel) -> None:
    figures = school_model.figures
    shares = ("accuracy", "macro_f1", "unaccented_accuracy", "typo_accuracy", "noisy_accuracy")
    for share in (*shares, "coverage", "precision", "threshold"):
        assert 0 <= figures[share] <= 1, share
    assert figures["temperature"] > 0
    assert (figures["n_intents"], figures["n_examples"], figures["folds"]) == (6, 32, 5)
    assert 0 < figures["seconds"] < 60


def test_progress_runs_from_nothing_to_done_in_spanish(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    EmbeddedEngine(tmp_path, MemoryStore()).train(school(), lambda share, what: told.append((share, what)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert told[-1][1] == "Modelo listo"


@pytest.mark.parametrize(
    "tiny",
    [
        project(a=("hola",), b=("chao",)),
        project(a=("hola",), b=("chao", "adiós", "hasta luego", "nos vemos", "me voy", "bye")),
        project(a=("hola", "hola", "HOLA", "Hóla"), b=("chao",), c=("ñ",)),
        project(a=("1", "2"), b=("?",)),
        project(a=("hola",), b=("👍", "😀 😀")),
        project(a=("hola",), b=("chao",), solo_por_boton=()),
    ],
)
def test_tiny_projects_are_trained(tiny: BotProject, tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, MemoryStore())
    engine.activate(engine.train(tiny, quiet))
    assert engine.parse("hola").intent == "a"


@pytest.mark.parametrize(
    "unfit",
    [project(), project(a=("hola", "buenas")), project(a=("hola",), b=(" ", "")), project(a=(), b=())],
)
def test_fewer_than_two_intents_with_sentences_are_refused_in_spanish(
    unfit: BotProject, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="Hacen falta dos intenciones"):
        EmbeddedEngine(tmp_path, MemoryStore()).train(unfit, quiet)
    assert not list(tmp_path.iterdir())


def test_a_project_with_errors_is_not_trained(tmp_path: Path) -> None:
    wrong = replace(school(), findings=(Finding("error", "utter_x", "No existe la respuesta."),))
    with pytest.raises(TrainingError, match="utter_x: No existe la respuesta"):
        EmbeddedEngine(tmp_path, MemoryStore()).train(wrong, quiet)


def test_warnings_do_not_stop_training(tmp_path: Path) -> None:
    told = replace(school(), findings=(Finding("warning", "x", "y"), Finding("unsupported", "x", "y")))
    assert EmbeddedEngine(tmp_path, MemoryStore()).train(told, quiet).path.exists()


def test_a_folder_that_cannot_be_written_is_told_in_spanish(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="No se pudo guardar"):
        EmbeddedEngine(tmp_path / "file" / "models", MemoryStore()).train(school(), quiet)


def test_a_sentence_counts_once_however_it_is_spelt() -> None:
    corpus = read_corpus(project(a=("Hola", "hola", "HÓLA "), b=("chao",)))
    assert corpus.texts == ("hola", "chao")


@pytest.mark.parametrize("sizes", [(7, 5, 1), (1, 1), (20, 3), (2, 2, 2)])
def test_folds_are_stratified(sizes: tuple[int, ...]) -> None:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    folds = stratified_folds(labels, seed=1)
    assert np.array_equal(folds, stratified_folds(labels, seed=1))
    assert len(np.unique(folds)) >= 2
    for label in range(len(sizes)):
        counts = np.bincount(folds[labels == label], minlength=folds.max() + 1)
        assert counts.max() - counts.min() <= 1


def test_typos_are_one_in_eight_letters_and_seeded() -> None:
    text = "quiero ver el horario de mis clases"
    noisy = with_typos(text, random.Random(1))
    assert noisy == with_typos(text, random.Random(1)) != text
    assert abs(len(noisy) - len(text)) <= len(text) // 8
    assert with_typos("a", random.Random(1)) is not None
