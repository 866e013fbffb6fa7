"""A model that knows how sure it must be: linear alone, or averaged with sentence vectors."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np

from apps.chat.engines.embedded.nlu.linear import Floats, LinearModel
from apps.chat.engines.embedded.nlu.semantic import Encoder, FindEncoder, SemanticPart
from apps.chat.engines.embedded.nlu.text import normalise

Classifier = Literal["linear", "semantic"]
logger = logging.getLogger(__name__)


@cache
def _tell_once(wanted: str, found: str) -> None:
    logger.warning("the model was trained with %s, here is %s: its linear part answers", wanted, found)


@dataclass(frozen=True, slots=True)
class CalibratedModel:
    """A model, how sure it must be to answer, and the figures of its cross-validation.

    As trained, `temperature` and `threshold` are the linear model's own, whatever `semantic` adds: it can
    answer without the encoder. `ready` picks those of what really answers.
    """

    model: LinearModel
    temperature: float
    threshold: float
    figures: Mapping[str, Any]
    semantic: SemanticPart | None = None
    encoder: Encoder | None = None

    def ready(self, find_encoder: FindEncoder) -> "CalibratedModel":
        """To answer with here: with its vectors if the encoder that made them is here, else linear alone.

        Raises ValueError when the encoder's vectors do not fit.
        """
        part = self.semantic
        if part is None:
            return self
        encoder = find_encoder()
        if encoder is None or encoder.name != part.encoder:
            _tell_once(part.encoder, encoder.name if encoder else "none")
            return replace(self, semantic=None)
        if encoder.vectors([""]).shape[1:] != part.weights.shape[:1]:
            raise ValueError("the vectors of the encoder do not fit the model's weights")
        return replace(self, temperature=part.temperature, threshold=part.threshold, encoder=encoder)

    @property
    def classifier(self) -> Classifier:
        """What answers, of a model made ready."""
        return "semantic" if self.encoder else "linear"

    def scores(self, text: str) -> Floats | None:
        """Of a sentence as typed, gibberish's last; None when nothing in it is known."""
        found = self.model.scores(normalise(text))
        if found is None or self.semantic is None or self.encoder is None:
            return found
        return np.asarray((found + self.semantic.scores(self.encoder.vectors([text])[0])) / 2)
