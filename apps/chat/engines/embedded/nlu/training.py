"""Makes a linear model from a project's sentences. Imports scikit-learn (100 MB): for training alone."""

import time
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from apps.chat.engines.base import Progress
from apps.chat.engines.embedded.errors import TrainingError
from apps.chat.engines.embedded.nlu.evaluation import Evaluation, evaluate
from apps.chat.engines.embedded.nlu.gibberish import WALKS, sentences
from apps.chat.engines.embedded.nlu.linear import ANALYSERS, Block, CalibratedModel, LinearModel
from apps.chat.engines.embedded.nlu.text import normalise
from apps.chat.engines.project import BotProject

SEED = 20
C = 0.6
NAME_EXAMPLES = 2
"""How often an intent's own name counts as an example: it is what its author would call it."""
INTENTS_PER_GIBBERISH, LEAST_GIBBERISH = 2, 10
"""Sentences of gibberish that are trained on as a class of their own, which is never answered.

Measured on rasa/ (43 intents, 943 examples): at the same threshold 2.5 % of unseen gibberish is answered
and not 13 %, for one point of coverage. Twice as many cost two points.
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Normalised sentences, each once per intent, with the position of their intent in `intents`."""

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    labels: NDArray[np.intp]


def train_nlu(project: BotProject, progress: Progress) -> CalibratedModel:
    """Raises TrainingError when the sentences are too few. The same project gives the same weights."""
    started = time.perf_counter()
    corpus = read_corpus(project)
    progress(0.1, "Evaluando con validación cruzada")
    found = evaluate(corpus.texts, corpus.labels, len(corpus.intents), lambda rows: fit(corpus, rows), SEED)
    progress(0.8, "Entrenando con todos los ejemplos")
    model = fit(corpus, np.arange(len(corpus.texts)))
    figures = _figures(corpus, found, time.perf_counter() - started)
    return CalibratedModel(model, found.temperature, found.threshold, figures)


def read_corpus(project: BotProject) -> Corpus:
    """Intents without a usable sentence (reached only by button) are left out."""
    sentences = {
        name: list(dict.fromkeys(filter(None, (normalise(e.text) for e in intent.examples))))
        for name, intent in sorted(project.intents.items())
    }
    intents = tuple(name for name, texts in sentences.items() if texts)
    if len(intents) < 2:
        raise TrainingError(
            f"Hacen falta dos intenciones con ejemplos y hay {len(intents)}: añade ejemplos y entrena."
        )
    labels = [i for i, name in enumerate(intents) for _ in sentences[name]]
    texts = tuple(text for name in intents for text in sentences[name])
    return Corpus(intents, texts, np.asarray(labels, dtype=np.intp))


def fit(corpus: Corpus, rows: NDArray[np.intp]) -> LinearModel:
    """A model from these sentences, every intent's name, and gibberish."""
    count = len(corpus.intents)
    names = [normalise(name.replace("_", " ")) for name in corpus.intents] * NAME_EXAMPLES
    nonsense = [*WALKS, *sentences(max(LEAST_GIBBERISH, count // INTENTS_PER_GIBBERISH), SEED)]
    texts = [corpus.texts[row] for row in rows] + names + nonsense
    named, meant = np.tile(np.arange(count), NAME_EXAMPLES), np.full(len(nonsense), count)
    labels = np.concatenate([corpus.labels[rows], named, meant])
    unseen_idf = log(1 + len(texts)) + 1  # scikit-learn's smoothed idf of a gram that no sentence has
    blocks, columns, first_row = [], [], 0
    for kind, (analyse, weight) in ANALYSERS.items():
        vectoriser = TfidfVectorizer(analyzer=analyse, dtype=np.float64)
        try:
            columns.append(vectoriser.fit_transform(texts) * weight)
        except ValueError:  # no sentence has such a gram
            continue
        terms = vectoriser.get_feature_names_out().tolist()
        idf = vectoriser.idf_.astype(np.float32)
        blocks.append(Block.of(kind, terms, idf, first_row, unseen_idf))
        first_row += len(terms)
    weights, bias = _hyperplanes(hstack(columns).tocsr(), labels)
    return LinearModel(corpus.intents, tuple(blocks), weights, bias)


def _hyperplanes(features: Any, labels: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Primal solver: it draws no random numbers, so trainings side by side cannot disturb each other."""
    machine = LinearSVC(C=C, dual=False, random_state=SEED).fit(features, labels)
    return np.ascontiguousarray(machine.coef_.T, dtype=np.float32), machine.intercept_.astype(np.float32)


def _figures(corpus: Corpus, found: Evaluation, seconds: float) -> dict[str, Any]:
    return {
        **found.figures(),
        "n_intents": len(corpus.intents),
        "n_examples": len(corpus.texts),
        "seconds": round(seconds, 3),
    }
