import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.chat.engines.base import EngineError, EngineTimeout, EngineUnavailable
from apps.chat.engines.rasa import RasaEngine
from apps.core.breaker import CircuitBreaker, CircuitOpenError
from tests.chat.rasa.conftest import Clock, said
from tests.stubs.rasa_stub import GREETING, RasaStub


def fail(breaker: CircuitBreaker, error: BaseException | None = None) -> None:
    with pytest.raises(BaseException, match=r"^down$"), breaker.guard():
        raise error or OSError("down")


def succeed(breaker: CircuitBreaker) -> None:
    with breaker.guard():
        pass


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker("neighbour", (OSError,), clock=clock)


@pytest.fixture
def opened(breaker: CircuitBreaker) -> CircuitBreaker:
    for _ in range(5):
        fail(breaker)
    return breaker


def test_it_opens_at_the_fifth_failure_in_a_row(breaker: CircuitBreaker) -> None:
    for _ in range(4):
        fail(breaker)
    succeed(breaker)
    for _ in range(5):
        assert not breaker.is_open
        fail(breaker)
    assert breaker.is_open
    with pytest.raises(CircuitOpenError):
        succeed(breaker)


def test_other_errors_are_no_failures(breaker: CircuitBreaker) -> None:
    for _ in range(4):
        fail(breaker)
    fail(breaker, ValueError("down"))
    fail(breaker)
    assert not breaker.is_open


def test_one_probe_every_five_seconds(opened: CircuitBreaker, clock: Clock) -> None:
    for _ in range(3):
        clock.now += 4.9
        with pytest.raises(CircuitOpenError):
            succeed(opened)
        clock.now += 0.1
        fail(opened)
        with pytest.raises(CircuitOpenError):
            succeed(opened)


def test_others_fail_fast_while_one_probes_and_its_success_closes(
    opened: CircuitBreaker, clock: Clock
) -> None:
    clock.now += 5
    with opened.guard():
        clock.now += 60
        with pytest.raises(CircuitOpenError):
            succeed(opened)
    assert not opened.is_open
    succeed(opened)


def test_probe_whose_thread_is_ended_leaves_the_next_one_free(opened: CircuitBreaker, clock: Clock) -> None:
    clock.now += 5
    fail(opened, SystemExit("down"))
    assert opened.is_open
    succeed(opened)
    assert not opened.is_open


def test_late_failures_do_not_put_off_the_probe(breaker: CircuitBreaker, clock: Clock) -> None:
    late = breaker.guard()
    late.__enter__()
    for _ in range(5):
        fail(breaker)
    clock.now += 4
    assert late.__exit__(OSError, OSError("down"), None) in (None, False)
    clock.now += 1
    succeed(breaker)
    assert not breaker.is_open


def test_late_success_closes_it(breaker: CircuitBreaker) -> None:
    late = breaker.guard()
    late.__enter__()
    for _ in range(5):
        fail(breaker)
    late.__exit__(None, None, None)
    assert not breaker.is_open


def test_its_lock_is_not_held_during_a_call(breaker: CircuitBreaker) -> None:
    both_inside = threading.Barrier(2, timeout=2)

    def call() -> None:
        with breaker.guard():
            both_inside.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: call(), range(2)))


def test_opening_and_closing_are_logged_once(
    breaker: CircuitBreaker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            fail(breaker)
        clock.now += 5
        succeed(breaker)
        succeed(breaker)
    assert [record.message for record in caplog.records] == [
        "neighbour: circuit opened after 5 failures in a row",
        "neighbour: circuit closed again",
    ]


def turn(engine: RasaEngine, text: str = "hola") -> str:
    try:
        return str(engine.reply(said(text)).messages[0]["text"])
    except EngineError as error:
        return str(error)


def test_dead_rasa_is_asked_five_times_and_then_left_alone(
    make_engine: Callable[..., RasaEngine], stub: RasaStub
) -> None:
    engine = make_engine(stub.url)
    for _ in range(5):
        with pytest.raises(EngineUnavailable):
            engine.reply(said("stub:500"))
    assert [turn(engine) for _ in range(20)] == ["circuit open"] * 20
    assert stub.turns == 5


def test_rasa_that_refuses_connections_opens_the_circuit_too(
    refused_url: str, make_engine: Callable[..., RasaEngine]
) -> None:
    engine = make_engine(refused_url)
    assert [turn(engine) for _ in range(5)] == ["no connection"] * 5
    assert turn(engine) == "circuit open"


@pytest.mark.parametrize(("mode", "error"), [("500", EngineUnavailable), ("hang", EngineTimeout)])
def test_rasa_that_recovers_is_used_again_after_a_probe(
    mode: str, error: type[EngineError], stub: RasaStub, make_engine: Callable[..., RasaEngine], clock: Clock
) -> None:
    engine = make_engine(stub.url, timeout_ms=50)
    for _ in range(5):
        with pytest.raises(error):
            engine.reply(said(f"stub:{mode}"))
    assert turn(engine) == "circuit open"
    clock.now += 5
    with pytest.raises(error):
        engine.reply(said(f"stub:{mode}"))
    assert turn(engine) == "circuit open"
    assert stub.turns == 6
    clock.now += 5
    assert turn(engine) == GREETING
    assert turn(engine) == GREETING


@pytest.mark.parametrize("mode", ["401", "404", "redirect", "html", "half", "large", "emptybody"])
def test_wrong_answers_do_not_open_the_circuit(mode: str, engine: RasaEngine) -> None:
    for _ in range(7):
        assert turn(engine, f"stub:{mode}") != "circuit open"
    assert turn(engine) == GREETING


def test_staffs_parses_and_trackers_do_not_open_the_circuit(engine: RasaEngine) -> None:
    for _ in range(6):
        with pytest.raises(EngineUnavailable):
            engine.parse("stub:500")
        assert engine.understood(said(sender="stub:500")) is None
    assert turn(engine) == GREETING
