"""Two people in one conversation: nobody sees, changes, saves or sends what another one told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.actions.fakes import ANA, LUIS, FakeBackend, Talk

EVERY_MESSAGE = "action_validate_slot_mappings"
NOTICE = "utter_form_de_otra_persona"
REPORT: dict[str, Any] = {
    "soporte_nombre": "Ana Pérez",
    "soporte_email": "ana@ejemplo.edu.co",
    "soporte_documento": "1012345678",
    "soporte_mensaje": "Mi nota de la semana dos no está.",
    "soporte_preferencia": "correo",
    "soporte_telefono": "omitir",
    "soporte_tipo": "soporte",
    "soporte_key": "k-1",
    "autor": ANA["sub"],
}


def _said_by(claims: Mapping[str, str] | None, form: str | None = "soporte_form", **slots: Any) -> Talk:
    talk = Talk(FakeBackend(), claims, **{**REPORT, **slots}).hears("sí", "afirmar")
    talk.tracker = replace(talk.tracker, active_form=form)
    return talk


def test_another_student_finds_an_open_form_empty() -> None:
    slots = {"tipo_problema": "plataforma", "requested_slot": "soporte_confirmar", "soporte_confirmar": "sí"}
    talk = _said_by(LUIS, **slots)
    talk.tracker = replace(talk.tracker, proposed={"soporte_confirmar": "sí"})
    assert talk.does(EVERY_MESSAGE) == [NOTICE]
    told = {slot: talk[slot] for slot in REPORT if slot not in ("soporte_key", "autor", "soporte_tipo")}
    assert {slot: value for slot, value in told.items() if value} == {
        "soporte_nombre": LUIS["nombre"],
        "soporte_email": LUIS["email"],
    }
    assert (talk["autor"], talk["soporte_confirmar"], talk["tipo_problema"]) == (LUIS["sub"], None, "otro")
    assert talk["soporte_key"] not in (None, "k-1")
    assert talk.does(EVERY_MESSAGE) == []


def test_another_student_finds_no_survey_no_retry_and_no_question() -> None:
    left = {"encuesta_nivel": 1, "encuesta_key": "k-2", "reintento": "action_submit_encuesta"}
    talk = _said_by(LUIS, "encuesta_form", **left, pending_question="reintentar", recuperar_email="a@x.co")
    assert talk.does(EVERY_MESSAGE) == [NOTICE]
    assert (talk["encuesta_nivel"], talk["reintento"], talk["pending_question"]) == (None, None, None)
    assert talk["recuperar_email"] is None
    assert talk["encuesta_key"] not in (None, "k-2")
    assert talk.does("action_retry") == ["utter_afirmar"]
    assert talk.backend.surveys == {}


def test_what_the_message_itself_asks_is_of_who_wrote_it() -> None:
    talk = _said_by(LUIS, None, pending_question="humano", tipo_problema="plataforma")
    talk.tracker = replace(
        talk.tracker, proposed={"pending_question": "humano", "tipo_problema": "plataforma"}
    )
    assert talk.does(EVERY_MESSAGE) == []
    assert (talk["pending_question"], talk["tipo_problema"]) == ("humano", "plataforma")
    assert talk["soporte_mensaje"] is None


@pytest.mark.parametrize("intent", ["crisis", "cancelar"])
def test_who_is_in_danger_hears_of_nothing_else(intent: str) -> None:
    talk = _said_by(LUIS).hears("…", intent)
    assert talk.does(EVERY_MESSAGE) == []
    assert talk["soporte_mensaje"] is None


def test_a_cry_for_help_is_not_another_persons_and_waits_for_no_login() -> None:
    other = _said_by(LUIS, soporte_tipo="crisis")
    other.does(EVERY_MESSAGE)
    assert other["soporte_tipo"] == "soporte"
    assert _said_by(None, soporte_tipo="crisis").does("action_submit_soporte") != ["utter_need_auth"]


def test_who_logs_in_goes_on_with_what_they_began_unknown() -> None:
    talk = _said_by(ANA, autor="")
    assert talk.does(EVERY_MESSAGE) == []
    assert (talk["autor"], talk["soporte_mensaje"]) == (ANA["sub"], REPORT["soporte_mensaje"])
    assert talk.does("action_submit_soporte")[0] == "utter_ticket_creado"


@pytest.mark.parametrize(
    ("action", "form", "told"),
    [
        ("action_ask_soporte_confirmar", "soporte_form", ["utter_need_auth"]),
        ("action_submit_soporte", None, ["utter_need_auth"]),
        ("action_retry", None, ["utter_need_auth"]),
        ("action_save_progress", "soporte_form", ["utter_need_auth"]),
        ("action_save_progress", None, ["utter_need_auth"]),
        ("action_resume_progress", None, ["utter_need_auth"]),
        ("action_resume_progress", "soporte_form", []),
        ("action_greet", None, ["utter_saludo"]),
        ("action_greet", "soporte_form", ["utter_saludo"]),
    ],
)
def test_when_a_session_has_run_out_the_report_waits_for_the_login(
    action: str, form: str | None, told: list[str]
) -> None:
    talk = _said_by(None, form, reintento="action_submit_soporte", pending_question="reintentar")
    assert talk.does(EVERY_MESSAGE) == []
    assert talk.does(action) == told
    assert {slot: talk[slot] for slot in REPORT} == REPORT
    assert (talk.backend.tickets, talk.backend.progress) == ({}, {})


def test_a_summary_that_is_not_shown_is_neither_confirmed_nor_changed() -> None:
    for text in ("sí", "cambiar correo", "otra@ejemplo.edu.co", "no"):
        talk = _said_by(None)
        assert talk.answers("soporte_form", "soporte_confirmar", text) == []
        assert {slot: talk[slot] for slot in (*REPORT, "soporte_confirmar", "soporte_editar")} == {
            **REPORT,
            "soporte_confirmar": None,
            "soporte_editar": None,
        }


def test_a_survey_waits_too() -> None:
    talk = _said_by(None, None, encuesta_nivel=1, encuesta_key="k-2", encuesta_comentario="omitir")
    assert talk.does("action_submit_encuesta") == ["utter_need_auth"]
    assert (talk.backend.surveys, talk["encuesta_nivel"]) == ({}, 1)


@pytest.mark.parametrize("begin", ["action_begin_soporte", "action_begin_encuesta", "action_handoff"])
def test_who_begins_anew_takes_nothing_over(begin: str) -> None:
    talk = _said_by(None, None, encuesta_nivel=1, encuesta_key="k-2", reintento="action_submit_encuesta")
    talk.does(begin)
    assert (talk["soporte_mensaje"], talk["soporte_email"], talk["encuesta_nivel"]) == (None, None, None)
    assert (talk["autor"], talk["reintento"]) == ("", None)
    assert talk.backend.tickets == {}


def test_a_hand_over_quotes_nobody_else() -> None:
    quoting, silent = _said_by(ANA, None), _said_by(LUIS, None)
    for talk in (quoting, silent):
        talk.does("action_handoff")
    (told,), (untold,) = quoting.backend.tickets.values(), silent.backend.tickets.values()
    assert told.message == REPORT["soporte_mensaje"]
    assert untold.message == "Pidió hablar con una persona desde el chat."
