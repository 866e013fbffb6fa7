import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from urllib3.connection import HTTPConnection

from apps.chat.engines.base import BotReply, EngineError, EngineUnavailable
from apps.chat.engines.rasa import RasaEngine, transport
from tests.chat.rasa.conftest import said
from tests.stubs.rasa_stub import RasaStub

MakeEngine = Callable[..., RasaEngine]


def test_refused_connection_is_tried_once_more_and_only_then(
    refused_url: str, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    connect = HTTPConnection.connect

    def counted(self: HTTPConnection) -> None:
        tries.append(self.host)
        connect(self)

    monkeypatch.setattr(HTTPConnection, "connect", counted)
    with pytest.raises(EngineUnavailable):
        make_engine(refused_url).reply(said())
    assert len(tries) == 2


def test_proxies_of_the_environment_are_ignored(
    stub: RasaStub, refused_url: str, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, refused_url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert make_engine(stub.url).reply(said()).messages


def test_token_is_sent_and_never_told(
    stub: RasaStub, refused_url: str, make_engine: MakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "urllib3"):
        for url in (stub.url, refused_url):
            engine = make_engine(url, token="s3cret&x")
            told += [repr(vars(engine)), repr(engine.status()), repr(engine.understood(said()))]
            for mode in ("ok", "half", "hang", "500", "redirect", "nothttp", "html", "large"):
                try:
                    engine.reply(said(f"stub:{mode}"))
                except EngineError as error:
                    told += traceback.format_exception(error)
    assert stub.seen is not None
    assert {request.query.removeprefix("include_events=NONE&") for request in stub.seen} == {
        "token=s3cret%26x"
    }
    assert "POST /webhooks" in caplog.text
    assert "s3cret" not in caplog.text + "".join(told)


def test_cookies_of_one_turn_are_not_sent_with_the_next(engine: RasaEngine, stub: RasaStub) -> None:
    with pytest.raises(EngineUnavailable):
        engine.reply(said("stub:503"))
    engine.reply(said())
    assert stub.seen is not None
    assert "cookie" not in stub.seen[-1].headers


def test_connections_are_kept_and_shared_by_threads(engine: RasaEngine, stub: RasaStub) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: engine.reply(said(sender=f"s{n}")), range(200)))
    assert {reply.messages[0]["recipient_id"] for reply in replies} == {f"s{n}" for n in range(200)}
    assert stub.turns == 200
    assert stub.connections <= 16


def test_connection_that_idled_too_long_is_not_used_again(
    engine: RasaEngine, stub: RasaStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.reply(said())
    engine.reply(said())
    assert stub.connections == 1
    monkeypatch.setattr(transport, "MAX_IDLE_SECONDS", 0.0)
    engine.reply(said())
    assert stub.connections == 2


def reply_in_child(engine: RasaEngine, answers: "multiprocessing.SimpleQueue[object]") -> None:
    reply: BotReply = engine.reply(said(sender="child"))
    answers.put((os.getpid(), reply.messages[0]["recipient_id"]))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forked_process_makes_its_own_connections(engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(said())
    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()
    child = fork.Process(target=reply_in_child, args=(engine, answers))
    child.start()
    pid, sender = answers.get()
    child.join(5)
    assert (pid, sender) == (child.pid, "child")
    engine.reply(said())
    assert stub.seen is not None
    assert [request.connection for request in stub.seen] == [1, 2, 1]


def test_threads_do_not_wait_for_each_other(stub: RasaStub, make_engine: MakeEngine) -> None:
    stub.delay = 0.1
    engine = make_engine(stub.url, timeout_ms=2000)
    barrier = threading.Barrier(20)

    def turn(n: int) -> int:
        barrier.wait()
        return engine.reply(said(sender=str(n))).latency_ms

    with ThreadPoolExecutor(20) as pool:
        assert max(pool.map(turn, range(20))) < 500
