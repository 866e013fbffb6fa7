"""How long a large project (200 intents of 50 examples) takes to train and evaluate, and to understand."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from apps.chat.engines.base import Progress, TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.project import BotProject
from tests.bench import report
from tests.bench.folds import bot_project
from tests.bench.large_project import large_project
from tests.bench.servers import ROOT

INTENTS, EXAMPLES = 200, 50
PARSED = 500


def main() -> str:
    """In a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.bench_training", "--measure"]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    found = json.loads(subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout)
    rows = [
        (
            "training with evaluation, s",
            f"{found['seconds']:.1f}",
            "≤ 20",
            report.verdict(found["seconds"] <= 20),
        ),
        ("the same, CPU s", f"{found['cpu_seconds']:.1f}", "", ""),
        ("calls of progress", found["ticks"], "", ""),
        ("parse, median ms", f"{found['parse_ms']:.2f}", "≤ 4", report.verdict(found["parse_ms"] <= 4)),
        ("parse, p95 ms", f"{found['parse_p95_ms']:.2f}", "", ""),
        (
            "parse by this repository's bot, median ms",
            f"{found['bot_ms']:.2f}",
            "≤ 2",
            report.verdict(found["bot_ms"] <= 2),
        ),
        ("peak memory of training, MB", f"{found['megabytes']:.0f}", "", ""),
        ("accuracy of the made-up project", f"{found['accuracy']:.3f}", "", ""),
    ]
    title = f"### Training of {INTENTS} intents x {EXAMPLES} examples"
    return "\n".join([title, "", report.table(("", "measured", "goal", ""), rows)])


def measure() -> dict[str, Any]:
    project, ticks = large_project(INTENTS, EXAMPLES), [0]

    def progress(share: float, what: str) -> None:
        ticks[0] += 1

    started, used = time.perf_counter(), time.process_time()
    trained, model = _trained(project, progress)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - used
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took, bot = _parse_times(model, project), bot_project()
    own = _parse_times(_trained(bot, progress)[1], bot)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "ticks": ticks[0],
        "parse_ms": statistics.median(took),
        "parse_p95_ms": took[int(len(took) * 0.95)],
        "megabytes": megabytes,
        "bot_ms": statistics.median(own),
        "accuracy": trained.figures["accuracy"],
    }


def _trained(project: BotProject, progress: Progress) -> tuple[TrainedModel, LoadedModel]:
    from tests.chat.embedded.helpers import MemoryStore

    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder), MemoryStore())
        trained = engine.train(project, progress)
        return trained, engine.load(trained)


def _parse_times(model: LoadedModel, project: BotProject) -> list[float]:
    """Milliseconds of sentences from all intents, sorted."""
    sentences = [example.text for intent in project.intents.values() for example in intent.examples]
    took = []
    for text in sentences[:: max(1, len(sentences) // PARSED)]:
        started = time.perf_counter()
        model.parse(text)
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


if __name__ == "__main__":
    print(json.dumps(measure()) if sys.argv[1:] == ["--measure"] else main())
