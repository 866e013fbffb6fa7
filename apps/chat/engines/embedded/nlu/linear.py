"""The linear model as it answers: plain arrays, no scikit-learn in the process that serves turns."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from apps.chat.engines.embedded.nlu.text import char_grams, word_grams

Floats = NDArray[np.float32]

ANALYSERS: dict[str, tuple[Callable[[str], list[str]], float]] = {
    "chars": (char_grams, 1.0),
    "words": (word_grams, 0.5),
}
"""Every block of features with its analyser and its weight, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of grams: each known one with its row in the model's weights and its idf."""

    name: str
    known: dict[str, tuple[int, float]]
    unseen_idf: float

    @classmethod
    def of(cls, name: str, terms: list[str], idf: Floats, first_row: int, unseen_idf: float) -> "Block":
        rows = range(first_row, first_row + len(terms))
        known = dict(zip(terms, zip(rows, idf.tolist(), strict=True), strict=True))
        return cls(name=name, known=known, unseen_idf=unseen_idf)

    def entries(self, normal: str) -> tuple[list[int], list[float]]:
        """Rows and tf-idf values of a sentence, scaled to length 1 times the block's weight.

        Unlike scikit-learn, grams never seen in training count in the length: a sentence that is mostly
        unknown is a weak vector, not one blown up from the few grams that happen to be known.
        """
        analyse, weight = ANALYSERS[self.name]
        unseen = (-1, self.unseen_idf)
        rows, values, square = [], [], 0.0
        for gram, count in Counter(analyse(normal)).items():
            row, idf = self.known.get(gram, unseen)
            value = count * idf
            square += value * value
            if row >= 0:
                rows.append(row)
                values.append(value)
        scale = weight / sqrt(square) if square else 0.0
        return rows, [value * scale for value in values]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """One hyperplane per intent and a last one for gibberish: `weights` is (grams, intents + 1)."""

    intents: tuple[str, ...]
    blocks: tuple[Block, ...]
    weights: Floats
    bias: Floats

    def scores(self, normal: str) -> Floats | None:
        """Signed distances of a normalised sentence, gibberish's last; None when nothing in it is known."""
        rows: list[int] = []
        values: list[float] = []
        for block in self.blocks:
            found, weighted = block.entries(normal)
            rows += found
            values += weighted
        if len(rows) < 2:  # the blank around words is in every sentence
            return None
        vector = np.asarray(values, dtype=np.float32)
        return np.asarray(vector @ self.weights[rows] + self.bias, dtype=np.float32)
