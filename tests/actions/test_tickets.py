"""What a confirmed form leads to: one ticket, told only when there is one."""

from dataclasses import replace

import pytest

from rasa.actions.backend import Refused, TicketView
from tests.actions.fakes import ANA, GOOD, FakeBackend, Talk

SUBMIT = "action_submit_soporte"


def test_a_confirmed_form_becomes_one_ticket_with_what_was_said_and_nothing_else() -> None:
    backend = FakeBackend()
    talk = Talk(backend, ANA, **{**GOOD, "soporte_tipo": "pqrs", "tipo_problema": "plataforma"}).hears(
        "sí", "afirmar"
    )
    result = talk.result(SUBMIT)
    assert [m.response for m in result.messages] == ["utter_ticket_creado", "utter_pregunta_encuesta"]
    assert result.messages[0].fields == {"numero": "T-2026-000001"}
    (ticket,) = backend.tickets.values()
    assert (ticket.name, ticket.email, ticket.message) == (
        "Ana Pérez",
        "ana@ejemplo.edu.co",
        "No puedo subir la evidencia.",
    )
    assert (ticket.kind, ticket.contact, ticket.document, ticket.phone) == ("pqrs", "correo", "", "")
    assert (ticket.reason, ticket.subject) == ("plataforma", "PQRS: No puedo subir la evidencia.")
    assert talk["pending_question"] == "encuesta"
    assert talk.followup == "action_listen"
    assert not any(talk[slot] for slot in GOOD)


def test_a_form_sent_twice_is_one_ticket_and_a_changed_one_is_another() -> None:
    backend = FakeBackend()
    for message in (
        "No puedo subir la evidencia.",
        "No puedo subir la evidencia.",
        "Ya pude, pero no carga el foro.",
    ):
        Talk(backend, **{**GOOD, "soporte_mensaje": message}).does(SUBMIT)
    assert len(backend.tickets) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"soporte_preferencia": "chat"},
        {"soporte_tipo": "pqrs"},
        {"tipo_problema": "plataforma"},
        {"soporte_telefono": "3001234567"},
    ],
)
def test_whatever_is_changed_after_a_failure_is_sent(changed: dict[str, str]) -> None:
    backend = FakeBackend()
    for slots in (GOOD, {**GOOD, **changed}):
        Talk(backend, **slots).does(SUBMIT)
    assert len(backend.tickets) == 2


@pytest.mark.parametrize("action", [SUBMIT, "action_handoff"])
def test_an_endless_kind_of_problem_is_cut(action: str) -> None:
    backend = FakeBackend()
    Talk(backend, ANA, **GOOD, tipo_problema="x" * 300).does(action)
    (ticket,) = backend.tickets.values()
    assert ticket.reason == "x" * 200


def test_a_back_end_that_is_down_costs_the_student_nothing_but_a_yes() -> None:
    backend = FakeBackend(is_down=True)
    talk = Talk(backend, **GOOD).hears("sí", "afirmar")
    assert talk.does(SUBMIT) == ["utter_backend_unavailable_form"]
    assert {slot: talk[slot] for slot in GOOD} == GOOD
    assert (talk["pending_question"], talk.followup) == ("reintentar", "action_listen")
    assert talk.hears("sí", "afirmar").does("action_retry") == ["utter_backend_unavailable_form"]
    backend.is_down = False
    assert talk.hears("sí", "afirmar").does("action_retry") == [
        "utter_ticket_creado",
        "utter_pregunta_encuesta",
    ]
    assert (len(backend.tickets), talk["reintento"], talk["pending_question"]) == (1, None, "encuesta")


def test_beginning_again_after_a_failure_finds_the_report_as_it_was() -> None:
    talk = Talk(FakeBackend(is_down=True), ANA).hears("necesito soporte", "soporte_pqrs")
    talk.does("action_begin_soporte")
    key = talk["soporte_key"]
    for slot, value in GOOD.items():
        if slot not in ("soporte_key", "soporte_tipo"):
            talk.answers("soporte_form", slot, value)
    talk.does(SUBMIT)
    talk.hears("otra queja", "soporte_pqrs").does("action_begin_soporte")
    assert (talk["soporte_mensaje"], talk["soporte_key"]) == (GOOD["soporte_mensaje"], key)
    talk.hears("soporte interno", "soporte_interno").does("action_begin_soporte")
    assert talk["soporte_mensaje"] is None
    assert talk["soporte_key"] != key


@pytest.mark.parametrize(
    ("refusal", "told", "emptied", "followup"),
    [
        (Refused("invalid", ("email",)), "utter_datos_rechazados", "soporte_email", "soporte_form"),
        (Refused("limited"), "utter_casos_limite", None, "action_listen"),
        (Refused("not_authenticated"), "utter_no_aceptado", None, "action_listen"),
        (Refused("invalid", ("subject",)), "utter_no_aceptado", None, "action_listen"),
        (Refused("password_change_required"), "utter_cambiar_contrasena", None, "action_listen"),
    ],
)
def test_a_refusal_is_told_and_the_report_stays(
    refusal: Refused, told: str, emptied: str | None, followup: str
) -> None:
    talk = Talk(FakeBackend(refusal=refusal), **GOOD, reintento=SUBMIT, pending_question="reintentar")
    assert talk.does(SUBMIT) == [told]
    assert talk.followup == followup
    assert [slot for slot in GOOD if talk[slot] is None] == ([emptied] if emptied else [])
    if followup == "action_listen":
        assert (talk["reintento"], talk["pending_question"]) == (None, None)


