"""Cross-validation: every sentence is scored by models that have not learnt it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from apps.chat.engines.embedded.nlu import gibberish
from apps.chat.engines.embedded.nlu.corpus import SEED, Corpus, Labels, Lessons
from apps.chat.engines.embedded.nlu.learners import Learner, Learnt
from apps.chat.engines.embedded.nlu.text import fold

Doubles = NDArray[np.float64]

MAX_FOLDS = 5
FOLDS_OF_MANY, MANY_SENTENCES = 3, 5000
"""Of so many sentences three folds say as much: an accuracy of .8 is then known to ± .006."""
LETTERS_PER_TYPO = 8
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
GIBBERISH = 40
"""Sentences of gibberish, other than those trained on, that the threshold must keep out."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What held-out models are asked: all sentences, some of them misspelt in three ways, and gibberish."""

    clean: tuple[str, ...]
    rows: Labels
    """Of the sentences that stand in `misspelt`."""
    misspelt: dict[str, tuple[str, ...]]
    """`unaccented` without accents and in random case, `typo` with typing mistakes, `noisy` with both."""
    nonsense: tuple[str, ...]

    @property
    def heard(self) -> list[str]:
        return [*(text for texts in self.misspelt.values() for text in texts), *self.nonsense]


def questions_about(corpus: Corpus, most: int) -> Questions:
    """At most `most` sentences are misspelt, drawn evenly from all intents."""
    total = len(corpus.originals)
    rows = np.arange(0, total, -(-total // most))
    rng = random.Random(SEED)
    originals = [corpus.originals[row] for row in rows]
    unaccented = tuple(without_accents(text, rng) for text in originals)
    return Questions(
        clean=corpus.originals,
        rows=rows,
        misspelt={
            "unaccented": unaccented,
            "typo": tuple(with_typos(text, rng) for text in originals),
            "noisy": tuple(with_typos(text, rng) for text in unaccented),
        },
        nonsense=tuple(gibberish.sentences(GIBBERISH, SEED + 1)),
    )


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Out-of-fold scores, one row per question; the last column is gibberish's."""

    clean: Doubles
    misspelt: dict[str, Doubles]
    nonsense: list[Doubles]
    """One array per fold."""

    def averaged_with(self, other: "HeldOut") -> "HeldOut":
        misspelt = {kind: (found + other.misspelt[kind]) / 2 for kind, found in self.misspelt.items()}
        nonsense = [(one + two) / 2 for one, two in zip(self.nonsense, other.nonsense, strict=True)]
        return HeldOut((self.clean + other.clean) / 2, misspelt, nonsense)


def cross_validate(
    learners: Sequence[Learner],
    hints: Sequence[Doubles],
    lessons: Lessons,
    questions: Questions,
    folds: Labels,
    tick: Callable[[int], None],
) -> list[HeldOut]:
    """Out-of-fold scores of each learner.

    `hints` are scores of all lessons by a model of each learner (see `fit_planes`). `tick` is called with the
    number of folds that are done, at every fold and within.
    """
    found = [_blank(lessons, questions) for _ in learners]
    for done, number in enumerate(np.unique(folds).tolist()):
        tick(done)
        rows = lessons.with_rows(np.flatnonzero(folds != number))
        for learner, hint, held_out in zip(learners, hints, found, strict=True):
            learnt = learner.fit(rows, partial(tick, done), hint[rows])
            _ask(learnt, questions, folds == number, held_out)
            held_out.nonsense.append(learnt.scores(questions.nonsense))
    return found


def _blank(lessons: Lessons, questions: Questions) -> HeldOut:
    columns = int(lessons.labels.max()) + 1
    misspelt = {kind: np.zeros((len(questions.rows), columns)) for kind in questions.misspelt}
    return HeldOut(np.zeros((len(questions.clean), columns)), misspelt, [])


def _ask(learnt: Learnt, questions: Questions, is_out: NDArray[np.bool_], held_out: HeldOut) -> None:
    out, misspelt = np.flatnonzero(is_out), np.flatnonzero(is_out[questions.rows])
    held_out.clean[out] = learnt.scores([questions.clean[row] for row in out])
    for kind, texts in questions.misspelt.items():
        held_out.misspelt[kind][misspelt] = learnt.scores([texts[row] for row in misspelt])


def stratified_folds(labels: Labels, seed: int) -> Labels:
    """The fold of every sentence; each intent is spread evenly.

    MAX_FOLDS (of many sentences FOLDS_OF_MANY), or as many as the largest intent has sentences. An intent
    with fewer is simply absent from some folds' held-out part; it can never be absent from training, where
    its name always is.
    """
    most = MAX_FOLDS if len(labels) < MANY_SENTENCES else FOLDS_OF_MANY
    count = max(2, min(most, int(np.bincount(labels).max())))
    shuffle = np.random.default_rng(seed)
    folds, dealt = np.zeros(len(labels), dtype=np.intp), 0
    for label in np.unique(labels):
        rows = shuffle.permutation(np.flatnonzero(labels == label))
        folds[rows] = (np.arange(len(rows)) + dealt) % count
        dealt += len(rows)
    return folds


def without_accents(text: str, rng: random.Random) -> str:
    """The sentence as it is written in haste: no accents, capitals anywhere."""
    return "".join(char.upper() if rng.random() < 0.5 else char for char in fold(text))


def with_typos(text: str, rng: random.Random) -> str:
    """The sentence as a thumb writes it: per eight letters one is lost, doubled, swapped or another."""
    letters = list(text)
    for _ in range(max(1, len(text) // LETTERS_PER_TYPO)):
        at = rng.randrange(len(letters))
        kind = rng.randrange(4)
        if kind == 0:
            letters[at] = ""
        elif kind == 1:
            letters[at] *= 2
        elif kind == 2 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = rng.choice(_ALPHABET)
    return "".join(letters)
