"""Verified or not, remembered wishes, misses, saved forms, restarting."""

import json
from dataclasses import replace

import pytest

from rasa.actions.backend import BackendUnavailable, CertificateView, Progress
from rasa.actions.types import Tracker
from tests.actions.fakes import ANA, LUIS, FakeBackend, Talk

PAPER = CertificateView(
    "Excel", "Certificado de curso", "Excel intermedio", "2026-05-31", "https://x.co/1", "C-9912"
)


@pytest.mark.parametrize(("claims", "verified"), [(None, False), (ANA, True)])
def test_the_claims_of_the_turn_decide_who_is_verified(claims: dict[str, str] | None, verified: bool) -> None:
    talk = Talk(FakeBackend(), claims, session_verified=not verified).hears("hola", "saludo")
    assert talk.does("action_verify_session") == []
    assert talk["session_verified"] is verified


def _wishing(intent: str, entities: list[dict[str, str]] | None = None) -> str:
    return json.dumps({"intent": intent, "entities": entities or []})


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("ver_certificados", ["utter_certificates"]),
        ("estado_estudiante", ["utter_student_state"]),
        ("tutor_asignado", ["utter_tutor"]),
        ("estado_ticket", ["utter_no_tickets"]),
        ("contactar_tutor", ["utter_contactar_tutor"]),
    ],
)
def test_a_wish_is_answered_after_the_login(wish: str, told: list[str]) -> None:
    talk = Talk(FakeBackend(papers=[PAPER]), ANA, deseo=_wishing(wish)).hears("listo", "ya_inicie_sesion")
    assert talk.does("action_validate_slot_mappings") == told
    assert talk["deseo"] is None
    assert talk.does("action_validate_slot_mappings") == []


def test_a_wish_keeps_what_was_searched_for() -> None:
    found = ({"entity": "tipo_certificado", "value": "curso corto"},)
    talk = Talk(FakeBackend(papers=[PAPER])).hears(
        "busca mi curso corto", "buscar_certificado", entities=found
    )
    talk.does("action_remember_wish")
    talk.tracker = Talk(talk.backend, ANA, **talk.tracker.slots).hears("ya", "ya_inicie_sesion").tracker
    assert talk.does("action_validate_slot_mappings") == ["utter_certificates_not_found"]


@pytest.mark.parametrize(
    "wish", ["nonsense", "[]", '{"intent": 1, "entities": []}', '{"intent": "utter me"}', "null"]
)
def test_a_wish_that_cannot_be_read_is_forgotten(wish: str) -> None:
    talk = Talk(FakeBackend(), ANA, deseo=wish).hears("hola", "saludo")
    assert talk.does("action_validate_slot_mappings") == []
    assert talk["deseo"] is None


def test_a_wish_said_again_is_left_to_its_rule_and_a_cancelled_one_is_forgotten() -> None:
    wish = _wishing("ver_certificados")
    again = Talk(FakeBackend(), ANA, deseo=wish).hears("mis certificados", "ver_certificados")
    cancelled = Talk(FakeBackend(), None, deseo=wish).hears("cancelar", "cancelar")
    waiting = Talk(FakeBackend(), None, deseo=wish).hears("hola", "saludo")
    assert [talk.does("action_validate_slot_mappings") for talk in (again, cancelled, waiting)] == [
        [],
        [],
        [],
    ]
    assert [talk["deseo"] for talk in (again, cancelled, waiting)] == [None, None, wish]


def test_every_third_miss_in_a_row_offers_a_person() -> None:
    talk = Talk(FakeBackend())
    said = []
    for _ in range(4):
        talk.hears("xyzzy").does("action_validate_slot_mappings")
        said.append(talk.does("action_not_understood"))
    alone = ["utter_fallback"]
    assert said == [alone, alone, ["utter_fallback", "utter_offer_human"], alone]
    talk.hears("hola", "saludo").does("action_validate_slot_mappings")
    assert talk["fallos"] == 0


