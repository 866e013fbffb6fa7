"""From scores to probabilities, and the confidence from which the bot answers."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

REJECTION_COST = 0.5
"""Asking "did you mean" costs half of answering wrongly: answer when more likely right than wrong."""
LOWEST, HIGHEST = 0.05, 0.95
_THRESHOLDS = np.linspace(0.0, 1.0, 101)
_TEMPERATURES = np.geomspace(0.02, 10.0, 240)


def softmax(scores: NDArray[np.floating], temperature: float) -> Doubles:
    """Probabilities along the last axis."""
    scaled = np.asarray(scores, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def fit_temperature(scores: Doubles, truth: NDArray[np.intp]) -> float:
    """Temperature scaling (Guo et al. 2017): the one T that gives held-out sentences the least log loss.

    The loss is convex in 1/T, so halving finds the least of the grid without trying all of it.
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    right = shifted[np.arange(len(truth)), truth]

    def loss(at: int) -> float:
        return float(
            (np.log(np.exp(shifted / _TEMPERATURES[at]).sum(axis=1)) - right / _TEMPERATURES[at]).mean()
        )

    low, high = 0, len(_TEMPERATURES) - 1
    while low < high:
        middle = (low + high) // 2
        if loss(middle) <= loss(middle + 1):
            high = middle
        else:
            low = middle + 1
    return float(_TEMPERATURES[low])


def choose_threshold(confidence: Doubles, is_right: NDArray[np.bool_], gibberish: Doubles) -> float:
    """Chow's rule (1970) on the out-of-fold scores, steadied by Breiman's rule of one standard error.

    A wrong answer costs 1, a rejection REJECTION_COST, a right answer nothing. Chow's rule rejects where that
    is cheaper; it is optimal for any such costs and needs no target of precision or coverage that a small
    project could not meet. Were the probabilities perfect, the threshold would be 1 - REJECTION_COST. The
    sentences decide how far from it we go: of all thresholds whose mean cost is within one standard error of
    the least, the nearest. `gibberish` are confidences of sentences without meaning: 95 % of them must fall
    below in any case.
    """
    is_answered = confidence >= _THRESHOLDS[:, None]
    costs = np.where(is_answered, ~is_right, REJECTION_COST)
    mean = costs.mean(axis=1)
    best = int(mean.argmin())
    allowed = mean <= mean[best] + costs[best].std() / np.sqrt(len(confidence))
    distance = np.where(allowed, np.abs(_THRESHOLDS - (1 - REJECTION_COST)), np.inf)
    floor = float(np.quantile(gibberish, 0.95)) + 0.01
    return float(np.clip(max(float(_THRESHOLDS[int(distance.argmin())]), floor), LOWEST, HIGHEST))
