"""Rows of models and trainings as the services leave them, made without training."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from apps.chat.engines.pointer import Pointer, write_pointer
from apps.intents.models import ModelVersion, TrainingRun

LIST = "/admin/intents/modelversion/"
RUNS = "/admin/intents/trainingrun/"
START = f"{RUNS}start/"
FIGURES = {
    "accuracy": 0.912,
    "macro_f1": 0.897,
    "noisy_accuracy": 0.801,
    "unaccented_accuracy": 0.91,
    "typo_accuracy": 0.777,
    "coverage": 0.93,
    "precision": 0.965,
    "temperature": 0.4,
    "threshold": 0.42,
    "folds": 5,
    "n_intents": 45,
    "n_examples": 640,
    "seconds": 4.2,
    "classifier": "linear",
}


def report(intents: int = 30, **more: Any) -> dict[str, Any]:
    """The worst first: `intencion_00` has an F1 of 0.4."""
    span = max(1, intents - 1)
    curve = [
        {"threshold": step / 20, "coverage": 1 - (step / 20) ** 2, "precision": 0.9 + step / 200}
        for step in range(20)
    ]
    return {
        "intents": [
            {
                "intent": f"intencion_{n:02}",
                "examples": 12 + n,
                "precision": 0.5 + n / span / 2,
                "recall": 0.45,
                "f1": 0.4 + 0.6 * n / span,
            }
            for n in range(intents)
        ],
        "confusions": [
            {"truth": "notas", "guess": "certificados", "count": 3, "sentences": ["papel de notas", "mi <b>"]}
        ],
        "suspects": [
            {
                "text": "quiero mi diploma",
                "intent": "notas",
                "guess": "certificados",
                "confidence": 0.83,
                "guess_examples": ["necesito el diploma"],
            }
        ],
        "coverage_curve": curve,
        "conversations": {
            "passed": 11,
            "failed": [
                {
                    "name": "Certificado",
                    "turn": 2,
                    "say": "el de estudio",
                    "expected": "Listo",
                    "got": "¿Cuál?",
                }
            ],
        },
        **more,
    }


def make_version(name: str = "20261101-080000-aaaaaaaa", *, days_ago: int = 0, **values: Any) -> ModelVersion:
    figures = FIGURES | values.pop("figures", {})
    defaults = {
        "engine": "embedded",
        "data_hash": "d" * 64,
        "sha256": "f" * 64,
        "file": f"{name}.model.zip",
        "size_bytes": 123_456,
        "figures": figures,
        "report": report(),
        "gate": {"passed": True, "reasons": [], "compared_with": ""},
        "decision": ModelVersion.Decision.ACTIVATED,
        "trained_at": timezone.now() - timedelta(days=days_ago),
        "duration_seconds": 4.2,
    }
    return ModelVersion.objects.create(name=name, **{**defaults, **values})


def make_versions(count: int, first: int = 0) -> list[ModelVersion]:
    return [
        make_version(
            f"2026{n // 28 + 1:02}{n % 28 + 1:02}-080000-aaaaaaaa",
            days_ago=200 - n,
            figures={"accuracy": 0.8 + n / 1000},
        )
        for n in range(first, first + count)
    ]


def point_to(folder: Path, version: ModelVersion) -> None:
    """Makes it the active one, as far as its name goes: there is no file behind it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_pointer(folder, Pointer(version.name, version.file, version.sha256, version.data_hash))


def make_run(**values: Any) -> TrainingRun:
    now = timezone.now()
    defaults = {"engine": "embedded", "trigger": TrainingRun.Trigger.ADMIN, "asked_at": now}
    return TrainingRun.objects.create(**{**defaults, **values})


def running(**values: Any) -> TrainingRun:
    now = timezone.now()
    alive = {"state": TrainingRun.State.RUNNING, "started_at": now, "heartbeat_at": now, "slot": "training"}
    return make_run(**{**alive, "progress": 0.42, "step": "Entrenando el clasificador", **values})
