"""Forms: what is asked for, what is taken as an answer, what is validated, how one leaves and comes back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.engines.embedded.hosts import ActionFailed, ActionRejected
from apps.chat.engines.embedded.picture import picture_of
from apps.chat.engines.embedded.store import ConversationState
from apps.chat.engines.project import BotProject, Form, Mapping, Slot
from tests.chat.embedded.helpers import (
    Call,
    Conversation,
    Host,
    Told,
    action,
    answers,
    intent,
    intents,
    loop_is,
    rule,
    said_by,
    set_slot,
)

IN_FORM = loop_is("form")


def asked_for(name: str, **more: Any) -> Slot:
    """A slot that takes any text, but only when it was asked for."""
    condition = {"active_loop": "form", "requested_slot": name}
    mapping = Mapping("from_text", not_intents=("pregunta", "cancelar"), conditions=(condition,))
    return Slot(name, "text", influences=False, mappings=(mapping, *more.pop("mappings", ())), **more)


def project(**changes: Any) -> BotProject:
    base = BotProject(
        intents=intents("abrir", "pregunta", "cancelar", "decir", "saludo"),
        entities=("email",),
        responses=answers(
            ask_nombre="¿Nombre?",
            ask_form_email="¿Email de verdad?",
            ask_email="¿Email?",
            pregunta="Respuesta.",
            cancelado="Cancelado.",
            listo="Listo, {nombre} ({email}).",
            saludo="Hola.",
            default="No sé.",
        ),
        slots={
            "nombre": asked_for("nombre"),
            "email": asked_for("email", mappings=(Mapping("from_entity", entity="email"),)),
        },
        forms={"form": Form("form", ("nombre", "email"))},
        rules=(
            rule("open", intent("abrir"), action("form"), IN_FORM),
            rule("submit", action("form"), loop_is(None), action("utter_listo"), when=(IN_FORM,)),
            rule(
                "ask", intent("pregunta"), action("utter_pregunta"), action("form"), IN_FORM, when=(IN_FORM,)
            ),
            rule(
                "cancel",
                *(
                    intent("cancelar"),
                    action("action_deactivate_loop"),
                    loop_is(None),
                    action("utter_cancelado"),
                ),
                when=(IN_FORM,),
            ),
            said_by("saludo"),
        ),
    )
    return replace(base, **changes)


def opened(host: Host | None = None, **changes: Any) -> Conversation:
    actions = tuple(host.actions) if host else ()
    talk = Conversation(project(actions=actions, **changes), host)
    assert talk.hear("abrir") == ["¿Nombre?"]
    assert talk.state.active_loop == "form"
    return talk


def test_a_form_asks_one_slot_after_the_other_and_is_submitted() -> None:
    talk = opened()
    assert talk.state.slots["requested_slot"] == "nombre"
    assert talk.hear("decir", text="Ana") == ["¿Email de verdad?"]
    assert talk.hear("decir", text="a@b.co") == ["Listo, Ana (a@b.co)."]
    assert (talk.state.active_loop, talk.state.slots["requested_slot"]) == (None, None)


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


def check_email(call: Call) -> Told:
    """As rasa-sdk's validation: the proposed values are the last events."""
    events, proposed = call["tracker"]["events"], {}
    while events and events[-1]["event"] == "slot":
        proposed[events[-1]["name"]] = events[-1]["value"]
        events = events[:-1]
    if proposed.get("email") == "mal":
        return [set_slot("email", None)], [{"text": "Así no es un correo."}]
    return [set_slot(name, value.strip()) for name, value in proposed.items()], []


def test_a_value_that_is_not_valid_is_asked_for_again() -> None:
    talk = opened(Host(validate_form=check_email))
    assert talk.hear("decir", text=" Ana ") == ["¿Email de verdad?"]
    assert talk.hear("decir", text="mal") == ["Así no es un correo.", "¿Email de verdad?"]
    assert talk.state.slots["email"] is None
    assert talk.hear("decir", text="a@b.co") == ["Listo, Ana (a@b.co)."]


def test_what_the_validation_sees_is_what_rasa_shows() -> None:
    host = Host(validate_form=check_email)
    talk = opened(host)
    talk.say("decir", "Ana")
    tracker = host.calls[-1]["tracker"]
    assert [event["event"] for event in tracker["events"][-4:]] == ["slot", "slot", "action", "slot"]
    assert tracker["events"][-2]["name"] == "form"
    assert tracker["events"][-1] == {**tracker["events"][-1], "name": "nombre", "value": "Ana"}
    assert (tracker["active_loop"]["name"], tracker["slots"]["requested_slot"]) == ("form", "nombre")
    assert (tracker["latest_message"]["text"], tracker["latest_action_name"]) == ("Ana", "form")
    assert host.calls[-1]["domain"]["forms"]["form"]["required_slots"] == ["nombre", "email"]


