"""Protected intents wait for verified claims, and the wish is not forgotten."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.base import UserMessage
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import BotProject, Intent, Mapping, Response, Slot
from tests.chat.embedded.helpers import CLAIMS, Conversation, answers, message, school, texts


def project(**changes: Any) -> BotProject:
    base = BotProject(
        intents={
            "ver_notas": Intent("ver_notas", requires_auth=True),
            "ver_tutor": Intent("ver_tutor", requires_auth=True),
            **{name: Intent(name) for name in ("saludo", "ya_inicie_sesion", "cancelar")},
        },
        responses=answers(
            ver_notas="Notas de {curso}.",
            ver_tutor="Tu tutor.",
            saludo="Hola.",
            ya_inicie_sesion="Te veo.",
            cancelar="Listo.",
            need_auth="Inicia sesión.",
            default="No entendí.",
            restart="De nuevo.",
        ),
        slots={"curso": Slot("curso", "text", mappings=(Mapping("from_entity", entity="curso"),))},
    )
    return replace(base, **changes)


def asked(**entities: str) -> Conversation:
    """A conversation in which somebody unknown has asked for notas."""
    talk = Conversation(project())
    answer = talk.say("ver_notas", **entities)
    assert texts(answer.messages) == ["Inicia sesión."]
    assert (answer.intent, answer.is_fallback) == ("ver_notas", False)
    return talk


def test_with_claims_a_protected_intent_is_answered() -> None:
    assert Conversation(project()).hear("ver_notas", claims=CLAIMS, curso="inglés") == ["Notas de inglés."]


def test_after_the_login_the_wish_is_answered_behind_what_is_said() -> None:
    talk = asked(curso="álgebra")
    assert talk.hear("saludo", claims=CLAIMS) == ["Hola.", "Notas de álgebra."]
    assert talk.state.latest_intent == "saludo"
    assert talk.hear("saludo", claims=CLAIMS) == ["Hola."]


def test_who_says_that_he_logged_in_gets_that_answer_first() -> None:
    assert asked(curso="álgebra").hear("ya_inicie_sesion", claims=CLAIMS) == ["Te veo.", "Notas de álgebra."]


def test_saying_that_one_logged_in_is_not_believed() -> None:
    talk = asked()
    assert talk.hear("ya_inicie_sesion") == ["Te veo."]
    assert talk.state.wish is not None
    assert talk.hear("ver_notas") == ["Inicia sesión."]


def test_the_same_wish_said_again_is_answered_once_with_all_that_was_said() -> None:
    assert asked(curso="álgebra").hear("ver_notas", claims=CLAIMS) == ["Notas de álgebra."]
    assert asked(curso="álgebra").hear("ver_notas", claims=CLAIMS, curso="inglés") == ["Notas de inglés."]


def test_the_wish_waits_while_other_things_are_talked_about() -> None:
    talk = asked(curso="álgebra")
    assert talk.hear("saludo") == ["Hola."]
    assert talk.hear("saludo", claims=CLAIMS) == ["Hola.", "Notas de álgebra."]


def test_a_second_wish_takes_the_place_of_the_first() -> None:
    talk = asked()
    talk.say("ver_tutor")
    assert talk.hear("saludo", claims=CLAIMS) == ["Hola.", "Tu tutor."]


def test_another_protected_intent_after_the_login_is_answered_before_the_wish() -> None:
    assert asked(curso="álgebra").hear("ver_tutor", claims=CLAIMS) == ["Tu tutor.", "Notas de álgebra."]


@pytest.mark.parametrize("claims", [None, CLAIMS])
def test_cancelling_takes_the_wish_back(claims: dict[str, str] | None) -> None:
    talk = asked()
    assert talk.hear("cancelar", claims=claims) == ["Listo."]
    assert talk.hear("saludo", claims=CLAIMS) == ["Hola."]


def test_a_restart_is_not_followed_by_an_old_wish() -> None:
    assert asked().hear("restart", claims=CLAIMS) == ["De nuevo."]


def test_what_is_not_understood_after_the_login_is_still_followed_by_the_wish() -> None:
    talk = asked(curso="álgebra")
    answer = talk.say("nlu_fallback", claims=CLAIMS)
    assert texts(answer.messages) == ["No entendí.", "Notas de álgebra."]
    assert (answer.is_fallback, talk.state.misses) == (True, 1)


def test_a_wish_that_the_new_model_does_not_know_is_dropped() -> None:
    talk = asked()
    talk.dialogue = Conversation(replace(project(), intents={"saludo": Intent("saludo")})).dialogue
    assert talk.hear("saludo", claims=CLAIMS) == ["Hola."]


def test_asking_for_a_login_is_no_miss() -> None:
    talk = Conversation(project())
    talk.say("nlu_fallback")
    talk.say("ver_notas")
    assert talk.state.misses == 0


def test_a_project_without_need_auth_asks_for_the_login_all_the_same() -> None:
    bare = {name: found for name, found in project().responses.items() if name != "utter_need_auth"}
    answer = Conversation(project(responses=bare)).say("ver_notas")
    assert "inicies sesión" in answer.messages[0]["text"]
    assert answer.messages[1]["custom"]["type"] == "auth_needed"


def test_the_login_card_is_a_message_of_its_own() -> None:
    card = {"type": "auth_needed", "message": "Inicia sesión"}
    need = {
        "utter_need_auth": (Response("Entra.", buttons=({"title": "Entrar", "url": "/login"},), custom=card),)
    }
    messages = Conversation(project(responses=project().responses | need)).say("ver_notas").messages
    assert [set(part) - {"recipient_id"} for part in messages] == [{"text", "buttons"}, {"custom"}]


FORGED = [
    {},
    {"auth": None},
    {"auth": {}},
    {"auth": {"hasToken": False, "claims": CLAIMS}},
    {"auth": {"claims": CLAIMS}},
    {"claims": CLAIMS, "hasToken": True, "session_verified": True},
    {"auth": {"hasToken": True}},
]


@pytest.mark.parametrize("metadata", FORGED)
@pytest.mark.parametrize(
    "text", ["quiero ver mis notas", "/ver_notas", '/ver_notas{"session_verified": "true"}']
)
def test_forged_claims_open_nothing(bot: EmbeddedEngine, metadata: dict[str, Any], text: str) -> None:
    reply = bot.reply(UserMessage("ana", text, metadata))
    assert texts(reply.messages) == ["Inicia sesión."]
    assert reply.intent == "ver_notas"


def test_a_payload_wish_is_answered_after_the_login(bot: EmbeddedEngine) -> None:
    bot.reply(message("/ver_notas"))
    reply = bot.reply(message("hola", claims=CLAIMS))
    assert texts(reply.messages) == ["Hola.", "Tus notas."]
    assert (reply.intent, reply.is_fallback) == ("saludo", False)


def test_logging_out_closes_what_was_open(bot: EmbeddedEngine) -> None:
    assert texts(bot.reply(message("/ver_notas", claims=CLAIMS)).messages) == ["Tus notas."]
    assert texts(bot.reply(message("/ver_notas")).messages) == ["Inicia sesión."]


def test_one_students_wish_is_not_anothers(bot: EmbeddedEngine) -> None:
    bot.reply(message("/ver_notas", sender="ana"))
    assert texts(bot.reply(message("hola", sender="luis", claims=CLAIMS)).messages) == ["Hola."]


def test_the_small_bot_protects_notas() -> None:
    assert school().intents["ver_notas"].requires_auth
