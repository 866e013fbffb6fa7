"""Two people on one device write in one conversation, one after the other.

The second has no account here: an account's conversation is beside another one's (tests/chat/test_owners.py).
"""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.helpdesk.bot import DirectBackend
from apps.helpdesk.models import SavedProgress, Survey, Ticket
from rasa.actions.backend import BackendUnavailable
from tests.accounts import signing
from tests.chat.conversations.talk import Talk

pytestmark = pytest.mark.django_db
SECRET = "No puedo ver mi nota de la semana dos"
REPORT = ("/soporte_interno", "1012345678", SECRET, "correo")
NOT_OURS = (SECRET, "1012345678", "Ana Rojas")


@pytest.fixture
def beto(api: APIClient, signed_in: Talk) -> Talk:
    token = signing.signed(sub="beto", email="beto@ejemplo.edu.co", nombre="Beto Gil")
    return Talk(api, {"Authorization": f"Bearer {token}"})


def sees_nothing(talk: Talk, student: User) -> bool:
    return not any(secret in talk.text for secret in (*NOT_OURS, student.email))


@pytest.mark.parametrize("said", ["hola", "/afirmar", "cambiar correo", "/guardar_progreso", "/reanudar"])
def test_another_student_neither_sees_nor_changes_nor_saves_nor_sends_the_form(
    signed_in: Talk, beto: Talk, student: User, said: str
) -> None:
    signed_in.go_through(*REPORT)
    assert SECRET in signed_in.text
    beto.say(said)
    assert sees_nothing(beto, student)
    assert SECRET not in str(beto.slots)
    beto.say("/afirmar")
    assert sees_nothing(beto, student)
    assert not Ticket.objects.exists()
    assert SECRET not in str(list(SavedProgress.objects.values_list("slots")))


def test_the_form_begins_anew_for_the_other_student(signed_in: Talk, beto: Talk) -> None:
    signed_in.go_through(*REPORT)
    beto.go_through("/afirmar", "omitir", "No me abre el foro de la guía.", "omitir", "/afirmar")
    ticket = Ticket.objects.get()
    assert (ticket.name, ticket.email) == ("Beto Gil", "beto@ejemplo.edu.co")
    assert (ticket.message, ticket.cedula) == ("No me abre el foro de la guía.", "")


@pytest.mark.parametrize("said", ["hola", "/afirmar", "cambiar correo", "/guardar_progreso", "/reanudar"])
def test_when_the_session_runs_out_the_form_waits_for_the_login(
    signed_in: Talk, anonymous: Talk, student: User, said: str
) -> None:
    signed_in.go_through(*REPORT)
    anonymous.say(said)
    assert anonymous.asks_for_login
    assert sees_nothing(anonymous, student)
    assert not Ticket.objects.exists()
    assert not SavedProgress.objects.exists()
    signed_in.go_through("/reanudar")
    assert SECRET in signed_in.text
    signed_in.say("/afirmar")
    assert Ticket.objects.get().message == SECRET


def test_who_logs_in_sends_what_they_began_before(anonymous: Talk, signed_in: Talk) -> None:
    anonymous.go_through("/soporte_interno", "Ana Rojas", "ana@example.com", "omitir", SECRET)
    signed_in.go_through("correo", "/afirmar")
    assert Ticket.objects.get().message == SECRET


def test_a_person_is_asked_for_without_the_words_of_another(signed_in: Talk, beto: Talk) -> None:
    signed_in.go_through(*REPORT, "/humano")
    beto.go_through("/humano", "/afirmar")
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.email) == ("humano", "beto@ejemplo.edu.co")
    assert SECRET not in ticket.message


def test_a_survey_has_one_author(signed_in: Talk, beto: Talk) -> None:
    signed_in.go_through("/encuesta", "1")
    beto.say("El profesor llega tarde")
    assert not Survey.objects.exists()
    beto.go_through("5", "omitir")
    assert list(Survey.objects.values_list("level", "comment")) == [(5, "")]


def test_what_failed_for_one_is_not_tried_again_for_another(
    signed_in: Talk, beto: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: Any) -> None:
        raise BackendUnavailable("down")

    with monkeypatch.context() as broken:
        broken.setattr(DirectBackend, "save_survey", down)
        signed_in.go_through("/encuesta", "1", "Todo fue muy lento")
    beto.say("/afirmar")
    assert not Survey.objects.exists()