def test_what_was_said_at_the_opening_is_validated_too() -> None:
    talk = Conversation(project(actions=("validate_form",)), Host(validate_form=check_email))
    talk.say("saludo")
    talk.state.slots["email"] = "mal"
    assert talk.hear("abrir") == ["Así no es un correo.", "¿Nombre?"]
    assert talk.state.slots["email"] is None


def test_a_validation_that_the_domain_does_not_declare_is_not_run() -> None:
    host = Host(validate_form=check_email)
    talk = Conversation(project(), host)
    talk.say("abrir")
    talk.say("decir", "Ana")
    assert host.calls == []


def test_the_validation_may_ask_for_a_slot_that_the_domain_does_not_require() -> None:
    more = {"slots": project().slots | {"extra": asked_for("extra")}}
    wanted: list[str | None] = ["extra", "email", None]

    def choose(call: Call) -> Told:
        told = check_email(call)[0]
        return ([*told, set_slot("requested_slot", wanted.pop(0))] if told else []), []

    talk = opened(
        Host(validate_form=choose), **more, responses=project().responses | answers(ask_extra="¿Algo más?")
    )
    assert talk.hear("decir", text="Ana") == ["¿Algo más?"]
    assert talk.hear("decir", text="nada") == ["¿Email de verdad?"]
    assert talk.state.slots["extra"] == "nada"
    assert talk.hear("decir", text="a@b.co") == ["Listo, Ana (a@b.co)."]


def test_a_form_may_be_ended_by_its_validation() -> None:
    def enough(call: Call) -> Told:
        return ([set_slot("requested_slot", None)] if check_email(call)[0] else []), []

    assert opened(Host(validate_form=enough)).hear("decir", text="Ana") == ["Listo, Ana ()."]


def test_an_action_may_ask() -> None:
    def ask(call: Call) -> Told:
        return [], [{"text": f"{call['tracker']['slots']['nombre']}, ¿email?", "buttons": [{"title": "No"}]}]

    talk = opened(Host(action_ask_form_email=ask))
    answer = talk.say("decir", "Ana")
    assert answer.messages == [{"recipient_id": "ana", "text": "Ana, ¿email?", "buttons": [{"title": "No"}]}]


def test_a_slot_that_nobody_asks_for_is_waited_for_in_silence() -> None:
    asks = {name: told for name, told in project().responses.items() if "email" not in name}
    assert opened(responses=asks).hear("decir", text="Ana") == []


def failing(error: type[Exception]) -> Callable[[Call], Told]:
    def fail(call: Call) -> Told:
        slots = [event for event in call["tracker"]["events"][-1:] if event["event"] == "slot"]
        if slots and slots[0]["value"] == "rompe":
            raise error("down")
        return check_email(call)

    return fail


def test_a_form_survives_a_validation_that_fails() -> None:
    talk = opened(Host(validate_form=failing(ActionFailed)))
    talk.say("decir", "Ana")
    assert talk.hear("decir", text="rompe") == [
        "Algo falló de mi lado y no pude completarlo. Inténtalo otra vez en un momento."
    ]
    assert talk.state.active_loop == "form"
    assert (talk.state.slots["nombre"], talk.state.slots["email"]) == ("Ana", None)
    assert talk.hear("pregunta") == ["Respuesta.", "¿Email de verdad?"]
    assert talk.hear("decir", text="a@b.co") == ["Listo, Ana (a@b.co)."]


def test_a_validation_may_decline_so_that_rules_answer() -> None:
    talk = opened(Host(validate_form=failing(ActionRejected)))
    assert talk.hear("saludo", text="rompe") == ["Hola.", "¿Email de verdad?"]


def test_a_submit_action_that_fails_is_told_and_the_slots_stay() -> None:
    def fail(call: Call) -> Told:
        raise ActionFailed("down")

    rules = tuple(one for one in project().rules if one.name != "submit")
    submit = rule("submit", action("form"), loop_is(None), action("action_send"), when=(IN_FORM,))
    host = Host(action_send=fail)
    told = project().responses | answers(action_failed="Se dañó.")
    talk = opened(host, rules=(*rules, submit), responses=told)
    talk.say("decir", "Ana")
    assert talk.hear("decir", text="a@b.co") == ["Se dañó."]
    assert talk.state.slots["nombre"] == "Ana"
    assert talk.hear("saludo") == ["Hola."]


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