def test_guesses_are_offered_by_their_titles_in_the_language_of_the_student() -> None:
    titles = {"horarios": {"es": "Horario", "en": "Timetable"}, "ping": {}, "soporte": {"es": "Soporte"}}
    ranking = tuple(
        (name, 0.2) for name in ("nlu_fallback", "ping", "unknown", "horarios", "soporte", "menu")
    )
    talk = Talk(FakeBackend(titles=titles), idioma="en").hears("eh", ranking=ranking)
    (asked,) = talk.result("action_not_understood").messages
    assert asked.response == "utter_did_you_mean"
    assert asked.buttons == (
        {"title": "Timetable", "payload": "/horarios"},
        {"title": "Soporte", "payload": "/soporte"},
        {"title": "Main menu", "payload": "/menu"},
    )


def test_without_titles_from_the_back_end_the_miss_is_told_all_the_same() -> None:
    talk = Talk(FakeBackend(is_down=True)).hears("eh", ranking=(("horarios", 0.2),))
    assert talk.does("action_not_understood") == ["utter_fallback"]


@pytest.mark.parametrize(
    ("intent", "claims", "told"),
    [
        ("horarios", None, "utter_horarios"),
        ("ver_certificados", None, "utter_need_auth"),
        ("ver_certificados", ANA, "utter_no_certificates"),
        ("contactar_tutor", None, "utter_need_auth"),
        ("contactar_tutor", ANA, "utter_contactar_tutor"),
    ],
)
def test_a_question_in_the_middle_of_a_form_is_answered(
    intent: str, claims: dict[str, str] | None, told: str
) -> None:
    talk = Talk(FakeBackend(), claims, session_verified=True).hears("…", intent)
    assert talk.does("action_answer_inside") == [told]
    assert (talk["deseo"] is not None) is (told == "utter_need_auth")


@pytest.mark.parametrize(
    ("page", "intent", "spoken"),
    [
        ("en", "saludo", "en"),
        ("", "saludo", "es"),
        ("fr", "saludo", "es"),
        ("en", "idioma_es", "es"),  # what is asked for in words wins
    ],
)
def test_the_bot_speaks_the_language_that_the_page_was_switched_to(
    page: str, intent: str, spoken: str
) -> None:
    talk = Talk(FakeBackend(), idioma="es").hears("hola", intent, language=page)
    talk.does("action_validate_slot_mappings")
    assert talk["idioma"] == spoken
    talk.hears("hola", "saludo", language="").does("action_validate_slot_mappings")
    assert talk["idioma"] == spoken


def _half_done() -> Talk:
    talk = Talk(FakeBackend(), ANA).hears("queja", "soporte_pqrs")
    talk.does("action_begin_soporte")
    talk.answers("soporte_form", "soporte_mensaje", "No carga la plataforma")
    talk.hears("guardar", "guardar_progreso")
    return talk


def test_a_form_is_saved_and_gone_on_with_from_another_conversation() -> None:
    talk = _half_done()
    assert talk.does("action_save_progress") == ["utter_guardar_progreso"]
    assert talk["soporte_mensaje"] is None
    later = Talk(talk.backend, ANA).hears("hola", "saludo")
    assert later.does("action_greet") == ["utter_saludo", "utter_offer_resume"]
    assert (later["pending_question"], later.followup) == ("reanudar", "action_listen")
    assert later.hears("sí", "afirmar").does("action_resume_progress") == ["utter_reanudar_form"]
    assert (later.followup, later["soporte_mensaje"]) == ("soporte_form", "No carga la plataforma")
    assert (later["soporte_tipo"], later["autor"]) == ("pqrs", ANA["sub"])
    assert talk.backend.progress == {}


def test_what_could_not_be_saved_is_not_lost() -> None:
    talk = _half_done()
    talk.backend.is_down = True
    assert talk.does("action_save_progress") == ["utter_backend_unavailable"]
    assert talk["soporte_mensaje"] == "No carga la plataforma"


def test_leaving_says_goodbye_when_it_saves() -> None:
    talk = _half_done()
    talk.tracker = Talk(talk.backend, ANA, **talk.tracker.slots, pending_question="terminar").tracker
    assert talk.does("action_save_progress") == ["utter_guardar_y_salir"]


