import json
import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.connection import HTTPConnection

from apps.chat.engines.base import BotReply, EngineError, EngineProtocolError, EngineUnavailable, UserMessage
from apps.chat.engines.rasa import RasaEngine, transport
from apps.chat.engines.rasa.readers import read_json, read_messages
from tests.chat.rasa.conftest import said
from tests.stubs.rasa_stub import GREETING, TURN, RasaStub

MakeEngine = Callable[..., RasaEngine]


def test_turn_carries_sender_text_metadata_and_request_id(engine: RasaEngine, stub: RasaStub) -> None:
    reply = engine.reply(said("¿qué tal?"))

    assert reply.messages == [{"recipient_id": "ana", "text": GREETING}]
    assert (reply.intent, reply.confidence, reply.model_version) == (None, None, None)
    assert 0 <= reply.latency_ms < 250
    assert stub.seen is not None
    (request,) = stub.seen
    assert (request.method, request.path, request.query) == ("POST", TURN, "")
    assert request.json == {
        "sender": "ana",
        "message": "¿qué tal?",
        "metadata": {"auth": {"hasToken": False}},
    }
    assert request.headers["x-request-id"] == "req-12345678"
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("suffix", ["/", TURN, TURN + "/"])
def test_turn_reaches_a_base_url_with_the_webhook(
    suffix: str, stub: RasaStub, make_engine: MakeEngine
) -> None:
    assert make_engine(stub.url + suffix).reply(said()).messages[0]["text"] == GREETING


def test_all_parts_of_a_message_come_through(engine: RasaEngine) -> None:
    (message,) = engine.reply(said("stub:buttons")).messages
    assert message["buttons"] == [
        {"title": "Sí", "payload": "/affirm"},
        {"title": "Ver", "url": "https://example.org/a"},
    ]
    assert message["image"] == "https://example.org/i.png"


@pytest.mark.parametrize(
    ("mode", "messages"),
    [
        ("chunked", [{"recipient_id": "ana", "text": GREETING}]),
        ("emptylist", []),
        ("anonymous", [{"recipient_id": "ana", "text": "sin destinatario"}]),
        ("odd", [{"recipient_id": "ana", "text": "a�b�c😀", "custom": {"k�": ["�"]}}]),
    ],
)
def test_unusual_but_allowed_answers(mode: str, messages: list[object], engine: RasaEngine) -> None:
    assert engine.reply(said(f"stub:{mode}")).messages == messages


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("html", EngineProtocolError),
        ("dict", EngineProtocolError),
        ("items", EngineProtocolError),
        ("numbertext", EngineProtocolError),
        ("badjson", EngineProtocolError),
        ("latin1", EngineProtocolError),
        ("nan", EngineProtocolError),
        ("infinite", EngineProtocolError),
        ("nested", EngineProtocolError),
        ("deep", EngineProtocolError),
        ("large", EngineProtocolError),
        ("emptybody", EngineProtocolError),
        ("half", EngineProtocolError),
        ("nothttp", EngineProtocolError),
        ("closed", EngineUnavailable),
        ("redirect", EngineUnavailable),
        ("401", EngineUnavailable),
        ("404", EngineUnavailable),
        ("500", EngineUnavailable),
        ("503", EngineUnavailable),
    ],
)
def test_bad_answers_are_named_and_never_asked_for_twice(
    mode: str, error: type[EngineError], engine: RasaEngine, stub: RasaStub
) -> None:
    with pytest.raises(EngineError) as caught:
        engine.reply(said(f"stub:{mode}"))
    assert type(caught.value) is error
    assert stub.seen is not None
    assert [request.path for request in stub.seen] == [TURN]
    assert engine.reply(said()).messages[0]["text"] == GREETING


def test_unresolvable_host_is_unavailable(make_engine: MakeEngine) -> None:
    with pytest.raises(EngineUnavailable, match="no connection"):
        make_engine("http://rasa.invalid:5005").reply(said())


def test_what_json_does_not_know_is_not_sent(engine: RasaEngine, stub: RasaStub) -> None:
    with pytest.raises(EngineProtocolError):
        engine.reply(UserMessage("ana", "hola", {"x": float("nan")}))
    assert stub.turns == 0


@pytest.mark.parametrize("request_id", ["", "a\r\nX-Forged: 1", "ñandú"])
def test_unfit_request_id_is_left_out(request_id: str, engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(UserMessage("ana", "hola", {}, request_id))
    assert stub.seen is not None
    assert not {"x-request-id", "x-forged"} & stub.seen[0].headers.keys()


def test_odd_texts_of_a_student_reach_rasa_unchanged(engine: RasaEngine, stub: RasaStub) -> None:
    engine.reply(UserMessage("a\ud800", "x\x00\ud83d", {}))
    assert stub.seen is not None
    assert stub.seen[0].json["message"] == "x\x00\ud83d"


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
    with caplog.at_level(logging.DEBUG):
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner),
)


@settings(max_examples=60, deadline=None)
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_messages_or_a_protocol_error(body: bytes) -> None:
    try:
        messages = read_messages(body, "ana")
    except EngineProtocolError:
        return
    for message in messages:
        assert isinstance(message.get("text", ""), str)
        assert "recipient_id" in message


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_whatever_is_read_can_be_stored_and_sent_on(value: object) -> None:
    try:
        read = read_json(json.dumps(value).encode())
    except EngineProtocolError:
        return
    text = json.dumps(read, ensure_ascii=False, allow_nan=False)
    assert "\x00" not in text
    text.encode("utf-8")


def test_threads_do_not_wait_for_each_other(stub: RasaStub, make_engine: MakeEngine) -> None:
    stub.delay = 0.1
    engine = make_engine(stub.url, timeout_ms=2000)
    barrier = threading.Barrier(20)

    def turn(n: int) -> int:
        barrier.wait()
        return engine.reply(said(sender=str(n))).latency_ms

    with ThreadPoolExecutor(20) as pool:
        assert max(pool.map(turn, range(20))) < 500