def test_what_does_not_hold_when_it_is_sent_is_asked_for_again() -> None:
    backend = FakeBackend()
    talk = Talk(backend, **{**GOOD, "soporte_email": "mal", "soporte_mensaje": "/menu"})
    assert talk.does(SUBMIT) == ["utter_email_invalido", "utter_mensaje_corto"]
    assert (talk.followup, talk["soporte_email"], backend.tickets) == ("soporte_form", None, {})


def test_cancelling_empties_every_form() -> None:
    talk = Talk(FakeBackend(), **GOOD, encuesta_nivel=3, recuperar_email="a@x.co", reintento="x")
    assert talk.does("action_cancel_form") == ["utter_form_cancelled"]
    assert not any(value for slot, value in talk.tracker.slots.items())
    assert talk.does("action_cancel_form") == ["utter_cancelar"]


def test_a_known_student_gets_a_person_at_once() -> None:
    backend = FakeBackend()
    talk = Talk(backend, ANA, pending_question="humano").hears("sí", "afirmar")
    result = talk.result("action_handoff")
    assert [m.response for m in result.messages] == ["utter_humano_confirmado"]
    (ticket,) = backend.tickets.values()
    assert (ticket.kind, ticket.email) == ("humano", "ana@ejemplo.edu.co")
    assert (talk["pending_question"], talk.followup) == (None, "action_listen")


def test_a_hand_over_that_failed_is_one_ticket_when_it_is_tried_again() -> None:
    backend = FakeBackend(is_down=True)
    talk = Talk(backend, ANA).hears("sí", "afirmar")
    talk.does("action_handoff")
    key = talk["soporte_key"]
    backend.is_down = False
    assert talk.hears("sí", "afirmar").does("action_retry") == ["utter_humano_confirmado"]
    assert list(backend.tickets) == [key]


def test_somebody_unknown_says_first_where_a_person_can_write() -> None:
    backend = FakeBackend()
    talk = Talk(backend, autor="", soporte_email="ana@ejemplo.edu.co", soporte_key="k").hears("sí", "afirmar")
    assert talk.does("action_handoff") == ["utter_humano_datos"]
    assert (talk.followup, talk["soporte_tipo"], backend.tickets) == ("soporte_form", "humano", {})
    assert talk["soporte_email"] == "ana@ejemplo.edu.co"
    talk = Talk(backend, **{**GOOD, "soporte_tipo": "humano"}).hears("sí", "afirmar")
    assert talk.does(SUBMIT) == ["utter_humano_confirmado"]


def test_a_message_to_the_tutor_is_asked_for_shown_and_sent() -> None:
    backend = FakeBackend()
    talk = Talk(backend, ANA).hears("escribirle a mi tutor", "contactar_tutor")
    assert talk.does("action_mail_tutor") == []
    assert talk.followup == "soporte_form"
    asked = (
        "soporte_nombre",
        "soporte_email",
        "soporte_documento",
        "soporte_preferencia",
        "soporte_telefono",
    )
    assert all(talk[slot] for slot in asked)
    assert talk.answers("soporte_form", "soporte_mensaje", "a" * 2001) == ["utter_mensaje_largo"]
    talk.answers("soporte_form", "soporte_mensaje", "¿Puede revisar mi evidencia 2?", "contenido_curso")
    assert talk.does("action_ask_soporte_confirmar") == ["utter_tutor_resumen"]
    assert talk.does(SUBMIT) == ["utter_tutor_escrito"]
    assert (backend.mails, backend.tickets) == (["¿Puede revisar mi evidencia 2?"], {})


def test_without_a_tutor_no_message_is_asked_for() -> None:
    talk = Talk(FakeBackend(has_tutor=False), ANA).hears("escribirle a mi tutor", "contactar_tutor")
    assert talk.does("action_mail_tutor") == ["utter_no_tutor"]
    assert talk.followup is None


def _tickets(count: int) -> list[TicketView]:
    statuses = ("open", "pending", "solved", "closed")
    return [
        TicketView(f"T-2026-{n + 1:06}", statuses[n % 4], f"Asunto {n + 1}", "2026-05-31")
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("text", "count", "told"),
    [
        ("cómo va mi caso", 0, ["utter_no_tickets"]),
        ("cómo va mi caso", 2, ["utter_ticket_open", "utter_ticket_pending"]),
        (
            "cómo va mi caso",
            5,
            ["utter_ticket_open", "utter_ticket_pending", "utter_ticket_solved", "utter_tickets_more"],
        ),
        ("cómo va el T-2026-000004", 5, ["utter_ticket_closed"]),
        ("cómo va el caso 000002", 5, ["utter_ticket_pending"]),
        ("cómo va el T-2026-000099", 5, ["utter_ticket_not_found"]),
        ("/estado_ticket", 1, ["utter_ticket_open"]),
    ],
)
def test_the_state_of_own_tickets(text: str, count: int, told: list[str]) -> None:
    talk = Talk(FakeBackend(have=_tickets(count)), ANA).hears(text, "estado_ticket")
    assert talk.does("action_ticket_status") == told


def test_what_the_team_answered_stands_under_its_case() -> None:
    first, second = _tickets(2)
    have = [replace(first, answer="Prueba con otro navegador."), replace(second, answer="x" * 700)]
    told = Talk(FakeBackend(have=have), ANA).hears("cómo va mi caso", "estado_ticket")
    messages = told.result("action_ticket_status").messages
    names = ["utter_ticket_open", "utter_ticket_answer", "utter_ticket_pending", "utter_ticket_answer"]
    assert [one.response for one in messages] == names
    assert messages[1].fields == {"respuesta": "Prueba con otro navegador."}
    assert messages[3].fields == {"respuesta": f"{'x' * 600}…"}
