"""Whole turns through the engine: payloads, bad input, memory that fails, many threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.chat.engines.base import BotEngine, EngineProtocolError, EngineTimeout, TrainedModel, UserMessage
from apps.chat.engines.embedded import ConversationState, EmbeddedEngine, StoreUnavailable
from apps.chat.engines.embedded.dialogue.utterance import read_payload
from tests.chat.embedded.helpers import CLAIMS, MemoryStore, message, texts


def heard_in(stored: str) -> int:
    return sum(event["event"] == "user" for event in ConversationState.from_json(stored).events)


def test_a_turn_tells_all_that_the_log_needs(bot: EmbeddedEngine, school_model: TrainedModel) -> None:
    engine: BotEngine = bot
    reply = engine.reply(message("hola"))
    assert reply.messages == [{"recipient_id": "ana", "text": "Hola."}]
    assert (reply.intent, reply.is_fallback, reply.model_version) == ("saludo", False, school_model.version)
    assert reply.confidence is not None
    assert 0.5 < reply.confidence <= 1
    assert 0 <= reply.latency_ms < 1000


def test_what_is_not_understood_is_a_fallback_with_guesses(bot: EmbeddedEngine) -> None:
    reply = bot.reply(message("necesito sembrar papa criolla"))
    assert (reply.intent, reply.is_fallback) == ("nlu_fallback", True)
    assert texts(reply.messages) == ["No te entendí."]
    assert reply.confidence == bot.parse("necesito sembrar papa criolla").confidence
    assert all(button["payload"].startswith("/") for button in reply.messages[-1].get("buttons", []))


def test_a_payload_is_understood_for_certain(bot: EmbeddedEngine) -> None:
    reply = bot.reply(message(' /horario {"dia": "lunes"} '))
    assert (texts(reply.messages), reply.intent, reply.confidence) == (["A las ocho."], "horario", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "/",
            "//",
            "/ horario",
            "/desconocido",
            "/HORARIO",
            "/horario{",
            "/horario{broken json}",
            "/horario[]",
        ),
        *(
            '/horario{"a": {"b": 1}}',
            '/horario{"a": [[1]]}',
            '/horario{"a": NaN}',
            "/horario{}{}",
            "/horario ya",
        ),
        *("/horario" + '{"a":' * 1500, "/horario{" + "[" * 3900 + "}", "/" + "a" * 3999, "/nlu_fallback"),
    ],
)
def test_a_payload_that_is_broken_or_unknown_is_not_understood(bot: EmbeddedEngine, text: str) -> None:
    reply = bot.reply(message(text))
    assert (reply.intent, reply.is_fallback, reply.confidence) == ("nlu_fallback", True, 0.0)
    assert texts(reply.messages) == ["No te entendí."]
    assert bot.parse(text).intent is None


def test_the_values_of_a_payload_become_entities() -> None:
    parse = read_payload('/x{"a": "é", "b": [1, 2.5], "c": true, "d": null, "e": "\\u0000\\ud800"}', {"x"})
    assert [(entity.entity, entity.value) for entity in parse.entities] == [
        *(("a", "é"), ("b", "1"), ("b", "2.5"), ("c", "true"), ("e", "\ufffd\ufffd")),
    ]


LONG = ("a" * 4000, "a " * 2000, "ñandú " * 700, "1" * 4000, "@." * 2000, "\ufdfa" * 4000, "a@b.co " * 600)


@pytest.mark.parametrize(
    "text", [*LONG, "", " ", "\x00", "\ud800", "e" + "\u0301" * 3999, "\u202e\u200b", "👩‍👩‍👧" * 400]
)
def test_the_longest_and_oddest_messages_are_answered_at_once(bot: EmbeddedEngine, text: str) -> None:
    reply = bot.reply(message(text))
    assert reply.messages
    assert reply.latency_ms < 1000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.text(alphabet='/horai{}[]":,\\u0 1', max_size=60), st.from_regex("/.*")
    )
)
def test_no_text_makes_a_turn_fail(bot: EmbeddedEngine, store: MemoryStore, text: str) -> None:
    reply = bot.reply(message(text))
    assert reply.messages
    assert reply.intent
    assert 0 <= (reply.confidence or 0) <= 1
    store.saved["ana"].encode()


def test_the_same_talk_is_answered_the_same(school_dir: Path, school_model: TrainedModel) -> None:
    talk = ["hola", "asdf", "/ver_notas", "hola", "qwerty", "a que hora es clase", "zxcv"]

    def run() -> list[object]:
        engine = EmbeddedEngine(school_dir, MemoryStore())
        return [(r.messages, r.intent, r.confidence) for r in map(engine.reply, map(message, talk))]

    assert run() == run()


def test_state_is_saved_between_turns_and_kept_apart_by_sender(
    bot: EmbeddedEngine, store: MemoryStore
) -> None:
    bot.reply(message("hola", sender="ana"))
    bot.reply(message("hola", sender="ana"))
    bot.reply(message("hola", sender="luis"))
    assert {sender: heard_in(text) for sender, text in store.saved.items()} == {"ana": 2, "luis": 1}


class Forgetful(MemoryStore):
    """Fails when it is entered, or when it should save."""

    def __init__(self, when: str, error: Exception) -> None:
        super().__init__()
        self.when, self.error = when, error

    @contextmanager
    def turn(self, sender: str) -> Iterator[ConversationState]:
        if self.when == "enter":
            raise self.error
        yield ConversationState()
        raise self.error


@pytest.mark.parametrize("when", ["enter", "leave"])
def test_a_student_is_answered_though_nothing_can_be_remembered(
    school_dir: Path, school_model: TrainedModel, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = EmbeddedEngine(school_dir, Forgetful(when, StoreUnavailable("read-only")))
    assert texts(engine.reply(message("hola")).messages) == ["Hola."]
    assert "req-1 is not remembered" in caplog.text


@pytest.mark.parametrize(
    ("error", "leaves"), [(EngineTimeout("busy"), EngineTimeout), (KeyError("x"), EngineProtocolError)]
)
def test_only_engine_errors_leave_a_turn(
    school_dir: Path, school_model: TrainedModel, error: Exception, leaves: type[Exception]
) -> None:
    with pytest.raises(leaves):
        EmbeddedEngine(school_dir, Forgetful("enter", error)).reply(message("hola"))


class Counting(MemoryStore):
    """Sees how many turns of one sender are inside at once."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.most = 0, 0

    @contextmanager
    def turn(self, sender: str) -> Iterator[ConversationState]:
        with super().turn(sender) as state:
            self.inside += 1
            self.most = max(self.most, self.inside)
            yield state
            self.inside -= 1


def test_turns_of_one_sender_never_interleave_though_threads_are_many(
    school_dir: Path, school_model: TrainedModel
) -> None:
    store = Counting()
    engine = EmbeddedEngine(school_dir, store)
    wrong: list[BaseException] = []

    def chat() -> None:
        try:
            for _ in range(2):
                engine.reply(message("asdf qwerty"))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=chat) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert store.most == 1
    assert heard_in(store.saved["ana"]) == 8 * 2


def test_what_a_client_writes_beside_auth_does_not_matter(bot: EmbeddedEngine) -> None:
    metadata = {"auth": {"hasToken": True, "claims": CLAIMS}, "slots": {"x": 1}, "intent": "despedida"}
    assert texts(bot.reply(UserMessage("ana", "hola", metadata)).messages) == ["Hola."]
