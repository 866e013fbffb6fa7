import json
import threading
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer

from apps.chat.engines.base import (
    EngineProtocolError,
    EngineStatus,
    EngineTimeout,
    EngineUnavailable,
    Entity,
    Guess,
    Parse,
)
from apps.chat.engines.rasa import RasaEngine
from apps.chat.engines.rasa.cached import Cached
from tests.chat.rasa.conftest import Clock
from tests.stubs.rasa_stub import RasaStub


@pytest.fixture(scope="module")
def running() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def server(running: HTTPServer) -> HTTPServer:
    running.clear()
    return running


@pytest.fixture
def other(server: HTTPServer, make_engine: Callable[..., RasaEngine]) -> RasaEngine:
    return make_engine(server.url_for("/"))


def test_status_of_a_running_rasa(engine: RasaEngine) -> None:
    status = engine.status()
    assert status == EngineStatus("rasa", True, None, "3.6.21", "20260101-120000-stub")


def test_status_is_asked_for_every_two_seconds(engine: RasaEngine, stub: RasaStub, clock: Clock) -> None:
    for seconds in (0, 1, 0.9, 0.2):
        clock.now += seconds
        engine.status()
    assert stub.seen is not None
    assert [request.path for request in stub.seen] == ["/version", "/status"] * 2


def test_status_of_a_dead_rasa(refused_url: str, make_engine: Callable[..., RasaEngine]) -> None:
    assert make_engine(refused_url).status() == EngineStatus("rasa", False, "engine_unavailable")


@pytest.mark.parametrize(
    ("code", "body", "is_ok", "model"),
    [
        (200, {"model_file": None}, True, None),
        (401, {"reason": "NotAuthenticated"}, True, None),
        (404, {}, True, None),
        (409, {"reason": "Conflict"}, False, None),
        (500, {}, False, None),
    ],
)
def test_status_without_a_model_or_a_right(
    code: int, body: object, is_ok: bool, model: str | None, server: HTTPServer, other: RasaEngine
) -> None:
    server.expect_request("/version").respond_with_json({"version": "3.6.21"})
    server.expect_request("/status").respond_with_json(body, status=code)
    status = other.status()
    assert (status.ok, status.model_version) == (is_ok, model)
    assert status.error == (None if is_ok else "engine_unavailable")


def test_status_of_something_else(server: HTTPServer, other: RasaEngine) -> None:
    server.expect_request("/version").respond_with_data("<html>", content_type="text/html")
    assert other.status() == EngineStatus("rasa", False, "engine_protocol")


def test_parse_gives_intent_ranking_and_entities(engine: RasaEngine, stub: RasaStub) -> None:
    assert engine.parse("hola, ¿qué tal?") == Parse(
        text="hola, ¿qué tal?",
        intent="saludo",
        confidence=0.97,
        ranking=(Guess("saludo", 0.97), Guess("despedida", 0.02)),
        entities=(Entity("curso", "hola", 0, 4),),
    )
    assert stub.seen is not None
    assert (stub.seen[0].path, stub.seen[0].json) == ("/model/parse", {"text": "hola, ¿qué tal?"})


def test_parse_bears_missing_and_odd_parts(server: HTTPServer, other: RasaEngine) -> None:
    odd = {
        "intent": {"name": None, "confidence": 0.0},
        "intent_ranking": [None, {"name": "a", "confidence": "x"}, {"name": "b", "confidence": 7}],
        "entities": [3, {"entity": "n", "value": 5, "start": 1, "end": 2}, {"entity": "m"}],
    }
    server.expect_request("/model/parse").respond_with_data(json.dumps(odd))
    assert other.parse("x") == Parse(
        "x", None, 0.0, (Guess("a", 0.0), Guess("b", 1.0)), (Entity("n", "5", 1, 2),)
    )


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("html", EngineProtocolError),
        ("items", EngineProtocolError),
        ("500", EngineUnavailable),
        ("hang", EngineTimeout),
    ],
)
def test_parse_fails_by_name(mode: str, error: type[Exception], engine: RasaEngine) -> None:
    with pytest.raises(error):
        engine.parse(f"stub:{mode}")


def test_while_one_asks_the_others_go_on_with_the_last_value(clock: Clock) -> None:
    cached = Cached("none", 2.0, clock)
    asking, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        asking.set()
        assert go_on.wait(2)
        return "new"

    assert cached.get(lambda: "old") == "old"
    clock.now += 3
    thread = threading.Thread(target=cached.get, args=(slow,))
    thread.start()
    assert asking.wait(2)
    assert cached.get(lambda: "never") == "old"
    go_on.set()
    thread.join(2)
    assert cached.get(lambda: "never") == "new"


def test_first_value_is_waited_for_only_so_long(clock: Clock) -> None:
    cached = Cached("none", 2.0, clock)
    asking, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        asking.set()
        assert go_on.wait(2)
        return "new"

    thread = threading.Thread(target=cached.get, args=(slow,))
    thread.start()
    assert asking.wait(2)
    assert cached.get(lambda: "never", 0.01) == "none"
    go_on.set()
    thread.join(2)
