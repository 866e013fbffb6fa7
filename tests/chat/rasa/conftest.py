"""A stub Rasa behind a real socket, and engines patient enough for a busy machine."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from apps.chat.engines.base import UserMessage
from apps.chat.engines.rasa import RasaConfig, RasaEngine
from tests.stubs.rasa_stub import RasaStub


class Clock:
    """Time that only passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stub() -> Iterator[RasaStub]:
    with RasaStub() as running:
        yield running


@pytest.fixture
def make_engine(clock: Clock) -> Iterator[Callable[..., RasaEngine]]:
    made: list[RasaEngine] = []

    def make(base_url: str, **options: object) -> RasaEngine:
        patience = {"timeout_ms": 2000, "connect_timeout_ms": 1000, "tracker_timeout_ms": 1000}
        made.append(RasaEngine(RasaConfig(base_url, **{**patience, **options}), clock))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def engine(stub: RasaStub, make_engine: Callable[..., RasaEngine]) -> RasaEngine:
    return make_engine(stub.url)


@pytest.fixture
def refused_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def said(text: str = "hola", sender: str = "ana") -> UserMessage:
    return UserMessage(
        sender=sender, text=text, metadata={"auth": {"hasToken": False}}, request_id="req-12345678"
    )


class Stopwatch:
    def __enter__(self) -> "Stopwatch":
        self.started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.ms = (time.perf_counter() - self.started) * 1000
