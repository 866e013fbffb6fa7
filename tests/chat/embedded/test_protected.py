"""Protected intents wait for verified claims, whatever the rules say."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.base import UserMessage
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.project import BotProject, Form, Intent, Mapping, Response, Slot
from tests.chat.embedded.helpers import (
    CLAIMS,
    Conversation,
    Host,
    action,
    answers,
    intent,
    loop_is,
    message,
    rule,
    said_by,
    school,
    set_slot,
    texts,
)


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
        rules=tuple(map(said_by, ("ver_notas", "ver_tutor", "saludo", "ya_inicie_sesion", "cancelar"))),
    )
    return replace(base, **changes)


def test_with_claims_a_protected_intent_is_answered() -> None:
    assert Conversation(project()).hear("ver_notas", claims=CLAIMS, curso="inglés") == ["Notas de inglés."]


def test_without_claims_a_login_is_asked_for_whatever_the_rule_says() -> None:
    answer = Conversation(project()).say("ver_notas")
    assert texts(answer.messages) == ["Inicia sesión."]
    assert (answer.intent, answer.is_fallback) == ("ver_notas", False)


def test_a_protected_intent_without_any_rule_asks_for_the_login_too() -> None:
    answer = Conversation(project(rules=())).say("ver_notas")
    assert (texts(answer.messages), answer.is_fallback) == (["Inicia sesión."], False)


def test_the_rest_of_a_rule_is_not_run_without_a_login() -> None:
    long = rule(
        "r", intent("ver_notas"), action("action_notas"), action("utter_saludo"), action("utter_ver_notas")
    )
    host = Host(action_notas=lambda call: ([], [{"text": "secreto"}]))
    talk = Conversation(project(rules=(long, said_by("saludo"))), host)
    assert talk.hear("ver_notas") == ["Inicia sesión."]
    assert host.calls == []
    assert talk.hear("saludo") == ["Hola."]


def test_what_a_rule_does_after_asking_for_the_login_is_done() -> None:
    """As remembering the wish."""
    asked = rule("r", intent("ver_notas"), action("utter_need_auth"), action("action_remember"))
    host = Host(action_remember=lambda call: ([set_slot("curso", "álgebra")], []))
    talk = Conversation(project(rules=(asked,)), host)
    assert talk.hear("ver_notas") == ["Inicia sesión."]
    assert talk.state.slots["curso"] == "álgebra"


def test_an_action_that_speaks_for_the_student_opens_nothing_either() -> None:
    parse = {"intent": {"name": "ver_notas", "confidence": 1.0}, "entities": []}
    spoken = [
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "", "parse_data": parse},
    ]
    rules = (rule("r", intent("saludo"), action("action_speak")), said_by("ver_notas"))
    talk = Conversation(project(rules=rules), Host(action_speak=lambda call: (spoken, [])))
    assert talk.hear("saludo") == ["Inicia sesión."]
    assert talk.hear("saludo", claims=CLAIMS) == ["Notas de."]


FORM = {"active_loop": "form"}


def in_form(**changes: Any) -> Conversation:
    slots = {
        name: Slot(
            name, "text", influences=False, mappings=(Mapping("from_text", not_intents=("ver_tutor",)),)
        )
        for name in ("uno", "dos")
    }
    bot = project(
        slots={
            name: replace(
                slot, mappings=(replace(slot.mappings[0], conditions=({**FORM, "requested_slot": name},)),)
            )
            for name, slot in slots.items()
        },
        forms={"form": Form("form", ("uno", "dos"))},
        responses=project().responses | answers(ask_uno="¿Uno?", ask_dos="¿Dos?", listo="Gracias {uno}."),
        rules=(
            *project().rules,
            rule("open", intent("saludo"), action("form"), loop_is("form")),
            rule("done", action("form"), loop_is(None), action("utter_listo"), when=(loop_is("form"),)),
        ),
    )
    talk = Conversation(replace(bot, **changes))
    talk.state.active_loop, talk.state.slots = "form", {"requested_slot": "uno"}
    talk.state.last_turn_at = talk.clock()
    return talk


def test_a_form_may_take_the_words_of_a_protected_intent_as_an_answer() -> None:
    talk = in_form()
    assert talk.hear("ver_notas", text="mis notas") == ["¿Dos?"]
    assert talk.hear("ver_notas", text="mis notas") == ["Gracias mis notas."]


def test_a_protected_intent_that_a_form_does_not_take_asks_for_the_login_and_the_form_goes_on() -> None:
    assert in_form().hear("ver_tutor") == ["Inicia sesión.", "¿Uno?"]


def test_a_protected_intent_opens_no_form() -> None:
    opened = (rule("open", intent("ver_notas"), action("form"), loop_is("form")),)
    talk = in_form(rules=opened)
    talk.state.active_loop, talk.state.slots = None, {}
    assert talk.hear("ver_notas") == ["Inicia sesión."]
    assert talk.state.active_loop is None


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


def test_logging_out_closes_what_was_open(bot: EmbeddedEngine) -> None:
    assert texts(bot.reply(message("/ver_notas", claims=CLAIMS)).messages) == ["Tus notas."]
    assert texts(bot.reply(message("/ver_notas")).messages) == ["Inicia sesión."]


def test_the_small_bot_protects_notas() -> None:
    assert school().intents["ver_notas"].requires_auth
