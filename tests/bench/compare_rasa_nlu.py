"""Rasa's half of `make compare-rasa`: runs in Rasa's own virtualenv, needs nothing of this project.

`python compare_rasa_nlu.py FOLDER` trains on its config.yml and nlu.yml, parses the sentences of
held-out.json and writes answers.json beside them. A process per fold: the peak of memory is of one training.
"""

import asyncio
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def parsed(agent: Any, texts: list[str]) -> list[dict[str, Any]]:
    """Best guess of the classifier, and whether the fallback would have taken over."""
    found = []
    for text in texts:
        answer = await agent.parse_message(text)
        ranking = [guess for guess in answer["intent_ranking"] if guess["name"] != "nlu_fallback"]
        is_fallback = answer["intent"]["name"] == "nlu_fallback"
        found.append({"intent": ranking[0]["name"] if ranking else None, "is_fallback": is_fallback})
    return found


def run_fold(folder: Path) -> None:
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    started, before = time.perf_counter(), cpu_seconds()
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
    spent, took = cpu_seconds() - before, time.perf_counter() - started
    agent = Agent.load(model)
    held_out: dict[str, list[str]] = json.loads((folder / "held-out.json").read_text(encoding="utf-8"))
    asyncio.run(parsed(agent, held_out["clean"][:5]))  # first calls build TensorFlow's graph
    parsing = time.perf_counter()
    answers = {kind: asyncio.run(parsed(agent, texts)) for kind, texts in held_out.items()}
    messages = sum(map(len, held_out.values()))
    result = {
        "answers": answers,
        "training_cpu_seconds": spent,
        "training_seconds": took,
        "ms_per_message": (time.perf_counter() - parsing) / messages * 1000,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    (folder / "answers.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    run_fold(Path(sys.argv[1]))
