"""A bot with one form of two slots, for the tests of forms."""

from dataclasses import replace
from typing import Any

from apps.chat.engines.project import BotProject, Form, Mapping, Slot
from tests.chat.embedded.helpers import (
    Conversation,
    Host,
    action,
    answers,
    intent,
    intents,
    loop_is,
    rule,
    said_by,
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
