"""Answers with dates: what is said on which day, and that something always is."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.offline import OfflineConversation
from apps.chat.engines.project import EXPIRED, EXPIRED_ANSWER, BotProject, Response
from tests.chat.embedded.helpers import (
    Clock,
    Conversation,
    MemoryStore,
    action,
    intent,
    intents,
    message,
    quiet,
    rule,
    said,
    school,
)

BOGOTA = ZoneInfo("America/Bogota")
LAST = Response("Hasta el 31.", valid_until="2026-05-31")
NEXT = Response("Desde el 1.", valid_from="2026-06-01")


def at(clock: Clock, text: str, zone: ZoneInfo = BOGOTA) -> None:
    clock.now = datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def talk(*variations: Response, **more: tuple[Response, ...]) -> Conversation:
    rules = (rule("x", intent("x"), action("utter_x")),)
    return Conversation(
        BotProject(intents=intents("x"), responses={"utter_x": variations, **more}, rules=rules)
    )


@pytest.mark.parametrize(
    ("moment", "heard"),
    [
        ("2026-05-31T00:00:00", "Hasta el 31."),
        ("2026-05-31T23:59:59", "Hasta el 31."),  # in UTC it is June already
        ("2026-06-01T00:00:00", "Desde el 1."),
        ("2027-01-01T12:00:00", "Desde el 1."),
    ],
)
def test_the_last_day_lasts_until_midnight_in_bogota(moment: str, heard: str) -> None:
    chat = talk(LAST, NEXT)
    at(chat.clock, moment)
    assert chat.hear("x") == [heard]


def test_the_days_are_those_of_the_projects_time_zone() -> None:
    rules = (rule("x", intent("x"), action("utter_x")),)
    project = BotProject(
        time_zone="Asia/Tokyo", intents=intents("x"), responses={"utter_x": (LAST, NEXT)}, rules=rules
    )
    chat = Conversation(project)
    at(chat.clock, "2026-05-31T10:00:00")  # in Tokyo 1 June, 0:00
    assert chat.hear("x") == ["Desde el 1."]


def test_variations_outside_their_dates_are_passed_over_in_turn() -> None:
    chat = talk(Response("a"), LAST, Response("b"))
    at(chat.clock, "2026-07-01T08:00:00")
    assert [chat.hear("x") for _ in range(3)] == [["a"], ["b"], ["a"]]


def test_an_answer_without_a_valid_variation_says_so_and_offers_the_menu() -> None:
    chat = talk(LAST)
    at(chat.clock, "2026-06-01T08:00:00")
    [told] = chat.say("x").messages
    assert told["text"] == EXPIRED_ANSWER.text
    assert told["buttons"] == [{"title": "Menú", "payload": "/menu"}]


def test_the_projects_own_text_for_it_is_preferred_and_never_silent() -> None:
    chat = talk(LAST, **{EXPIRED: said("Lo estamos revisando.")})
    at(chat.clock, "2026-06-01T08:00:00")
    assert chat.hear("x") == ["Lo estamos revisando."]
    mute = talk(LAST, **{EXPIRED: (Response("x", channel="slack"),)})
    at(mute.clock, "2026-06-01T08:00:00")
    assert mute.hear("x") == [EXPIRED_ANSWER.text]


def test_what_no_day_would_let_speak_here_stays_silent() -> None:
    chat = talk(Response("x", channel="slack", valid_until="2026-05-31"))
    at(chat.clock, "2026-06-01T08:00:00")
    assert chat.hear("x") == []


def test_a_general_variation_that_is_over_does_not_leave_those_without_the_condition_in_silence() -> None:
    chat = talk(LAST, Response("Solo técnicos.", conditions={"programa": "técnico"}))
    at(chat.clock, "2026-06-01T08:00:00")
    assert chat.hear("x") == [EXPIRED_ANSWER.text]


def test_a_trained_model_changes_its_answer_at_midnight_without_training(tmp_path: Path) -> None:
    clock = Clock()
    project = school()
    project.responses["utter_horario"] = (LAST, NEXT)
    engine = EmbeddedEngine(tmp_path, MemoryStore(), clock=clock)
    model = engine.train(project, quiet)
    engine.activate(model)
    offline = OfflineConversation(engine.load(model), clock=clock)
    heard = []
    for moment in ("2026-05-31T23:59:59", "2026-06-01T00:00:00"):
        at(clock, moment)
        heard.append(engine.reply(message("cuál es el horario de clases")).messages[0]["text"])
        heard.append(offline.say("cuál es el horario de clases").messages[0]["text"])
    assert heard == ["Hasta el 31.", "Hasta el 31.", "Desde el 1.", "Desde el 1."]
