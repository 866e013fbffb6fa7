"""Conversations 17 to 25: the support form, what it stores, and what cannot go into it."""

import pytest

from apps.accounts.models import User
from apps.helpdesk.models import Survey, Ticket
from tests.chat.conversations.conftest import SUPPORT_FORM
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db


@pytest.mark.engines
def test_18_the_case_is_stored_once_and_its_number_is_told(anonymous: Talk) -> None:
    anonymous.go_through(*SUPPORT_FORM)
    assert not Ticket.objects.exists()
    anonymous.say("sí")
    ticket = Ticket.objects.get()
    assert ticket.number in anonymous.text
    assert (ticket.name, ticket.email) == ("Ana Pérez", "ana.perez@example.com")
    assert ticket.message == "La actividad de la semana dos no abre."
    assert ticket.kind == "soporte"
    assert ticket.conversation_id == anonymous.sender
    anonymous.go_through("no", "sí", "hola")
    assert Ticket.objects.count() == 1


def test_18_the_profile_fills_in_name_and_address(signed_in: Talk, student: User) -> None:
    signed_in.go_through("/soporte_interno", "omitir", "No puedo descargar las guías.", "omitir")
    assert student.email in signed_in.text
    signed_in.say("/afirmar")
    ticket = Ticket.objects.get()
    assert (ticket.name, ticket.email, ticket.user) == ("Ana Rojas", student.email, student)


def test_18_a_complaint_is_stored_as_one(anonymous: Talk) -> None:
    anonymous.go_through("/soporte_pqrs", *SUPPORT_FORM[1:], "sí")
    assert Ticket.objects.get().kind == "pqrs"


def test_18_what_is_changed_at_the_summary_is_what_is_sent(anonymous: Talk) -> None:
    anonymous.go_through(*SUPPORT_FORM, "/negar", "correo", "otra@example.com")
    assert "otra@example.com" in anonymous.text
    anonymous.say("sí")
    assert Ticket.objects.get().email == "otra@example.com"


@pytest.mark.parametrize("steps", range(1, len(SUPPORT_FORM) + 1))
def test_19_cancel_at_each_step_sends_nothing(anonymous: Talk, steps: int) -> None:
    anonymous.go_through(*SUPPORT_FORM[:steps])
    assert anonymous.say("cancelar") == "cancelar"
    assert "no envié nada" in anonymous.text
    assert not [name for name, value in anonymous.slots.items() if name.startswith("soporte_") and value]
    anonymous.say("sí")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("steps", range(1, len(SUPPORT_FORM)))
def test_19_five_thousand_letters_are_no_answer_at_any_step(anonymous: Talk, steps: int) -> None:
    """4,000 is the most that a turn takes (422)."""
    anonymous.go_through(*SUPPORT_FORM[:steps])
    question = anonymous.texts[-1]
    refused = anonymous.api.post("/chat", {"sender": anonymous.sender, "message": "a" * 5000})
    assert refused.status_code == 422
    anonymous.say("ab " * 1333)
    if steps == 4:
        assert anonymous.texts[-1] != question
        assert len(anonymous.slots["soporte_mensaje"]) == 3998
    else:
        assert anonymous.texts[-1] == question


@pytest.mark.parametrize(
    "wrong", ["ana perez@example.com ana@", "ana @example.com", "ana@example", "@", "ana@@example.com", "😀"]
)
def test_19_a_bad_address_is_asked_for_again(anonymous: Talk, wrong: str) -> None:
    anonymous.go_through(*SUPPORT_FORM[:2])
    question = anonymous.texts[-1]
    anonymous.say(wrong)
    assert len(anonymous.texts) == 2
    assert anonymous.texts[-1] == question
    assert anonymous.slots.get("soporte_email") is None


NAMES = ("Angela", "Cárdenas", "Clara Bueno", "Dolores Cruz", "José", "Luz Marina Restrepo", "Valentina")


