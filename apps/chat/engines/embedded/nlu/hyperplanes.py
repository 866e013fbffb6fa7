"""One hyperplane per class by LinearSVC: from all rows when they are few, from the near ones when many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from apps.chat.engines.embedded.nlu.corpus import SEED, Labels

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Tick = Callable[[], None]
"""Called often; may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Care:
    """Rows within `near` of the margin are learnt; one that was left out may be `tolerance` inside it."""

    near: float
    tolerance: float


MANY = 150_000
"""Rows times classes from which looking at the near rows alone is faster."""
EXACT = Care(near=0.05, tolerance=0.001)
HINTED = Care(near=0.1, tolerance=0.05)
"""Measured on 10,000 sentences: scores move by a hundredth at most, and a third of the time is saved."""
SKETCH_SHARE, SKETCH_NEAR = 5, 0.2
SOLVED = 0.03
"""liblinear's tolerance; scores move by some thousandths, figures of 10,000 sentences by none."""
CLASSES_PER_TICK = 10


def fit_planes(
    features: Any, labels: Labels, cost: float, tick: Tick, margins: Doubles | None = None
) -> tuple[Floats, Floats]:
    """Weights (features, classes) and biases of L2-regularised, squared-hinge, one-versus-rest machines.

    `margins` are another model's scores of the same rows: a hint where to look first. They hardly change what
    comes out, because the problem has one optimum, but how long it takes.
    """
    if len(labels) * (int(labels.max()) + 1) < MANY:
        # primal solver: it draws no random numbers, so trainings side by side cannot disturb each other
        machine = LinearSVC(C=cost, dual=False, random_state=SEED).fit(features, labels)
        weights = np.ascontiguousarray(machine.coef_.T, dtype=np.float32)
        return weights, machine.intercept_.astype(np.float32)
    if margins is None:
        return _fit_near(features, labels, cost, tick, _sketch(features, labels, cost), EXACT)
    return _fit_near(features, labels, cost, tick, margins, HINTED)


def _sketch(features: Any, labels: Labels, cost: float) -> Doubles:
    """Rough margins from every fifth row of each class, shifted so that a fifth of the rows count as near."""
    some = np.concatenate([np.flatnonzero(labels == label)[::SKETCH_SHARE] for label in np.unique(labels)])
    machine = LinearSVC(C=cost, dual=True, tol=0.1, random_state=SEED).fit(features[some], labels[some])
    margins = features @ machine.coef_.T + machine.intercept_
    return np.asarray(margins - np.quantile(margins, 1 - SKETCH_NEAR, axis=0) - 1 - EXACT.near)


def _fit_near(
    features: Any, labels: Labels, cost: float, tick: Tick, margins: Doubles, care: Care
) -> tuple[Floats, Floats]:
    """A row beyond its margin pulls at no hyperplane, so leaving it out changes nothing.

    For each class the machine learns its own rows and those near the margin; as long as the result puts a row
    that was left out inside the margin, that row joins and the class is learnt again.
    """
    classes = int(labels.max()) + 1
    own = labels[:, None] == np.arange(classes)
    chosen = own | (margins > -1 - care.near)
    chosen[:, (chosen == own).all(axis=0)] = True
    weights = np.zeros((classes, features.shape[1]), dtype=np.float32)
    biases = np.zeros(classes, dtype=np.float32)
    left, single = np.arange(classes), features.astype(np.float32)
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        while len(left):
            for done, label in enumerate(left):
                if done % CLASSES_PER_TICK == 0:
                    tick()
                rows = np.flatnonzero(chosen[:, label])
                machine = LinearSVC(C=cost, dual=True, tol=SOLVED, random_state=SEED)
                machine.fit(features[rows], own[rows, label])
                weights[label], biases[label] = machine.coef_[0], machine.intercept_[0]
            found = single @ weights[left].T + biases[left]
            missed = (~chosen[:, left] & (found > -1 + care.tolerance)).any(axis=0)
            chosen[:, left] |= missed & (found > -1 - care.near)
            left = left[missed]
    return np.ascontiguousarray(weights.T), biases
