"""A form that is not answered: it reminds of itself, then lets go, and says how to go on later."""

import pytest

from rasa.actions.letting_go import gives_up
from tests.actions.fakes import GOOD, FakeBackend, Talk

LAST = {
    "recuperar_form": ("recuperar_email", "action_submit_recuperar", "utter_recuperar_luego"),
    "encuesta_form": ("encuesta_nivel", "action_submit_encuesta", "utter_encuesta_luego"),
    "soporte_form": ("soporte_nombre", "action_submit_soporte", "utter_soporte_luego"),
}
"""The first question, what submits the form, and how it is left."""


def asks_between(talk: Talk, form: str, slot: str, intent: str = "horarios") -> bool:
    """Comes back from another question; whether the form goes on."""
    talk.comes_back(form, slot, intent)
    return not any(talk[name] == "omitir" for name in (slot, "soporte_confirmar"))


@pytest.mark.parametrize(
    ("form", "reminders"), [("recuperar_form", 1), ("encuesta_form", 1), ("soporte_form", 2)]
)
def test_a_form_reminds_and_then_lets_go(form: str, reminders: int) -> None:
    slot, submits, told = LAST[form]
    talk = Talk(FakeBackend())
    assert [asks_between(talk, form, slot) for _ in range(reminders + 1)] == [True] * reminders + [False]
    assert talk.does(submits) == [told]
    assert (talk.followup, talk[slot], talk["interrupciones"]) == ("action_listen", None, None)


@pytest.mark.parametrize("form", LAST)
def test_who_goes_on_is_not_let_go(form: str) -> None:
    talk = Talk(FakeBackend())
    assert all(asks_between(talk, form, LAST[form][0], "continuar") for _ in range(4))


@pytest.mark.parametrize("form", LAST)
@pytest.mark.parametrize(
    "text", ["no", "no quiero dar mi nombre", "Déjalo así, gracias", "/negar", "not now"]
)
def test_a_plain_no_leaves_the_form_whatever_it_was_understood_as(form: str, text: str) -> None:
    slot, submits, told = LAST[form]
    talk = Talk(FakeBackend())
    assert talk.answers(form, slot, text, "crisis") == []
    assert talk.does(submits) == [told]


@pytest.mark.parametrize("text", ["no quiero vivir", "no quiero seguir viviendo", "no puedo más"])
def test_a_cry_for_help_is_no_plain_no(text: str) -> None:
    assert not gives_up(text)


def test_an_answer_begins_the_count_anew() -> None:
    talk = Talk(FakeBackend())
    for slot, answer in (("soporte_nombre", "Ana Pérez"), ("soporte_email", "ana@ejemplo.edu.co")):
        assert all(asks_between(talk, "soporte_form", slot) for _ in range(2))
        talk.answers("soporte_form", slot, answer)
        assert talk["interrupciones"] is None


def test_a_case_with_a_message_waits() -> None:
    talk = Talk(FakeBackend(), **{**GOOD, "soporte_preferencia": None})
    while asks_between(talk, "soporte_form", "soporte_preferencia"):
        pass
    assert talk.does("action_submit_soporte") == ["utter_soporte_pausa"]
    assert not talk.backend.tickets
    assert talk.hears("/reanudar", "reanudar", active_form=None).does("action_resume_progress") == [
        "utter_reanudar_form"
    ]
    assert talk["soporte_mensaje"] == GOOD["soporte_mensaje"]


def test_who_is_in_danger_is_not_let_go() -> None:
    talk = Talk(FakeBackend(), en_riesgo=True, soporte_tipo="crisis")
    assert all(asks_between(talk, "soporte_form", "soporte_nombre") for _ in range(5))
    assert talk.answers("soporte_form", "soporte_nombre", "no", "negar") == ["utter_nombre_invalido"]


def test_a_survey_whose_comment_is_left_is_stored() -> None:
    talk = Talk(FakeBackend(), encuesta_key="k", encuesta_nivel=4)
    while asks_between(talk, "encuesta_form", "encuesta_comentario"):
        pass
    assert talk.does("action_submit_encuesta") == ["utter_encuesta_gracias"]
    assert talk.backend.surveys == {"k": (4, "")}


def test_bad_addresses_end_the_form_after_a_person_was_offered() -> None:
    talk = Talk(FakeBackend())
    told = [talk.answers("recuperar_form", "recuperar_email", "ana@") for _ in range(3)]
    assert told == [["utter_email_invalido"], ["utter_email_invalido", "utter_form_offer_human"], []]
    assert talk.does("action_submit_recuperar") == ["utter_recuperar_luego"]


@pytest.mark.parametrize("text", ["no sé", "no me acuerdo de mi correo"])
def test_a_forgotten_address_is_helped_once_more(text: str) -> None:
    talk = Talk(FakeBackend())
    told = talk.answers("recuperar_form", "recuperar_email", text, "recuperar_contrasena")
    assert told == ["utter_recuperar_sin_correo"]
    assert talk.does("action_ask_recuperar_email") == ["utter_recuperar_recuerdo"]
