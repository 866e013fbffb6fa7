"""What is not understood: guesses as buttons, a human after three misses, sessions that end."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.project import BotProject, Intent, Mapping, Response, Slot
from tests.chat.embedded.helpers import Conversation, action, answers, intent, rule, texts

TITLED = {"uno": "Uno", "dos": "Dos", "tres": "Tres", "mudo": ""}
HUMAN = answers(offer_human="¿Te paso con una persona?")


def project(*fallback: Response, **changes: Any) -> BotProject:
    base = BotProject(
        intents={name: Intent(name, title=title) for name, title in TITLED.items()},
        responses={"utter_fallback": fallback or (Response("No te entendí."),), **answers(uno="1")},
        rules=(rule("not understood", intent("nlu_fallback"), action("utter_fallback")),),
        slots={"tema": Slot("tema", "text", mappings=(Mapping("from_entity", entity="tema"),))},
    )
    return replace(base, **changes)


def buttons(talk: Conversation, *ranking: str) -> list[str]:
    messages = talk.say("nlu_fallback", ranking=ranking).messages
    return [button["payload"] for button in messages[-1].get("buttons", [])]


def test_the_two_best_guesses_with_a_title_are_buttons() -> None:
    answer = Conversation(project()).say("nlu_fallback", ranking=("mudo", "dos", "tres", "uno"))
    assert answer.messages == [
        {
            "recipient_id": "ana",
            "text": "No te entendí.",
            "buttons": [{"title": "Dos", "payload": "/dos"}, {"title": "Tres", "payload": "/tres"}],
        }
    ]
    assert (answer.intent, answer.is_fallback, answer.confidence) == ("nlu_fallback", True, 0.9)


def test_guesses_stand_before_the_buttons_that_the_answer_has() -> None:
    menu = Response("No te entendí.", buttons=({"title": "Menú", "payload": "/menu"},))
    assert buttons(Conversation(project(menu)), "uno", "dos") == ["/uno", "/dos", "/menu"]


def test_guesses_stand_under_the_last_text() -> None:
    messages = (
        Conversation(project(Response("Perdón.\n\n¿Quieres esto?")))
        .say("nlu_fallback", ranking=("uno",))
        .messages
    )
    assert "buttons" not in messages[0]
    assert messages[1]["buttons"] == [{"title": "Uno", "payload": "/uno"}]


@pytest.mark.parametrize("ranking", [(), ("mudo",), ("gone", "nlu_fallback")])
def test_without_a_titled_guess_there_are_no_buttons(ranking: tuple[str, ...]) -> None:
    assert buttons(Conversation(project()), *ranking) == []


def test_guesses_far_down_the_ranking_are_not_offered() -> None:
    assert buttons(Conversation(project()), "mudo", "a", "b", "c", "d", "uno") == []


def test_the_buttons_of_one_student_do_not_stay_for_the_next() -> None:
    talk = Conversation(project(Response("No te entendí.", buttons=({"title": "Menú", "payload": "/menu"},))))
    assert buttons(talk, "uno") == ["/uno", "/menu"]
    assert buttons(talk, "dos") == ["/dos", "/menu"]


def test_every_third_miss_in_a_row_offers_a_human() -> None:
    talk = Conversation(project(responses=project().responses | HUMAN))
    heard = [talk.hear("nlu_fallback", ranking=("uno",))[0] for _ in range(6)]
    offer = HUMAN["utter_offer_human"][0].text
    assert heard == ["No te entendí.", "No te entendí.", offer] * 2


def test_an_understood_message_begins_the_count_anew() -> None:
    talk = Conversation(project(responses=project().responses | HUMAN))
    for name in ("nlu_fallback", "nlu_fallback", "uno", "nlu_fallback", "nlu_fallback"):
        assert talk.hear(name) != [HUMAN["utter_offer_human"][0].text]
    assert talk.state.misses == 2


def test_without_an_offer_the_third_miss_is_answered_like_the_others() -> None:
    talk = Conversation(project())
    assert [talk.hear("nlu_fallback") for _ in range(3)] == [["No te entendí."]] * 3


def test_without_a_rule_utter_default_is_said() -> None:
    talk = Conversation(project(rules=(), responses=answers(default="¿Cómo?")))
    assert talk.hear("nlu_fallback", ranking=("uno",)) == ["¿Cómo?"]


@pytest.mark.parametrize(("minutes", "is_over"), [(59, False), (61, True)])
@pytest.mark.parametrize("carry_over", [True, False])
def test_a_session_ends_by_silence(minutes: int, is_over: bool, carry_over: bool) -> None:
    protected = {"notas": Intent("notas", requires_auth=True)}
    talk = Conversation(project(intents=project().intents | protected, carry_over_slots=carry_over))
    talk.say("notas", tema="álgebra")
    talk.say("nlu_fallback")
    talk.clock.pass_minutes(minutes)
    talk.say("uno")
    assert (talk.state.wish is None) is is_over
    assert talk.state.slots["tema"] == (None if is_over and not carry_over else "álgebra")


def test_misses_do_not_outlive_a_session() -> None:
    talk = Conversation(project(responses=project().responses | HUMAN))
    talk.say("nlu_fallback")
    talk.say("nlu_fallback")
    talk.clock.pass_minutes(120)
    assert texts(talk.say("nlu_fallback").messages) == ["No te entendí."]
    assert talk.state.misses == 1


def test_zero_minutes_mean_that_a_session_never_ends() -> None:
    talk = Conversation(project(session_expiration_minutes=0, carry_over_slots=False))
    talk.say("uno", tema="álgebra")
    talk.clock.pass_minutes(1_000_000)
    talk.say("uno")
    assert talk.state.slots["tema"] == "álgebra"
