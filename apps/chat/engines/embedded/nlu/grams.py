"""The grams of many sentences, counted once and weighted anew for every model that is made from some of them.

Scores that come from here are those of `LinearModel.scores`, for thousands of sentences at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer

from apps.chat.engines.embedded.nlu.linear import ANALYSERS, Block

Rows = NDArray[np.intp]


class Grams:
    """Counts of every gram in every sentence, one sparse matrix per kind of grams."""

    def __init__(self, normals: Iterable[str]) -> None:
        texts = list(dict.fromkeys(normals))
        self._row = {text: row for row, text in enumerate(texts)}
        self.counts: dict[str, Any] = {}
        self.terms: dict[str, NDArray[Any]] = {}
        for kind, (analyse, _) in ANALYSERS.items():
            counter = CountVectorizer(analyzer=analyse, dtype=np.float64)
            try:
                self.counts[kind] = counter.fit_transform(texts).tocsr()
            except ValueError:  # no sentence has such a gram
                continue
            self.terms[kind] = counter.get_feature_names_out()

    def rows(self, normals: Iterable[str]) -> Rows:
        return np.asarray([self._row[normal] for normal in normals], dtype=np.intp)

    def weighted_by(self, normals: Sequence[str]) -> "WeightedGrams":
        """As a model weighs them that has learnt just these sentences."""
        rows = self.rows(normals)
        columns = {kind: self._column(kind, rows) for kind in self.counts}
        return WeightedGrams(self, {kind: column for kind, column in columns.items() if column.known.any()})

    def _column(self, kind: str, rows: Rows) -> "_Column":
        """scikit-learn's smoothed idf; a gram that none of the sentences has gets that of no sentence."""
        counts = self.counts[kind]
        found = np.bincount(counts[rows].indices, minlength=counts.shape[1])
        return _Column(np.log((1 + len(rows)) / (1 + found)) + 1, found > 0, np.log(1 + len(rows)) + 1)


@dataclass(frozen=True, slots=True)
class _Column:
    idf: NDArray[np.float64]
    known: NDArray[np.bool_]
    unseen_idf: float


class WeightedGrams:
    """Tf-idf of any sentence that was counted; columns are the grams that the model knows."""

    def __init__(self, grams: Grams, columns: dict[str, _Column]) -> None:
        self._grams, self._columns = grams, columns

    def matrix(self, normals: Sequence[str]) -> Any:
        """Every kind scaled to length 1 times its weight; unknown grams count in the length."""
        rows = self._grams.rows(normals)
        found = []
        for kind, column in self._columns.items():
            values = self._grams.counts[kind][rows]
            values.data *= column.idf[values.indices]
            length = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
            scale = np.divide(ANALYSERS[kind][1], length, out=np.zeros_like(length), where=length > 0)
            values.data *= np.repeat(scale, np.diff(values.indptr))
            found.append(values[:, np.flatnonzero(column.known)])
        return hstack(found).tocsr()

    def blocks(self) -> tuple[Block, ...]:
        blocks, first_row = [], 0
        for kind, column in self._columns.items():
            terms = self._grams.terms[kind][column.known].tolist()
            idf = column.idf[column.known].astype(np.float32)
            blocks.append(Block.of(kind, terms, idf, first_row, float(column.unseen_idf)))
            first_row += len(terms)
        return tuple(blocks)
