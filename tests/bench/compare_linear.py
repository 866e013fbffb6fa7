"""The embedded engine's half of `make compare-rasa`: reads and writes the same files as Rasa's half."""

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from apps.chat.engines.base import Parse
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.project import BotProject, Example
from tests.bench.folds import bot_project


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def without_others(project: BotProject, kept: dict[str, list[str]]) -> BotProject:
    """The project with these sentences as its examples and no finding about those that are gone."""
    intents = {
        name: replace(intent, examples=tuple(Example(text) for text in kept.get(name, ())))
        for name, intent in project.intents.items()
    }
    return replace(project, intents=intents, findings=())


def trained(project: BotProject, folder: Path) -> LoadedModel:
    from apps.chat.engines.embedded import EmbeddedEngine
    from tests.chat.embedded.helpers import MemoryStore

    engine = EmbeddedEngine(folder / "models", MemoryStore())
    return engine.load(engine.train(project, lambda share, what: None))


def run_fold(folder: Path) -> None:
    project = without_others(bot_project(), json.loads((folder / "training.json").read_text()))
    started, before = time.perf_counter(), cpu_seconds()
    model = trained(project, folder)
    spent, took = cpu_seconds() - before, time.perf_counter() - started
    held_out: dict[str, list[str]] = json.loads((folder / "held-out.json").read_text())
    parsing = time.perf_counter()
    parses = {kind: [model.parse(text) for text in texts] for kind, texts in held_out.items()}
    messages = sum(map(len, held_out.values()))
    result = {
        "training_cpu_seconds": spent,
        "training_seconds": took,
        "ms_per_message": (time.perf_counter() - parsing) / messages * 1000,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "answers": {kind: [answer(model, one) for one in found] for kind, found in parses.items()},
    }
    (folder / "answers.json").write_text(json.dumps(result))


def answer(model: LoadedModel, parse: Parse) -> dict[str, Any]:
    return {"intent": parse.intent, "is_fallback": not model.nlu.is_understood(parse)}


if __name__ == "__main__":
    run_fold(Path(sys.argv[1]))
