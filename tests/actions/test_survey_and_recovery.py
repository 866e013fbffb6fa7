"""The survey's level and comment, and the mail for a forgotten password."""

import pytest

from rasa.actions.backend import Refused
from tests.actions.fakes import FakeBackend, Talk

SURVEY, RECOVERY = "encuesta_form", "recuperar_form"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("5", 5),
        (" 4 ", 4),
        ("4 de 5", 4),
        ("5/5", 5),
        ("un tres", 3),
        ("⭐⭐⭐⭐", 4),
        ("Excelente!", 5),
        ("muy bien", 5),
        ("bien", 4),
        ("más o menos", 3),
        ("malo", 2),
        ("muy mal", 1),
        ("PÉSIMO", 1),
        ("very good", 5),
    ],
)
def test_a_level_is_a_number_a_word_or_stars(text: str, level: int) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(SURVEY, "encuesta_nivel", text) == []
    assert talk["encuesta_nivel"] == level


@pytest.mark.parametrize("text", ["0", "6", "45", "3 o 4", "no sé", "⭐" * 6, "a" * 5000, "/afirmar", "-1.5"])
def test_no_level_is_asked_again(text: str) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(SURVEY, "encuesta_nivel", text, "afirmar") == ["utter_nivel_invalido"]
    assert talk["encuesta_nivel"] is None


@pytest.mark.parametrize(
    ("text", "intent", "kept", "told"),
    [
        ("muy útil, ¿habrá más?", "catalogo_cursos", "muy útil, ¿habrá más?", []),
        ("omitir", "nlu_fallback", "omitir", []),
        ("no", "negar", "omitir", []),
        ("/negar", "negar", "omitir", []),
        ("a" * 1001, "nlu_fallback", None, ["utter_comentario_largo"]),
        ("me quiero morir", "crisis", "me quiero morir", ["utter_crisis_en_formulario"]),
    ],
)
def test_a_comment_is_optional(text: str, intent: str, kept: str | None, told: list[str]) -> None:
    talk = Talk(FakeBackend())
    assert talk.answers(SURVEY, "encuesta_comentario", text, intent) == told
    assert talk["encuesta_comentario"] == kept


@pytest.mark.parametrize(
    ("level", "thanks"),
    [(5, "utter_encuesta_gracias"), (3, "utter_encuesta_gracias"), (2, "utter_encuesta_insatisfecho")],
)
def test_a_survey_is_saved_once_and_thanked_for(level: int, thanks: str) -> None:
    backend = FakeBackend()
    talk = Talk(backend).hears("encuesta", "encuesta")
    talk.does("action_begin_encuesta")
    key = talk["encuesta_key"]
    talk.answers(SURVEY, "encuesta_nivel", str(level))
    talk.answers(SURVEY, "encuesta_comentario", "omitir")
    assert talk.does("action_submit_encuesta") == [thanks]
    assert backend.surveys == {key: (level, "")}
    assert talk["encuesta_nivel"] is None


def test_a_survey_waits_for_a_back_end_that_is_down() -> None:
    backend = FakeBackend(is_down=True)
    talk = Talk(backend, encuesta_key="k", encuesta_nivel=4, encuesta_comentario="bien")
    assert talk.does("action_submit_encuesta") == ["utter_backend_unavailable_form"]
    backend.is_down = False
    assert talk.does("action_retry") == ["utter_encuesta_gracias"]
    assert backend.surveys == {"k": (4, "bien")}


def test_a_survey_that_is_refused_for_good_is_not_tried_again() -> None:
    backend = FakeBackend(refusal=Refused("invalid", ("comment",)))
    talk = Talk(backend, encuesta_key="k", encuesta_nivel=4, encuesta_comentario="bien")
    assert talk.does("action_submit_encuesta") == ["utter_no_aceptado"]
    assert (talk["reintento"], talk["pending_question"], talk["encuesta_nivel"]) == (None, None, None)


def test_the_answer_to_a_forgotten_password_is_neutral() -> None:
    backend = FakeBackend()
    talk = Talk(backend).hears("olvidé mi clave, soy ana@ejemplo.edu.co", "recuperar_contrasena")
    talk.does("action_begin_recuperar")
    assert talk["recuperar_email"] == "ana@ejemplo.edu.co"
    assert talk.does("action_submit_recuperar") == ["utter_recuperar_enviado"]
    assert (backend.resets, talk["recuperar_email"]) == (["ana@ejemplo.edu.co"], None)


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        (FakeBackend(refusal=Refused("limited")), "utter_limite"),
        (FakeBackend(is_down=True), "utter_backend_unavailable_form"),
    ],
)
def test_a_mail_that_was_not_asked_for_is_not_promised(backend: FakeBackend, told: str) -> None:
    assert Talk(backend, recuperar_email="ana@ejemplo.edu.co").does("action_submit_recuperar") == [told]


@pytest.mark.parametrize("text", ["ana", "ana @x.co", "aná@x.co", "x" * 5000])
def test_a_bad_address_is_asked_for_again(text: str) -> None:
    assert Talk(FakeBackend()).answers(RECOVERY, "recuperar_email", text) == ["utter_email_invalido"]
