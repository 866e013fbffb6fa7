"""Figures, temperature and threshold that follow from out-of-fold scores."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.chat.engines.embedded.nlu.calibration import choose_threshold, fit_temperature, softmax
from apps.chat.engines.embedded.nlu.corpus import Labels
from apps.chat.engines.embedded.nlu.evaluation import Doubles, HeldOut, Questions


@dataclass(frozen=True, slots=True)
class Verdict:
    """How every sentence was understood by models that had not learnt it; shares are 0 to 1."""

    labels: Labels
    guesses: Labels
    confidence: Doubles
    temperature: float
    threshold: float
    misspelt: dict[str, float]
    """Accuracy on the misspelt sentences."""

    @property
    def is_right(self) -> NDArray[np.bool_]:
        return self.guesses == self.labels

    def coverage_at(self, threshold: float) -> tuple[float, float | None]:
        """The share answered, and the share of those that is right; None when nothing is answered."""
        answered = self.confidence >= threshold
        return float(answered.mean()), float(self.is_right[answered].mean()) if answered.any() else None

    def figures(self) -> dict[str, Any]:
        """`coverage` is the share answered at the threshold, `precision` the share of those that is right."""
        from sklearn.metrics import f1_score

        coverage, precision = self.coverage_at(self.threshold)
        macro_f1 = f1_score(self.labels, self.guesses, average="macro", zero_division=0)
        return {
            "accuracy": round(float(self.is_right.mean()), 4),
            "macro_f1": round(float(macro_f1), 4),
            **{f"{kind}_accuracy": round(share, 4) for kind, share in self.misspelt.items()},
            "coverage": round(coverage, 4),
            "precision": round(precision or 0.0, 4),
            "temperature": round(self.temperature, 6),
            "threshold": round(self.threshold, 6),
        }


def judge(found: HeldOut, questions: Questions, labels: Labels) -> Verdict:
    temperature = fit_temperature(found.clean, labels)
    guesses, confidence = _best(found.clean, temperature)
    nonsense = _best(np.concatenate(found.nonsense), temperature)[1]
    asked = labels[questions.rows]
    return Verdict(
        labels=labels,
        guesses=guesses,
        confidence=confidence,
        temperature=temperature,
        threshold=choose_threshold(confidence, guesses == labels, nonsense),
        misspelt={
            kind: float((_best(scores, temperature)[0] == asked).mean())
            for kind, scores in found.misspelt.items()
        },
    )


def _best(scores: Doubles, temperature: float) -> tuple[Labels, Doubles]:
    """The best intent of each row and its probability; gibberish, the last column, is none."""
    shares = softmax(scores, temperature)[:, :-1]
    return shares.argmax(axis=1), shares.max(axis=1)
