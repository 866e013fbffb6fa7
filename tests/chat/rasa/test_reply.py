from collections.abc import Callable

import pytest

from apps.chat.engines.base import EngineError, EngineProtocolError, EngineUnavailable, UserMessage
from apps.chat.engines.rasa import RasaEngine
from tests.chat.rasa.conftest import said
from tests.stubs.rasa_stub import GREETING, TURN, RasaStub

MakeEngine = Callable[..., RasaEngine]


def test_turn_carries_sender_text_metadata_and_request_id(engine: RasaEngine, stub: RasaStub) -> None:
    reply = engine.reply(said("¿qué tal?"))

    assert reply.messages == [{"recipient_id": "ana", "text": GREETING}]
    assert (reply.intent, reply.confidence, reply.model_version) == (None, None, None)
    assert 0 <= reply.latency_ms < 2000
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
