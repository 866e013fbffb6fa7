"""Forms: what is asked for, what is taken as an answer, what is validated, how one leaves and comes back."""

from dataclasses import replace

import pytest

from apps.chat.engines.embedded.hosts import ActionFailed
from apps.chat.engines.embedded.picture import picture_of
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import Form, Mapping, Slot
from tests.chat.embedded.form_bot import IN_FORM, asked_for, opened, project
from tests.chat.embedded.helpers import (
    Call,
    Conversation,
    Host,
    Told,
    action,
    answers,
    intent,
    loop_is,
    rule,
    said_by,
)


def test_a_form_asks_one_slot_after_the_other_and_is_submitted() -> None:
    talk = opened()
    assert talk.state.slots["requested_slot"] == "nombre"
    assert talk.hear("decir", text="Ana") == ["¿Email de verdad?"]
    assert talk.hear("decir", text="a@b.co") == ["Listo, Ana (a@b.co)."]
    assert (talk.state.active_loop, talk.state.slots["requested_slot"]) == (None, None)


def test_what_a_form_takes_for_an_answer_is_no_miss() -> None:
    talk = opened()
    taken = talk.say("nlu_fallback", text="Ana")
    assert (taken.is_form_answer, taken.is_fallback) == (True, False)
    question = talk.say("pregunta")
    assert (question.is_form_answer, question.is_fallback) == (False, False)


def test_any_intent_may_carry_an_answer() -> None:
    assert opened().hear("saludo", text="hola") == ["¿Email de verdad?"]


def test_slots_that_are_filled_are_not_asked_for() -> None:
    talk = Conversation(project())
    assert talk.hear("abrir", email="a@b.co") == ["¿Nombre?"]
    assert talk.hear("decir", text="Ana") == ["Listo, Ana (a@b.co)."]


def test_a_form_with_nothing_to_ask_is_done_at_once() -> None:
    talk = Conversation(project())
    talk.say("saludo")
    talk.state.slots |= {"nombre": "Ana", "email": "a@b.co"}
    assert talk.hear("abrir") == ["Listo, Ana (a@b.co)."]


def test_a_form_opened_again_asks_again_only_for_what_is_missing() -> None:
    talk = opened()
    talk.say("decir", "Ana")
    talk.say("decir", "a@b.co")
    talk.state.slots["email"] = None
    assert talk.hear("abrir") == ["¿Email de verdad?"]


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on() -> None:
    talk = opened()
    assert talk.hear("pregunta") == ["Respuesta.", "¿Nombre?"]
    assert talk.hear("pregunta") == ["Respuesta.", "¿Nombre?"]
    assert talk.hear("decir", text="Ana") == ["¿Email de verdad?"]
    assert talk.hear("pregunta") == ["Respuesta.", "¿Email de verdad?"]
    assert talk.hear("decir", text="a@b.co") == ["Listo, Ana (a@b.co)."]


def test_a_rule_that_knows_nothing_of_forms_is_followed_by_the_form_too() -> None:
    general = tuple(one for one in project().rules if one.name != "ask")
    talk = opened(rules=(*general, said_by("pregunta")))
    assert talk.hear("pregunta") == ["Respuesta.", "¿Nombre?"]
    assert talk.hear("decir", text="Ana") == ["¿Email de verdad?"]


def test_cancelling_leaves_the_form() -> None:
    talk = opened()
    assert talk.hear("cancelar") == ["Cancelado."]
    assert (talk.state.active_loop, talk.state.slots["requested_slot"]) == (None, None)
    assert talk.hear("saludo") == ["Hola."]


def test_what_nobody_can_use_gets_the_fallback_and_the_form_stays() -> None:
    general = tuple(one for one in project().rules if one.name != "ask")
    talk = opened(rules=general)
    answer = talk.say("pregunta")
    assert ([m["text"] for m in answer.messages], answer.is_fallback) == (["No sé."], True)
    assert talk.state.active_loop == "form"
    assert talk.hear("decir", text="Ana") == ["¿Email de verdad?"]


def test_ignored_intents_fill_nothing() -> None:
    talk = opened(forms={"form": Form("form", ("nombre", "email"), ignored_intents=("saludo",))})
    assert talk.hear("saludo") == ["Hola.", "¿Nombre?"]