@pytest.mark.parametrize("name", NAMES)
def test_19_a_name_is_a_name_whatever_it_sounds_like(anonymous: Talk, name: str) -> None:
    anonymous.go_through("/soporte_interno", name)
    assert anonymous.slots["soporte_nombre"] == name


@pytest.mark.parametrize("text", ["cancelar", "ayuda", "¿qué horarios hay?", "hola", "english"])
def test_19_a_wish_is_no_name(anonymous: Talk, text: str) -> None:
    anonymous.go_through("/soporte_interno", text)
    assert anonymous.slots["soporte_nombre"] is None


@pytest.mark.parametrize(
    "text", ["jkl", "wqkx", "zzzz", "¿ya quedó listo?", "avísame si llega", "sí, pero espera"]
)
def test_19_what_is_no_yes_sends_nothing(anonymous: Talk, text: str) -> None:
    anonymous.go_through(*SUPPORT_FORM, text)
    assert not Ticket.objects.exists()
    anonymous.say("de una")
    assert Ticket.objects.count() == 1


def test_19_a_protected_payload_inside_the_form_shows_nothing_and_the_form_goes_on(anonymous: Talk) -> None:
    for step in range(1, len(SUPPORT_FORM) + 1):
        anonymous.say(SUPPORT_FORM[step - 1])
        question = anonymous.texts[-1]
        assert anonymous.say("/estado_estudiante") == "estado_estudiante"
        assert anonymous.asks_for_login
        assert anonymous.texts[-1] == question
    anonymous.say("sí")
    assert Ticket.objects.count() == 1


def test_19_a_second_tab_goes_on_with_the_same_form(anonymous: Talk) -> None:
    other = Talk(anonymous.api, {}, anonymous.sender)
    anonymous.go_through(*SUPPORT_FORM[:2])
    other.say(SUPPORT_FORM[2])
    anonymous.say(SUPPORT_FORM[3])
    other.go_through(*SUPPORT_FORM[4:])
    assert "ana.perez@example.com" in other.text
    anonymous.say("sí")
    other.say("sí")
    assert Ticket.objects.count() == 1


def test_19_another_person_does_not_send_the_form_of_the_first(anonymous: Talk, signed_in: Talk) -> None:
    anonymous.go_through(*SUPPORT_FORM)
    stranger = Talk(anonymous.api, {}, "web-2")
    stranger.say("sí")
    assert not Ticket.objects.exists()


def test_22_a_person_is_asked_for_once(signed_in: Talk) -> None:
    signed_in.go_through("quiero hablar con una persona", "sí", "sí")
    ticket = Ticket.objects.get()
    assert ticket.kind == "humano"
    signed_in.go_through("/humano", "no")
    assert Ticket.objects.count() == 1


def test_22_somebody_unknown_says_first_who_it_is(anonymous: Talk) -> None:
    anonymous.go_through("/humano", "sí", "Ana Pérez", "ana.perez@example.com")
    assert not Ticket.objects.exists()
    anonymous.go_through("omitir", "Necesito hablar sobre mi matrícula.", "correo", "sí")
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.email) == ("humano", "ana.perez@example.com")
    assert ticket.number in anonymous.text


@pytest.mark.engines
def test_24_the_survey_is_stored_once(anonymous: Talk) -> None:
    anonymous.go_through("/encuesta", "nueve", "4")
    assert not Survey.objects.exists()
    anonymous.say("me gustó que respondiera rápido")
    survey = Survey.objects.get()
    assert (survey.level, survey.comment) == (4, "me gustó que respondiera rápido")
    assert survey.conversation_id == anonymous.sender


@pytest.mark.parametrize("level", ["1", "2", "3", "4", "5"])
def test_24_every_level_has_an_answer(anonymous: Talk, level: str) -> None:
    anonymous.go_through("/encuesta", level, "omitir")
    assert Survey.objects.get().level == int(level)
    assert ("/contactar_tutor" in anonymous.payloads) is (level in "12")
