"""Out-of-fold scores of every sentence, and the figures, temperature and threshold that follow from them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.chat.engines.embedded.nlu import gibberish
from apps.chat.engines.embedded.nlu.calibration import choose_threshold, fit_temperature, softmax
from apps.chat.engines.embedded.nlu.linear import LinearModel
from apps.chat.engines.embedded.nlu.text import normalise

Doubles = NDArray[np.float64]
Labels = NDArray[np.intp]

MAX_FOLDS = 5
LETTERS_PER_TYPO = 8
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
GIBBERISH = 40
"""Sentences of gibberish, other than those trained on, that the threshold must keep out."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What cross-validation says; shares are 0 to 1."""

    accuracy: float
    macro_f1: float
    noisy_accuracy: float
    temperature: float
    threshold: float
    coverage: float
    precision: float
    folds: int

    def figures(self) -> dict[str, Any]:
        """`coverage` is the share answered at the threshold, `precision` the share of those that is right."""
        return {
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "noisy_accuracy": round(self.noisy_accuracy, 4),
            "coverage": round(self.coverage, 4),
            "precision": round(self.precision, 4),
            "temperature": round(self.temperature, 6),
            "threshold": round(self.threshold, 6),
            "folds": self.folds,
        }


def evaluate(
    texts: Sequence[str], labels: Labels, intents: int, fit: Callable[[Labels], LinearModel], seed: int
) -> Evaluation:
    """Every sentence is scored by a model that has not seen it, with the very code that answers turns."""
    folds = stratified_folds(labels, seed)
    noise = random.Random(seed)
    noisy_texts = [normalise(with_typos(text, noise)) for text in texts]
    clean, noisy = np.zeros((len(texts), intents + 1)), np.zeros((len(texts), intents + 1))
    nonsense: list[Doubles] = []
    for fold in np.unique(folds):
        model = fit(np.flatnonzero(folds != fold))
        for row in np.flatnonzero(folds == fold).tolist():
            clean[row], noisy[row] = _scores(model, texts[row]), _scores(model, noisy_texts[row])
        nonsense += [_scores(model, text) for text in gibberish.sentences(GIBBERISH, seed + 1)]
    return _judge(clean, noisy, np.asarray(nonsense), labels, int(folds.max()) + 1)


def stratified_folds(labels: Labels, seed: int) -> Labels:
    """The fold of every sentence; each intent is spread evenly.

    MAX_FOLDS, or as many as the largest intent has sentences. An intent with fewer is simply absent from some
    folds' held-out part; it can never be absent from training, where its name always is.
    """
    count = max(2, min(MAX_FOLDS, int(np.bincount(labels).max())))
    shuffle = np.random.default_rng(seed)
    folds, dealt = np.zeros(len(labels), dtype=np.intp), 0
    for label in np.unique(labels):
        rows = shuffle.permutation(np.flatnonzero(labels == label))
        folds[rows] = (np.arange(len(rows)) + dealt) % count
        dealt += len(rows)
    return folds


def with_typos(text: str, rng: random.Random) -> str:
    """The sentence as a thumb writes it: per eight letters one is lost, doubled, swapped or another."""
    letters = list(text)
    for _ in range(max(1, len(text) // LETTERS_PER_TYPO)):
        at = rng.randrange(len(letters))
        kind = rng.randrange(4)
        if kind == 0:
            letters[at] = ""
        elif kind == 1:
            letters[at] *= 2
        elif kind == 2 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = rng.choice(_ALPHABET)
    return "".join(letters)


def _scores(model: LinearModel, text: str) -> Doubles:
    found = model.scores(text)
    return (model.bias if found is None else found).astype(np.float64)


def _best(scores: Doubles, temperature: float) -> tuple[Labels, Doubles]:
    """The best intent of each row and its probability; gibberish, the last column, is none."""
    shares = softmax(scores, temperature)[:, :-1]
    return shares.argmax(axis=1), shares.max(axis=1)


def _judge(clean: Doubles, noisy: Doubles, nonsense: Doubles, labels: Labels, folds: int) -> Evaluation:
    from sklearn.metrics import f1_score

    temperature = fit_temperature(clean, labels)
    guesses, confidence = _best(clean, temperature)
    is_right = guesses == labels
    threshold = choose_threshold(confidence, is_right, _best(nonsense, temperature)[1])
    answered = confidence >= threshold
    return Evaluation(
        accuracy=float(is_right.mean()),
        macro_f1=float(f1_score(labels, guesses, average="macro", zero_division=0)),
        noisy_accuracy=float((_best(noisy, temperature)[0] == labels).mean()),
        temperature=temperature,
        threshold=threshold,
        coverage=float(answered.mean()),
        precision=float(is_right[answered].mean()) if answered.any() else 0.0,
        folds=folds,
    )
