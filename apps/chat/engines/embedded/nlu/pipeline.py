"""A model with its calibration and its entity patterns: everything that understands one sentence."""

from dataclasses import dataclass

import numpy as np

from apps.chat.engines.base import Guess, Parse
from apps.chat.engines.embedded.nlu.calibrated import CalibratedModel
from apps.chat.engines.embedded.nlu.calibration import softmax
from apps.chat.engines.embedded.nlu.entities import EntityFinder


@dataclass(frozen=True, slots=True)
class Nlu:
    """Immutable, so any number of threads may ask at once."""

    trained: CalibratedModel
    entities: EntityFinder

    def parse(self, text: str) -> Parse:
        """All guesses, best first; what they lack to 1 is how much the sentence looks like gibberish.

        A sentence with nothing known in it has no guess and confidence 0.
        """
        ranking = self._ranking(text)
        best = ranking[0] if ranking else Guess("", 0.0)
        return Parse(text, best.intent or None, best.confidence, ranking, self.entities.find(text))

    def is_understood(self, parse: Parse) -> bool:
        return parse.intent is not None and parse.confidence >= self.trained.threshold

    def _ranking(self, text: str) -> tuple[Guess, ...]:
        scores = self.trained.scores(text)
        if scores is None:
            return ()
        confidence = softmax(scores, self.trained.temperature)
        order = np.argsort(-confidence[:-1], kind="stable").tolist()
        intents, shares = self.trained.model.intents, confidence.tolist()
        return tuple(Guess(intents[i], shares[i]) for i in order)
