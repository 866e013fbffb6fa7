"""The bot of this repository, trained once for all test processes, and a stub Rasa behind a real socket."""

import fcntl
import hashlib
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.chat import engine as engines
from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.services.project import project_files
from tests.stubs.rasa_stub import RasaStub

SHARED = settings.BASE_DIR / "var" / "test-models"


def activate_our_bot(engine: EmbeddedEngine, models: Path) -> TrainedModel:
    """Puts this repository's bot into a folder of models and activates it; trained where nobody has yet."""
    project = project_files()
    kept = SHARED / f"{_code_hash()}-{project.data_hash()[:16]}"
    SHARED.mkdir(parents=True, exist_ok=True)
    with (SHARED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "model.pickle").exists():
            _keep(engine.train(project, lambda share, what: None), kept)
    model: TrainedModel = pickle.loads((kept / "model.pickle").read_bytes())
    models.mkdir(parents=True, exist_ok=True)
    path = models / model.path.name
    shutil.copyfile(kept / model.path.name, path)
    here = replace(model, path=path)
    engine.activate(here)
    return here


def _keep(model: TrainedModel, folder: Path) -> None:
    """The newest alone stays: another one is of other code or another bot."""
    for old in SHARED.glob("*-*"):
        shutil.rmtree(old)
    folder.mkdir()
    shutil.copyfile(model.path, folder / model.path.name)
    (folder / "model.pickle").write_bytes(pickle.dumps(model))


def _code_hash() -> str:
    """Of all code that has a part in a model file."""
    found = hashlib.sha256()
    for path in sorted((settings.BASE_DIR / "apps" / "chat" / "engines").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


@pytest.fixture(scope="session")
def _trained() -> None:
    activate_our_bot(engines.embedded_engine(), settings.ENV.DATA_DIR / "models")


@pytest.fixture
def bot(_trained: None, db: None) -> EmbeddedEngine:
    """The embedded engine with this repository's bot."""
    return engines.embedded_engine()


@pytest.fixture
def rasa_stub() -> Iterator[RasaStub]:
    with RasaStub() as stub:
        yield stub


@pytest.fixture
def on_rasa(env: Any, rasa_stub: RasaStub) -> Iterator[Callable[..., RasaStub]]:
    """Answers turns by the stub Rasa, with little patience."""

    def use(**values: Any) -> RasaStub:
        engines.rasa_engine.cache_clear()
        env(**{"RASA_URL": rasa_stub.url, "RASA_TIMEOUT_MS": 2000, "RASA_CONNECT_TIMEOUT_MS": 1000, **values})
        return rasa_stub

    yield use
    engines.rasa_engine.cache_clear()


@pytest.fixture
def models_dir() -> Any:
    return settings.ENV.DATA_DIR / "models"
