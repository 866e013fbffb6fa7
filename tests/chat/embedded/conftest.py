"""A small bot, trained once; every test talks to it with a memory of its own."""

from pathlib import Path

import pytest

from apps.chat.engines.base import TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from tests.chat.embedded.helpers import Clock, MemoryStore, quiet, school


@pytest.fixture(scope="session")
def school_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def school_model(school_dir: Path) -> TrainedModel:
    engine = EmbeddedEngine(school_dir, MemoryStore())
    model = engine.train(school(), quiet)
    engine.activate(model)
    return model


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(school_dir: Path, school_model: TrainedModel, store: MemoryStore, clock: Clock) -> EmbeddedEngine:
    return EmbeddedEngine(school_dir, store, clock)
