from collections.abc import Callable

import pytest

from apps.chat.engines.rasa import RasaEngine, Understood
from tests.chat.rasa.conftest import Clock, Stopwatch, said
from tests.stubs.rasa_stub import RasaStub

MODEL = "20260101-120000-stub"


def test_intent_of_the_turn_comes_from_the_tracker(engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(said("  hola "))
    stub.heard["ana"] = "hola"  # Rasa strips

    assert engine.understood(said("  hola ")) == Understood("saludo", 0.97, False, MODEL)
    assert stub.seen is not None
    tracker, status = list(stub.seen)[1:]
    assert (tracker.path, tracker.query) == ("/conversations/ana/tracker", "include_events=NONE")
    assert tracker.headers["x-request-id"] == "req-12345678"
    assert status.path == "/status"


def test_fallback_is_told(engine: RasaEngine) -> None:
    engine.reply(said("no entiendo nada"))
    assert engine.understood(said("no entiendo nada")) == Understood("nlu_fallback", 0.3, True, MODEL)


def test_where_the_tracker_speaks_of_another_message_the_text_is_parsed(
    engine: RasaEngine, stub: RasaStub
) -> None:
    """Inside a form Rasa's tracker goes on showing the message that began it."""
    engine.reply(said("hola"))
    engine.reply(said("Ana Rojas"))
    stub.heard["ana"] = "hola"
    found = engine.understood(said("Ana Rojas"))
    assert found is not None
    assert (found.intent, found.confidence) == (engine.parse("Ana Rojas").intent, 0.97)
    assert [one.path for one in stub.seen or ()].count("/model/parse") == 2
    assert (found.is_form_answer, found.is_fallback) == (True, False)


def test_after_a_restart_the_text_is_parsed(engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(said("hola"))
    stub.heard.clear()
    found = engine.understood(said("hola"))
    assert found is not None
    assert (found.intent, found.is_form_answer) == ("saludo", False)


def test_a_parse_that_fails_means_no_intent(engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(said("hola"))
    assert engine.understood(said("stub:500")) is None


@pytest.mark.parametrize("sender", ["a/b", "ñandú 1", "?x=1#y", "%2e", "http://x"])
def test_any_sender_is_one_path_segment(sender: str, engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(said(sender=sender))
    assert engine.understood(said(sender=sender)) is not None


@pytest.mark.parametrize("sender", [".", "..", "x/../y", "\ud800"])
def test_senders_that_are_no_path_segment_have_no_intent(
    sender: str, engine: RasaEngine, stub: RasaStub
) -> None:
    assert engine.understood(said(sender=sender)) is None
    assert not stub.seen


@pytest.mark.parametrize(
    "mode", ["html", "dict", "items", "badjson", "emptybody", "half", "closed", "401", "500"]
)
def test_bad_tracker_answers_mean_no_intent(mode: str, engine: RasaEngine) -> None:
    assert engine.understood(said(sender=f"stub:{mode}")) is None


def test_a_tracker_that_has_heard_nothing_has_the_text_parsed(engine: RasaEngine) -> None:
    found = engine.understood(said(sender="nobody"))
    assert found is not None
    assert found.intent == "saludo"


def test_slow_tracker_is_given_up(make_engine: Callable[..., RasaEngine], stub: RasaStub) -> None:
    engine = make_engine(stub.url, tracker_timeout_ms=150)
    with Stopwatch() as watch:
        assert engine.understood(said(sender="stub:hang")) is None
    assert 100 < watch.ms < 1900


def test_dead_rasa_has_no_intent(refused_url: str, make_engine: Callable[..., RasaEngine]) -> None:
    assert make_engine(refused_url).understood(said()) is None


def test_model_version_is_asked_for_every_30_seconds(
    engine: RasaEngine, stub: RasaStub, clock: Clock
) -> None:
    engine.reply(said())
    for seconds in (0, 29, 1):
        clock.now += seconds
        assert engine.understood(said()) == Understood("saludo", 0.97, False, MODEL)
    assert stub.seen is not None
    assert [request.path for request in stub.seen].count("/status") == 2
