"""`make compare-rasa`: the embedded engine and Rasa's default pipeline, by the same held-out sentences.

Not part of CI: it installs Rasa 3.6.21 (about 2 GB) into a virtualenv of its own and trains it five times.
`PYTHON310` names a Python 3.10, `RASA_VENV` another place for the virtualenv, `FOLDS=1` runs one fold.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString
from sklearn.metrics import f1_score

from tests.bench import report
from tests.bench.folds import bot_project, dealt
from tests.servers.rasa_venv import rasa_python

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"clean": "text", "unaccented": "unaccented", "typos": "typos", "both": "noisy"}
CONFIG = {
    "recipe": "default.v1",
    "assistant_id": "compare",
    "language": "es",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
}
"""What `rasa init` trains when `pipeline:` is left empty, for Spanish."""


def main() -> str:
    rasa = str(rasa_python())
    with tempfile.TemporaryDirectory(prefix="compare-rasa-") as name:
        folders = lay_out(Path(name))
        contenders = {
            "embedded, linear": [
                run([sys.executable, "-m", "tests.bench.compare_linear"], f) for f in folders
            ],
            "Rasa's default pipeline": [run([rasa, "tests/bench/compare_rasa_nlu.py"], f) for f in folders],
        }
        truths = [json.loads((folder / "truth.json").read_text()) for folder in folders]
    rows = [row(name, results, truths) for name, results in contenders.items()]
    sentences = sum(map(len, truths))
    head = (
        *("", "accuracy", "macro-F1", "no accents", "typos", "both"),
        *("answered", "of those right", "training CPU s", "training s", "peak MB", "ms a message"),
    )
    return f"{len(folders)} folds, {sentences} held-out sentences\n\n{report.table(head, rows)}"


def lay_out(root: Path) -> list[Path]:
    """A folder per fold with what to train on, what to parse and what would be right."""
    project = bot_project()
    sentences = dealt(project)
    count = int(os.environ.get("FOLDS") or max(one["fold"] for one in sentences) + 1)
    folders = []
    for number in range(count):
        folder = root / f"fold-{number}"
        folder.mkdir()
        training: dict[str, list[str]] = {}
        for one in sentences:
            if one["fold"] != number:
                training.setdefault(one["intent"], []).append(one["text"])
        held_out = [one for one in sentences if one["fold"] == number]
        texts = {kind: [one[key] for one in held_out] for kind, key in KINDS.items()}
        write_json(folder / "training.json", training)
        write_json(folder / "held-out.json", texts)
        write_json(folder / "truth.json", [one["intent"] for one in held_out])
        write_yaml(folder / "config.yml", CONFIG)
        write_yaml(folder / "nlu.yml", nlu(training, project.regexes, project.lookups))
        folders.append(folder)
    return folders


def nlu(training: dict[str, list[str]], regexes: Any, lookups: Any) -> dict[str, Any]:
    items = [("intent", training), ("regex", regexes), ("lookup", lookups)]
    return {
        "version": "3.1",
        "nlu": [
            {kind: name, "examples": LiteralScalarString("".join(f"- {text}\n" for text in texts))}
            for kind, group in items
            for name, texts in group.items()
        ],
    }


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def write_yaml(path: Path, value: Any) -> None:
    yaml = YAML(pure=True)
    yaml.width = 2**20
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(value, file)


def run(command: list[str], folder: Path) -> dict[str, Any]:
    """One fold in a process of its own. Raises SystemExit with its last words when it fails."""
    started = time.perf_counter()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
    done = subprocess.run(
        [*command, str(folder)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    print(f"{command[-1]} {folder.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    result: dict[str, Any] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return result


def row(name: str, results: list[dict[str, Any]], truths: list[list[str]]) -> tuple[str, ...]:
    truth = [intent for fold in truths for intent in fold]
    said = {kind: [one for r in results for one in r["answers"][kind]] for kind in KINDS}
    guesses = {kind: [one["intent"] or "" for one in found] for kind, found in said.items()}
    share = {kind: mean(g == t for g, t in zip(found, truth, strict=True)) for kind, found in guesses.items()}
    f1 = f1_score(truth, guesses["clean"], labels=sorted(set(truth)), average="macro", zero_division=0)
    answered = [
        one["intent"] == t for one, t in zip(said["clean"], truth, strict=True) if not one["is_fallback"]
    ]
    costs = ("training_cpu_seconds", "training_seconds", "peak_megabytes", "ms_per_message")
    cpu, seconds, megabytes, ms = (mean(r[cost] for r in results) for cost in costs)
    return (
        name,
        *shares((share["clean"], f1, share["unaccented"], share["typos"], share["both"])),
        *shares((len(answered) / len(truth), mean(answered) if answered else 0.0)),
        *(f"{cpu:.1f}", f"{seconds:.1f}", f"{megabytes:.0f}", f"{ms:.2f}"),
    )


def shares(values: Iterable[float]) -> list[str]:
    return [f"{value:.3f}".removeprefix("0") for value in values]


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")
