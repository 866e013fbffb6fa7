"""Confidence that means what it says, and the threshold chosen from it."""

import numpy as np
import pytest
from scipy.special import logsumexp

from apps.chat.engines.embedded.nlu.calibration import (
    HIGHEST,
    LOWEST,
    choose_threshold,
    fit_temperature,
    softmax,
)

NOTHING = np.array([0.0])


def sample(rng: np.random.Generator, true_temperature: float) -> tuple[np.ndarray, np.ndarray]:
    scores = rng.normal(size=(4000, 5))
    shares = softmax(scores, true_temperature)
    truth = np.array([rng.choice(5, p=row) for row in shares])
    return scores, truth


def test_the_temperature_that_made_the_data_is_found() -> None:
    scores, truth = sample(np.random.default_rng(1), 0.4)
    assert fit_temperature(scores, truth) == pytest.approx(0.4, rel=0.1)


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([1e6, 0.0]), 0.02).tolist() == [1.0, 0.0]


def test_calibrated_confidence_is_answered_when_more_likely_right_than_wrong() -> None:
    rng = np.random.default_rng(2)
    confidence = rng.uniform(size=3000)
    threshold = choose_threshold(confidence, rng.uniform(size=3000) < confidence, NOTHING)
    assert threshold == pytest.approx(0.5, abs=0.02)


def test_overconfidence_raises_the_threshold() -> None:
    rng = np.random.default_rng(3)
    confidence = rng.uniform(size=5000)
    is_right = rng.uniform(size=5000) < np.maximum(0, (confidence - 0.6) / 0.4)
    assert choose_threshold(confidence, is_right, NOTHING) > 0.7


def test_gibberish_stays_below_the_threshold() -> None:
    confidence, is_right = np.full(50, 0.99), np.full(50, True)
    assert choose_threshold(confidence, is_right, np.full(20, 0.8)) > 0.8


@pytest.mark.parametrize("is_right", [True, False])
def test_the_threshold_stays_in_bounds_for_extreme_projects(is_right: bool) -> None:
    threshold = choose_threshold(np.full(3, 1.0), np.full(3, is_right), np.array([1.0]))
    assert LOWEST <= threshold <= HIGHEST


@pytest.mark.parametrize("true_temperature", [0.021, 0.4, 9.0])
def test_halving_finds_what_trying_every_temperature_finds(true_temperature: float) -> None:
    scores, truth = sample(np.random.default_rng(4), true_temperature)
    rows = np.arange(len(truth))

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        return float((logsumexp(scaled, axis=1) - scaled[rows, truth]).mean())

    assert fit_temperature(scores, truth) == min(np.geomspace(0.02, 10.0, 240), key=loss)
