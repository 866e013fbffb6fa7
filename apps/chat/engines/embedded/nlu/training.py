"""Makes a calibrated model from a project's sentences. Imports scikit-learn (100 MB): for training alone."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from apps.chat.engines.base import Progress
from apps.chat.engines.embedded.nlu.calibrated import CalibratedModel
from apps.chat.engines.embedded.nlu.corpus import SEED, Corpus, Lessons, lessons_of, read_corpus
from apps.chat.engines.embedded.nlu.evaluation import (
    Doubles,
    Questions,
    cross_validate,
    questions_about,
    stratified_folds,
)
from apps.chat.engines.embedded.nlu.learners import GramLearner, Learner, VectorLearner
from apps.chat.engines.embedded.nlu.report import report_of
from apps.chat.engines.embedded.nlu.semantic import Encoder, SemanticPart
from apps.chat.engines.embedded.nlu.verdict import Verdict, judge
from apps.chat.engines.project import BotProject

BEGUN, READ, ENCODED, LEARNT, EVALUATED = 0.02, 0.1, 0.4, 0.45, 0.95
"""Shares of the progress at which the parts end; without an encoder learning begins where reading ends."""
MAX_MISSPELT, MAX_ENCODED_MISSPELT = 2000, 500
"""Of each kind: so many give their figures to one point, and, where vectors make each slow, to two."""


@dataclass(frozen=True, slots=True)
class TrainedNlu:
    model: CalibratedModel
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Bench:
    """What is learnt, what is asked, and who learns: by grams always, by vectors if there is an encoder."""

    corpus: Corpus
    lessons: Lessons
    questions: Questions
    grams: GramLearner
    vectors: VectorLearner | None

    @property
    def learners(self) -> list[Learner]:
        return [self.grams, self.vectors] if self.vectors else [self.grams]


def train_nlu(project: BotProject, progress: Progress, encoder: Encoder | None = None) -> TrainedNlu:
    """Raises TrainingError when the sentences are too few, and whatever `progress` raises to stop it.

    The same project gives the same weights.
    """
    started = time.perf_counter()
    bench = _prepare(project, progress, encoder)
    everything = np.arange(len(bench.lessons.texts))
    tick = partial(progress, ENCODED if encoder else READ, "Entrenando con todos los ejemplos")
    linear = bench.grams.fit(everything, tick)
    semantic = bench.vectors.fit(everything, tick) if bench.vectors else None
    hints = [learnt.scores(bench.lessons.texts) for learnt in (linear, semantic) if learnt]
    alone, verdict, folds = _evaluate(bench, hints, progress)
    figures = {
        **verdict.figures(),
        "folds": folds,
        "classifier": "semantic" if semantic else "linear",
        "n_intents": len(bench.corpus.intents),
        "n_examples": len(bench.corpus.texts),
        "seconds": round(time.perf_counter() - started, 3),
    }
    part = None
    if encoder and semantic:
        planes = semantic.weights, semantic.bias
        part = SemanticPart(encoder.name, *planes, verdict.temperature, verdict.threshold)
    model = CalibratedModel(linear.model, alone.temperature, alone.threshold, figures, part)
    return TrainedNlu(model, report_of(bench.corpus, verdict))


def _prepare(project: BotProject, progress: Progress, encoder: Encoder | None) -> _Bench:
    corpus = read_corpus(project)
    lessons = lessons_of(corpus)
    questions = questions_about(corpus, MAX_ENCODED_MISSPELT if encoder else MAX_MISSPELT)
    progress(BEGUN, "Leyendo los ejemplos")
    grams = GramLearner(corpus.intents, lessons, questions.heard)
    if encoder is None:
        return _Bench(corpus, lessons, questions, grams, None)

    def tick(share: float) -> None:
        progress(READ + share * (ENCODED - READ), "Leyendo el sentido de los ejemplos")

    return _Bench(corpus, lessons, questions, grams, VectorLearner(encoder, lessons, questions.heard, tick))


def _evaluate(bench: _Bench, hints: list[Doubles], progress: Progress) -> tuple[Verdict, Verdict, int]:
    """How the linear model does alone, how what will answer does, and in how many folds that was seen."""
    labels = bench.corpus.labels
    folds = stratified_folds(labels, SEED)
    count = int(folds.max()) + 1

    def tick(done: int) -> None:
        what = f"Evaluando con validación cruzada ({done + 1} de {count})"
        progress(LEARNT + done / count * (EVALUATED - LEARNT), what)

    found = cross_validate(bench.learners, hints, bench.lessons, bench.questions, folds, tick)
    alone = judge(found[0], bench.questions, labels)
    if len(found) == 1:
        return alone, alone, count
    return alone, judge(found[0].averaged_with(found[1]), bench.questions, labels), count
