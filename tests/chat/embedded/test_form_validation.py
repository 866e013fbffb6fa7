"""What a form's own actions do: validating, choosing the next slot, failing."""

from collections.abc import Callable

from apps.chat.engines.embedded.hosts import ActionFailed, ActionRejected
from tests.chat.embedded.form_bot import IN_FORM, asked_for, opened, project
from tests.chat.embedded.helpers import (
    Call,
    Conversation,
    Host,
    Told,
    action,
    answers,
    loop_is,
    rule,
    set_slot,
)


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
        "Algo falló de mi lado y no sé si alcanzó a hacerse. Podemos seguir."
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