@pytest.mark.parametrize(
    ("form", "question", "told"),
    [
        (None, None, "utter_nada_que_guardar"),
        (None, "terminar", "utter_salir_sin_guardar"),
        ("recuperar_form", None, "utter_no_se_guarda"),
        ("recuperar_form", "terminar", "utter_no_se_guarda"),
    ],
)
def test_nothing_is_called_saved_that_is_not(form: str | None, question: str | None, told: str) -> None:
    talk = Talk(FakeBackend(), pending_question=question, recuperar_email="ana@x.co")
    talk.tracker = replace(talk.tracker, active_form=form)
    assert talk.does("action_save_progress") == [told]
    assert talk.backend.progress == {}
    assert (talk["recuperar_email"] is None) is (form is not None)


def test_there_may_be_nothing_to_go_on_with() -> None:
    talk = Talk(FakeBackend(is_down=True)).hears("hola", "saludo")
    assert talk.does("action_greet") == ["utter_saludo"]
    assert talk.does("action_resume_progress") == ["utter_backend_unavailable"]
    talk.backend.is_down = False
    assert talk.does("action_resume_progress") == ["utter_reanudar"]


def test_what_is_unsent_here_comes_before_what_was_saved() -> None:
    talk = _half_done()
    saved = Progress("encuesta_form", {"encuesta_nivel": 3, "encuesta_key": "k"})
    talk.backend.progress["s-1"] = saved
    talk.tracker = replace(talk.tracker, active_form=None)
    assert talk.hears("reanudar", "reanudar").does("action_resume_progress") == ["utter_reanudar_form"]
    assert (talk.followup, talk["soporte_mensaje"]) == ("soporte_form", "No carga la plataforma")
    assert talk.backend.progress == {"s-1": saved}


def test_what_was_loaded_is_restored_though_it_cannot_be_discarded(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(self: FakeBackend, tracker: Tracker) -> None:
        self.progress.clear()
        raise BackendUnavailable("the answer was lost")

    monkeypatch.setattr(FakeBackend, "discard_progress", lost)
    saved = Progress("encuesta_form", {"encuesta_nivel": 3, "encuesta_key": "k"})
    talk = Talk(FakeBackend(progress={"s-1": saved})).hears("reanudar", "reanudar")
    assert talk.does("action_resume_progress") == ["utter_reanudar_form"]
    assert (talk.followup, talk["encuesta_nivel"]) == ("encuesta_form", 3)


def test_a_saved_form_of_a_kind_that_is_gone_is_no_form() -> None:
    backend = FakeBackend(progress={"s-1": Progress("old_form", {"deseo": "x"})})
    talk = Talk(backend).hears("reanudar", "reanudar")
    assert talk.does("action_resume_progress") == ["utter_reanudar"]
    assert talk["deseo"] is None


def test_saved_slots_set_nothing_but_the_form() -> None:
    slots = {"soporte_mensaje": "No carga nada", "session_verified": True, "autor": "u-9"}
    talk = Talk(FakeBackend(progress={"s-1": Progress("soporte_form", slots)})).hears("reanudar", "reanudar")
    talk.does("action_resume_progress")
    assert (talk["session_verified"], talk["autor"]) == (None, "")


def test_somebody_else_is_not_offered_what_was_left_here() -> None:
    talk = _half_done()
    other = Talk(FakeBackend(), LUIS, **talk.tracker.slots).hears("hola", "saludo")
    assert other.does("action_greet") == ["utter_saludo"]


def test_what_was_saved_can_be_thrown_away() -> None:
    talk = _half_done()
    talk.does("action_save_progress")
    assert talk.does("action_discard_progress") == ["utter_progress_discarded"]
    assert talk.backend.progress == {}


def test_a_restart_keeps_the_language_alone() -> None:
    talk = Talk(FakeBackend(), idioma="en", soporte_mensaje="x").hears("reiniciar", "reiniciar")
    assert talk.does("action_restart_conversation") == ["utter_reiniciar"]
    assert talk.is_restarted
    assert talk.tracker.slots == {"idioma": "en"}
