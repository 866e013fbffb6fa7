"""What learns some of the lessons and scores any sentence that it was told of: by grams, and by vectors."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from apps.chat.engines.embedded.nlu.corpus import Labels, Lessons
from apps.chat.engines.embedded.nlu.grams import Grams, WeightedGrams
from apps.chat.engines.embedded.nlu.hyperplanes import Floats, Tick, fit_planes
from apps.chat.engines.embedded.nlu.linear import LinearModel
from apps.chat.engines.embedded.nlu.semantic import Encoder
from apps.chat.engines.embedded.nlu.text import normalise

Doubles = NDArray[np.float64]

LINEAR_COST = 0.6
SEMANTIC_COST = 1.0
"""Measured on rasa/: 10 gains two points on clean sentences and loses five on misspelt ones."""
BATCH = 32


class Learnt(Protocol):
    """A model in training: rows of scores, gibberish's last, as the finished one would give them."""

    def scores(self, texts: Sequence[str]) -> Doubles: ...


class Learner(Protocol):
    def fit(self, rows: Labels, tick: Tick, margins: Doubles | None = None) -> Learnt:
        """From these lessons. `margins`: see `fit_planes`."""
        ...


@dataclass(frozen=True, slots=True)
class LearntGrams:
    model: LinearModel
    weighted: WeightedGrams
    normals: dict[str, str]

    def scores(self, texts: Sequence[str]) -> Doubles:
        found = self.weighted.matrix([self.normals[text] for text in texts]).astype(np.float32)
        scores = found @ self.model.weights + self.model.bias
        scores[np.diff(found.indptr) < 2] = self.model.bias  # nothing known, see LinearModel.scores
        return np.asarray(scores, dtype=np.float64)


class GramLearner:
    """`heard` are the sentences, beside the lessons, that its models will be asked."""

    def __init__(self, intents: tuple[str, ...], lessons: Lessons, heard: Iterable[str]) -> None:
        self._intents, self._lessons = intents, lessons
        self._normals = {text: normalise(text) for text in (*lessons.texts, *heard)}
        self._grams = Grams(self._normals.values())

    def fit(self, rows: Labels, tick: Tick, margins: Doubles | None = None) -> LearntGrams:
        normals = [self._normals[self._lessons.texts[row]] for row in rows]
        weighted = self._grams.weighted_by(normals)
        planes = fit_planes(weighted.matrix(normals), self._lessons.labels[rows], LINEAR_COST, tick, margins)
        return LearntGrams(LinearModel(self._intents, weighted.blocks(), *planes), weighted, self._normals)


@dataclass(frozen=True, slots=True)
class LearntVectors:
    weights: Floats
    bias: Floats
    vectors: Callable[[Sequence[str]], Floats]

    def scores(self, texts: Sequence[str]) -> Doubles:
        return np.asarray(self.vectors(texts) @ self.weights + self.bias, dtype=np.float64)


class VectorLearner:
    """Encodes each sentence once; `tick` is called with the share that is done."""

    def __init__(
        self, encoder: Encoder, lessons: Lessons, heard: Iterable[str], tick: Callable[[float], None]
    ) -> None:
        self._lessons = lessons
        texts = list(dict.fromkeys(encoder.seen(text) for text in (*lessons.texts, *heard)))
        batches = []
        for first in range(0, len(texts), BATCH):
            tick(first / len(texts))
            batches.append(encoder.vectors(texts[first : first + BATCH]))
        self._vectors = np.concatenate(batches)
        self._row = {text: row for row, text in enumerate(texts)}
        self._encoder = encoder

    def vectors(self, texts: Sequence[str]) -> Floats:
        return np.asarray(self._vectors[[self._row[self._encoder.seen(text)] for text in texts]])

    def fit(self, rows: Labels, tick: Tick, margins: Doubles | None = None) -> LearntVectors:
        vectors = self.vectors([self._lessons.texts[row] for row in rows])
        planes = fit_planes(vectors, self._lessons.labels[rows], SEMANTIC_COST, tick, margins)
        return LearntVectors(*planes, self.vectors)
