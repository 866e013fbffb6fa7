"""Figures and the report that explains them: held-out, honest, bounded, plain."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded.nlu import hyperplanes, report
from apps.chat.engines.embedded.nlu.corpus import lessons_of, read_corpus
from apps.chat.engines.embedded.nlu.evaluation import questions_about
from apps.chat.engines.embedded.nlu.learners import GramLearner
from apps.chat.engines.embedded.nlu.text import normalise
from apps.chat.engines.embedded.nlu.training import train_nlu
from apps.chat.engines.project import BotProject, Example, Intent
from tests.bench.large_project import large_project
from tests.chat.embedded.helpers import quiet, school


def project(**sentences: tuple[str, ...]) -> BotProject:
    return BotProject(intents={n: Intent(n, tuple(map(Example, told))) for n, told in sentences.items()})


def figures_of(told: BotProject) -> dict[str, Any]:
    return dict(train_nlu(told, quiet).model.figures)


def test_the_trained_model_brings_the_report(school_model: TrainedModel) -> None:
    report = school_model.report
    assert set(report) == {"intents", "confusions", "suspects", "coverage_curve"}
    assert [row["intent"] for row in report["intents"]] == sorted(school().intents)
    assert sum(row["examples"] for row in report["intents"]) == school_model.figures["n_examples"]
    wrong = sum(pair["count"] for pair in report["confusions"])
    assert wrong == round((1 - school_model.figures["accuracy"]) * 32)
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_per_intent_figures_agree_with_the_whole(school_model: TrainedModel) -> None:
    rows = school_model.report["intents"]
    right = sum(row["recall"] * row["examples"] for row in rows)
    assert right / 32 == pytest.approx(school_model.figures["accuracy"], abs=1e-3)
    assert np.mean([row["f1"] for row in rows]) == pytest.approx(school_model.figures["macro_f1"], abs=1e-3)


def test_a_sentence_in_the_wrong_intent_is_a_suspect_in_its_own_wording() -> None:
    told = school()
    greeting = told.intents["saludo"].examples + tuple(
        map(
            Example,
            ("hola buenos días", "hola buenas tardes", "hola hola", "buenos días a todos", "hey hola"),
        )
    )
    grades = (*told.intents["ver_notas"].examples, Example("¡HOLA, buenos DÍAS!"))
    mixed = project(
        saludo=tuple(example.text for example in greeting),
        ver_notas=tuple(example.text for example in grades),
        horario=tuple(example.text for example in told.intents["horario"].examples),
    )
    found = train_nlu(mixed, quiet).report
    suspect = next(row for row in found["suspects"] if row["text"] == "¡HOLA, buenos DÍAS!")
    assert (suspect["intent"], suspect["guess"]) == ("ver_notas", "saludo")
    assert suspect["guess_examples"][0] == "hola buenos días"
    assert 0 < suspect["confidence"] <= 1
    pair = next(row for row in found["confusions"] if (row["truth"], row["guess"]) == ("ver_notas", "saludo"))
    assert "¡HOLA, buenos DÍAS!" in pair["sentences"]


def test_suspects_are_ordered_by_confidence_and_above_the_threshold() -> None:
    trained = train_nlu(large_project(8, 12), quiet)
    shares = [row["confidence"] for row in trained.report["suspects"]]
    assert shares == sorted(shares, reverse=True)
    assert all(share >= trained.model.figures["threshold"] - 1e-4 for share in shares)


def test_the_curve_falls_in_coverage_and_passes_through_the_figures(school_model: TrainedModel) -> None:
    curve = school_model.report["coverage_curve"]
    assert (curve[0]["threshold"], curve[0]["coverage"]) == (0.0, 1.0)
    assert curve[0]["precision"] == school_model.figures["accuracy"]
    coverage = [point["coverage"] for point in curve]
    assert coverage == sorted(coverage, reverse=True)
    assert all(0 <= value <= 1 for point in curve for value in point.values())


def test_the_report_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_CONFUSIONS", 3)
    monkeypatch.setattr(report, "MAX_SUSPECTS", 2)
    mixed = [f"quiero la palabra {n}{'x' * 400}" for n in "abcdefghijklmnopqrst"]
    told = project(**{f"intento_{i}": tuple(mixed[i::4]) for i in range(4)})
    found = train_nlu(told, quiet).report
    assert len(found["confusions"]) <= 3
    assert len(found["suspects"]) <= 2
    for pair in found["confusions"]:
        assert 1 <= len(pair["sentences"]) <= report.SENTENCES_PER_CONFUSION
        assert all(len(text) <= report.MAX_SENTENCE for text in pair["sentences"])


@pytest.mark.parametrize(
    "tiny",
    [
        project(a=("hola",), b=("chao",)),
        project(a=("hola",), b=("hola",)),
        project(a=("1", "2"), b=("?",), c=("👍", "👍")),
        project(a=("hola",), b=("chao", "adiós", "hasta luego", "nos vemos", "me voy", "bye")),
    ],
)
def test_tiny_projects_have_finite_figures_and_reports(tiny: BotProject) -> None:
    trained = train_nlu(tiny, quiet)
    json.dumps([dict(trained.model.figures), trained.report], allow_nan=False)


def test_accents_and_case_are_nothing_to_the_linear_model() -> None:
    corpus = read_corpus(school())
    asked = questions_about(corpus, 1000)
    assert any(text != plain for text, plain in zip(asked.misspelt["unaccented"], asked.clean, strict=True))
    assert [normalise(text) for text in asked.misspelt["unaccented"]] == list(corpus.texts)
    figures = figures_of(school())
    assert figures["unaccented_accuracy"] == figures["accuracy"]


def test_misspelt_sentences_can_be_a_sample_of_all_intents() -> None:
    corpus = read_corpus(large_project(10, 20))
    asked = questions_about(corpus, 50)
    assert len(asked.rows) == len(asked.misspelt["typo"]) == 50
    assert set(corpus.labels[asked.rows]) == set(range(10))


def test_sentences_scored_by_matrices_have_the_scores_of_the_model_that_answers() -> None:
    corpus = read_corpus(large_project(12, 10))
    lessons, heard = (
        lessons_of(corpus),
        ["", "ñ", "Ω", "qzx wkj", "hola qué tal", "12 34", "x@y.co", "a" * 50],
    )
    learner = GramLearner(corpus.intents, lessons, heard)
    learnt = learner.fit(lessons.with_rows(np.arange(0, len(corpus.texts), 2)), lambda: None)
    asked = [*lessons.texts, *heard]
    by_one = [learnt.model.scores(normalise(text)) for text in asked]
    expected = [learnt.model.bias if scores is None else scores for scores in by_one]
    assert any(scores is None for scores in by_one)
    np.testing.assert_allclose(learnt.scores(asked), np.asarray(expected), rtol=0, atol=2e-6)


def test_looking_at_near_rows_alone_finds_the_same_hyperplanes(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = read_corpus(large_project(30, 20))
    lessons = lessons_of(corpus)
    learner, everything = GramLearner(corpus.intents, lessons, []), np.arange(len(lessons.texts))
    ticks: list[int] = []
    plain = learner.fit(everything, lambda: None)
    monkeypatch.setattr(hyperplanes, "MANY", 0)
    for margins in (None, plain.scores(lessons.texts), np.zeros((len(everything), 31)) - 5):
        near = learner.fit(everything, lambda: ticks.append(1), margins)
        np.testing.assert_allclose(near.model.weights, plain.model.weights, rtol=0, atol=0.01)
        np.testing.assert_allclose(near.scores(lessons.texts), plain.scores(lessons.texts), rtol=0, atol=0.02)
    assert len(ticks) >= 3 * 4


class Cancelled(Exception):
    pass


def stopping_at(limit: float) -> Callable[[float, str], None]:
    def progress(share: float, what: str) -> None:
        if share >= limit:
            raise Cancelled(what)

    return progress


@pytest.mark.parametrize("limit", [0.0, 0.1, 0.45, 0.6, 0.8])
def test_training_is_stopped_by_what_progress_raises(limit: float) -> None:
    with pytest.raises(Cancelled):
        train_nlu(school(), stopping_at(limit))


def test_progress_is_told_at_every_fold() -> None:
    told: list[tuple[float, str]] = []
    train_nlu(school(), lambda share, what: told.append((share, what)))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert {f"Evaluando con validación cruzada ({n} de 5)" for n in range(1, 6)} <= {what for _, what in told}
