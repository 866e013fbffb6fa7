"""`action_two_stage_fallback`: was this meant, other words please, and giving up."""

from typing import Any

from apps.chat.engines.project import BotProject, Intent
from tests.chat.embedded.helpers import Conversation, action, answers, intent, loop_is, rule, said_by

MISS = "nlu_fallback"
NO = "out_of_scope"
ASKED = ["¿Quisiste decir «Equis»?"]


def talk() -> Conversation:
    two_stage = action("action_two_stage_fallback"), loop_is("action_two_stage_fallback")
    return Conversation(
        BotProject(
            intents={"x": Intent("x", title="Equis"), "y": Intent("y")},
            responses=answers(x="X", y="Y", ask_rephrase="¿Con otras palabras?", default="Me rindo."),
            rules=(rule("miss", intent(MISS), *two_stage), said_by("x"), said_by("y")),
        )
    )


def heard(chat: Conversation, *names: str) -> list[Any]:
    return [chat.hear(name, ranking=("x", "y") if name == MISS else ()) for name in names]


def test_the_best_guess_is_offered_and_answered_when_it_was_meant() -> None:
    chat = talk()
    answer = chat.say(MISS, ranking=("x", "y"))
    assert answer.is_fallback
    assert answer.messages[0]["buttons"] == [
        {"title": "Sí", "payload": "/x"},
        {"title": "No", "payload": "/out_of_scope"},
    ]
    assert heard(chat, "x", "y") == [["X"], ["Y"]]
    assert chat.state.active_loop is None


def test_after_a_no_other_words_are_asked_for() -> None:
    assert heard(talk(), MISS, NO, "y") == [ASKED, ["¿Con otras palabras?"], ["Y"]]


def test_words_that_are_not_understood_either_are_asked_about_again() -> None:
    assert heard(talk(), MISS, NO, MISS, "x") == [ASKED, ["¿Con otras palabras?"], ASKED, ["X"]]


def test_two_misses_in_a_row_are_the_end_of_it() -> None:
    chat = talk()
    assert heard(chat, MISS, MISS) == [ASKED, ["Me rindo."]]
    assert chat.state.active_loop is None
    assert heard(chat, MISS, "y") == [ASKED, ["Y"]]


def test_a_second_no_is_the_end_of_it() -> None:
    rephrase = ["¿Con otras palabras?"]
    assert heard(talk(), MISS, NO, MISS, NO, "y") == [ASKED, rephrase, ASKED, ["Me rindo."], ["Y"]]


def test_without_guesses_the_student_is_still_asked() -> None:
    chat = talk()
    assert chat.hear(MISS) == ["¿Quisiste decir «nlu_fallback»?"]
