"""The bot of this repository, trained once a session, and a stub Rasa behind a real socket."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from apps.chat import engine as engines
from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.services.project import project_files
from tests.stubs.rasa_stub import RasaStub


@pytest.fixture(scope="session")
def _trained() -> None:
    engine = engines.embedded_engine()
    engine.activate(engine.train(project_files(), lambda share, what: None))


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
