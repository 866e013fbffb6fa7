"""What the figures are made of, for people who mend examples: plain data, finite numbers, bounded size."""

from collections import defaultdict
from typing import Any

import numpy as np

from apps.chat.engines.embedded.nlu.corpus import Corpus
from apps.chat.engines.embedded.nlu.verdict import Verdict

MAX_CONFUSIONS, SENTENCES_PER_CONFUSION = 100, 5
MAX_SUSPECTS, EXAMPLES_PER_SUSPECT = 50, 3
MAX_SENTENCE = 300
"""Characters of a sentence that are shown."""
CURVE = np.linspace(0.0, 1.0, 21)


def report_of(corpus: Corpus, verdict: Verdict) -> dict[str, Any]:
    """Sentences stand as they were written. Every sentence is judged by a model that had not learnt it."""
    return {
        "intents": _intents(corpus, verdict),
        "confusions": _confusions(corpus, verdict),
        "suspects": _suspects(corpus, verdict),
        "coverage_curve": _coverage_curve(verdict),
    }


def _intents(corpus: Corpus, verdict: Verdict) -> list[dict[str, Any]]:
    """An intent that is never guessed has precision 0."""
    from sklearn.metrics import precision_recall_fscore_support

    known = np.arange(len(corpus.intents))
    found = precision_recall_fscore_support(verdict.labels, verdict.guesses, labels=known, zero_division=0)
    return [
        {
            "intent": intent,
            "examples": int(examples),
            "precision": round(float(precision), 4),
            "recall": round(float(recall), 4),
            "f1": round(float(f1), 4),
        }
        for intent, precision, recall, f1, examples in zip(corpus.intents, *found, strict=True)
    ]


def _confusions(corpus: Corpus, verdict: Verdict) -> list[dict[str, Any]]:
    """Pairs by how often they happen; the surest mistakes of each first."""
    pairs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in np.argsort(-verdict.confidence, kind="stable"):
        if not verdict.is_right[row]:
            pairs[int(verdict.labels[row]), int(verdict.guesses[row])].append(int(row))
    ordered = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        {
            "truth": corpus.intents[truth],
            "guess": corpus.intents[guess],
            "count": len(rows),
            "sentences": [_shown(corpus.originals[row]) for row in rows[:SENTENCES_PER_CONFUSION]],
        }
        for (truth, guess), rows in ordered[:MAX_CONFUSIONS]
    ]


def _suspects(corpus: Corpus, verdict: Verdict) -> list[dict[str, Any]]:
    """Sentences that the bot would answer as another intent: probably they stand in the wrong one."""
    wrong = ~verdict.is_right & (verdict.confidence >= verdict.threshold)
    rows = [row for row in np.argsort(-verdict.confidence, kind="stable") if wrong[row]][:MAX_SUSPECTS]
    return [
        {
            "text": _shown(corpus.originals[row]),
            "intent": corpus.intents[verdict.labels[row]],
            "guess": corpus.intents[verdict.guesses[row]],
            "confidence": round(float(verdict.confidence[row]), 4),
            "guess_examples": _like(corpus, int(row), int(verdict.guesses[row])),
        }
        for row in rows
    ]


def _like(corpus: Corpus, row: int, intent: int) -> list[str]:
    """The sentences of an intent that are most like this one."""
    from rapidfuzz import fuzz, process

    rows = np.flatnonzero(corpus.labels == intent).tolist()
    found = process.extract(
        corpus.texts[row],
        [corpus.texts[other] for other in rows],
        scorer=fuzz.token_sort_ratio,
        limit=EXAMPLES_PER_SUSPECT,
    )
    return [_shown(corpus.originals[rows[at]]) for _, _, at in found]


def _coverage_curve(verdict: Verdict) -> list[dict[str, float]]:
    """Thresholds at which nothing is answered have no precision and are left out."""
    points = []
    for threshold in CURVE.tolist():
        coverage, precision = verdict.coverage_at(threshold)
        if precision is not None:
            point = {"threshold": threshold, "coverage": coverage, "precision": precision}
            points.append({name: round(value, 4) for name, value in point.items()})
    return points


def _shown(text: str) -> str:
    return text if len(text) <= MAX_SENTENCE else text[: MAX_SENTENCE - 1] + "…"