def test_a_slot_may_be_filled_by_the_intent_that_opened_the_form() -> None:
    trigger = Mapping(
        "from_trigger_intent", intents=("abrir",), value="abierto", conditions=({"active_loop": "form"},)
    )
    slots = project().slots | {"nombre": asked_for("nombre", mappings=(trigger,))}
    talk = Conversation(project(slots=slots))
    assert talk.hear("abrir") == ["¿Email de verdad?"]
    assert talk.state.slots["nombre"] == "abierto"


def test_an_entity_that_several_slots_take_fills_the_one_that_was_asked_for() -> None:
    lugar = Mapping("from_entity", entity="email")
    slots = {name: Slot(name, "text", influences=False, mappings=(lugar,)) for name in ("nombre", "email")}
    talk = opened(slots=slots)
    assert talk.hear("decir", email="a@b.co") == ["¿Email de verdad?"]
    assert talk.state.slots["email"] is None


def test_an_action_may_ask() -> None:
    def ask(call: Call) -> Told:
        return [], [{"text": f"{call['tracker']['slots']['nombre']}, ¿email?", "buttons": [{"title": "No"}]}]

    talk = opened(Host(action_ask_form_email=ask))
    answer = talk.say("decir", "Ana")
    assert answer.messages == [{"recipient_id": "ana", "text": "Ana, ¿email?", "buttons": [{"title": "No"}]}]


def test_a_slot_that_nobody_asks_for_is_waited_for_in_silence() -> None:
    asks = {name: told for name, told in project().responses.items() if "email" not in name}
    assert opened(responses=asks).hear("decir", text="Ana") == []


@pytest.mark.parametrize("text", ["x" * 5000, " a@b . co ", "/pregunta{", "{nombre}", "\u202e"])
def test_odd_answers_are_answers(text: str) -> None:
    talk = opened()
    assert talk.hear("decir", text=text) == ["¿Email de verdad?"]
    assert talk.state.slots["nombre"] == text


def test_two_forms_do_not_take_each_others_answers() -> None:
    other = asked_for("otro")
    condition = {"active_loop": "segundo", "requested_slot": "otro"}
    slots = project().slots | {
        "otro": replace(other, mappings=(Mapping("from_text", conditions=(condition,)),))
    }
    switch = rule("switch", intent("cancelar"), action("segundo"), loop_is("segundo"), when=(IN_FORM,))
    done = rule("done", action("segundo"), loop_is(None), action("utter_saludo"), when=(loop_is("segundo"),))
    rules = (*(one for one in project().rules if one.name != "cancel"), switch, done)
    talk = opened(
        slots=slots,
        rules=rules,
        forms=project().forms | {"segundo": Form("segundo", ("otro",))},
        responses=project().responses | answers(ask_otro="¿Otro?"),
    )
    assert talk.hear("cancelar") == ["¿Otro?"]
    assert talk.state.active_loop == "segundo"
    assert talk.hear("decir", text="algo") == ["Hola."]
    assert (talk.state.slots["otro"], talk.state.slots["nombre"]) == ("algo", None)


def test_staff_see_where_a_conversation_stands() -> None:
    talk = opened()
    talk.say("pregunta")
    talk.say("decir", "Ana")
    picture = picture_of(talk.state)
    assert (picture.slots, picture.form, picture.requested_slot) == ({"nombre": "Ana"}, "form", "email")
    assert [(turn.intent, turn.actions) for turn in picture.turns] == [
        *(("abrir", ("form",)), ("pregunta", ("utter_pregunta", "form")), ("decir", ("form",))),
    ]
    assert picture_of(talk.state, turns=1).turns == picture.turns[-1:]
    assert picture_of(ConversationState(events=[{}, {"event": "user"}])).turns[0].intent is None


def test_an_interruption_whose_action_fails_leaves_the_form_ready_for_the_next_answer() -> None:
    """Otherwise the form had declined the message and would decline the next one too."""

    def dead(call: Call) -> Told:
        raise ActionFailed("dead")

    clima = rule(
        "clima", intent("pregunta"), action("action_clima"), action("form"), IN_FORM, when=(IN_FORM,)
    )
    rules = tuple(one for one in project().rules if one.name != "ask")
    talk = opened(Host(action_clima=dead), rules=(*rules, clima))
    assert talk.hear("pregunta")[-1] == "¿Nombre?"
    assert talk.hear("decir", text="Ana") == ["¿Email de verdad?"]
