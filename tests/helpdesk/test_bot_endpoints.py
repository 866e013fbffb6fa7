"""What the action server keeps here: surveys, half-done forms, messages to tutors."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import StudentRecord, User
from apps.core import jobs
from apps.helpdesk.models import SavedProgress, Source, Survey, Ticket, TutorMessage
from apps.helpdesk.services.bot import purge_kept, save_survey, write_to_tutor
from apps.helpdesk.services.tickets import open_ticket
from tests.helpdesk.conftest import ASKED, caller
from tests.helpdesk.parallel import at_once

pytestmark = pytest.mark.django_db
PROGRESS = "/api/bot/progress"
Headers = Callable[[User], dict[str, str]]
SURVEY = {"sender": "web-1", "key": "web-1:survey", "level": 2, "comment": "Tardó mucho."}


@pytest.mark.parametrize(
    ("method", "path"),
    [("put", "/api/bot/survey"), ("get", PROGRESS), ("put", PROGRESS), ("delete", PROGRESS)],
)
def test_only_the_action_server_gets_in(
    api: APIClient, service: dict[str, str], admin: User, bearer: Headers, method: str, path: str
) -> None:
    for headers in ({}, bearer(admin), {"Authorization": "Bearer x"}):
        assert getattr(api, method)(path, headers=headers).status_code == 401


@pytest.mark.engines
def test_a_survey_is_one_and_the_last_word_counts(
    api: APIClient, service: dict[str, str], student: User, grant: str
) -> None:
    ticket = open_ticket(data={**ASKED, "conversation_id": "web-1"}, source=Source.BOT)
    first = api.put("/api/bot/survey", SURVEY, headers={**service, "X-Turn-Grant": grant})
    second = api.put("/api/bot/survey", {**SURVEY, "level": 5, "comment": ""}, headers=service)
    assert (first.json(), second.json()) == ({"ok": True}, {"ok": True})
    survey = Survey.objects.get()
    assert (survey.level, survey.comment) == (5, "")
    assert (survey.conversation_id, survey.user, survey.ticket) == ("web-1", student, ticket)


@pytest.mark.parametrize("level", [0, 6, "muchas", None, 2.5, True])
def test_a_level_is_1_to_5(api: APIClient, service: dict[str, str], level: Any) -> None:
    answer = api.put("/api/bot/survey", {**SURVEY, "level": level}, headers=service)
    assert [row["field"] for row in answer.json()["errors"]] == ["level"]
    assert not Survey.objects.exists()


def test_a_survey_long_after_a_ticket_is_not_about_it(service: dict[str, str]) -> None:
    open_ticket(data={**ASKED, "conversation_id": "web-1"}, source=Source.BOT)
    Ticket.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert save_survey(key="k", level=3, sender="web-1").ticket is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_twenty_surveys_at_once_are_one() -> None:
    done = at_once(lambda n: save_survey(key="k", level=3, sender="web-1").level, 20)
    assert (done, Survey.objects.count()) == ([3] * 20, 1)


@pytest.mark.engines
def test_a_form_is_saved_replaced_and_discarded(api: APIClient, service: dict[str, str]) -> None:
    nothing = {"form": None, "slots": {}, "updated_at": None}
    address = f"{PROGRESS}?sender=web-1"
    assert api.get(address, headers=service).json() == nothing
    for message in ("uno", "dos"):
        form = {"sender": "web-1", "form": "soporte_form", "slots": {"soporte_mensaje": message}}
        assert api.put(PROGRESS, form, headers=service).json() == {"ok": True}
    saved = api.get(address, headers=service).json()
    assert (saved["form"], saved["slots"]) == ("soporte_form", {"soporte_mensaje": "dos"})
    assert api.get(f"{PROGRESS}?sender=web-2", headers=service).json() == nothing
    assert api.delete(address, headers=service).json() == {"ok": True}
    assert api.get(address, headers=service).json() == nothing


def test_a_verified_student_finds_it_in_another_conversation(
    api: APIClient, service: dict[str, str], grant: str
) -> None:
    known = {**service, "X-Turn-Grant": grant}
    api.put(PROGRESS, {"sender": "phone", "form": "soporte_form", "slots": {}}, headers=known)
    assert api.get(f"{PROGRESS}?sender=desk", headers=known).json()["form"] == "soporte_form"
    assert api.get(f"{PROGRESS}?sender=phone", headers=service).json()["form"] is None


def test_who_has_no_conversation_of_their_own_saves_nothing(api: APIClient, service: dict[str, str]) -> None:
    answer = api.put(PROGRESS, {"sender": "anonimo", "form": "f", "slots": {}}, headers=service)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sender")
    assert api.get(f"{PROGRESS}?sender=anonimo", headers=service).json()["form"] is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"slots": {"x": "y" * 17_000}}, "slots"), ({"slots": []}, "slots"), ({"form": ""}, "form")],
)
def test_a_form_is_of_bounded_size(
    api: APIClient, service: dict[str, str], changed: dict[str, Any], field: str
) -> None:
    body = {"sender": "web-1", "form": "f", "slots": {}, **changed}
    assert api.put(PROGRESS, body, headers=service).json()["errors"][0]["field"] == field


@pytest.mark.engines
def test_a_form_is_forgotten_after_thirty_days(api: APIClient, service: dict[str, str]) -> None:
    now = timezone.now()
    for owner, days in (("sender:old", 31), ("sender:new", 29)):
        SavedProgress.objects.create(owner=owner, form="f", updated_at=now - timedelta(days=days))
    assert api.get(f"{PROGRESS}?sender=old", headers=service).json()["form"] is None
    assert purge_kept() == {"forms": 1, "tutor_messages": 0, "mail_counters": 0}
    assert SavedProgress.objects.get().owner == "sender:new"


@pytest.mark.engines
def test_a_message_reaches_the_tutor_and_an_answer_the_student(
    api: APIClient, student: User, record: StudentRecord, bearer: Headers, committed: Any
) -> None:
    text = "¿Podemos vernos el jueves?\n<b>Gracias</b>"
    with committed(execute=True):
        answer = api.post("/api/tutor/mensaje", {"text": text}, headers=bearer(student))
    assert answer.json() == {
        "ok": True,
        "tutor": "Rosa Peña",
        "message": "Le enviamos tu mensaje a Rosa Peña. Te responderá a tu correo.",
    }
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["rosa@ejemplo.edu.co"], ["ana@ejemplo.edu.co"])
    assert sent.subject == "Mensaje de Ana María Rojas en Tutor Virtual"
    assert text in sent.body
    assert "&lt;b&gt;Gracias&lt;/b&gt;" in str(sent.alternatives[0].content)


def test_three_messages_a_day_and_no_more(
    api: APIClient, student: User, record: StudentRecord, bearer: Headers, committed: Any
) -> None:
    def write(**headers: str) -> Any:
        said = {"text": "¿Podemos vernos el jueves?"}
        with committed(execute=True):
            return api.post("/api/tutor/mensaje", said, headers={**bearer(student), **headers})

    keyed = {"Idempotency-Key": "a"}
    assert [write(**keyed).status_code for _ in range(3)] == [200] * 3
    assert [write().status_code for _ in range(3)] == [200, 200, 429]
    refused = write()
    assert refused.json()["code"] == "limited"
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert len(mail.outbox) == 3
    TutorMessage.objects.update(day=timezone.localdate() - timedelta(days=1))
    assert write().status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_three(student: User, record: StudentRecord) -> None:
    done = at_once(lambda n: write_to_tutor(text="¿Nos vemos el jueves?", caller=caller(student)), 10)
    assert sum(not isinstance(one, Exception) for one in done) == 3
    assert len(mail.outbox) == 3


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_takes_nothing_is_said_and_costs_no_message(
    student: User, record: StudentRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs.queue, "enqueue", _full)
    with pytest.raises(jobs.JobsUnavailable):
        write_to_tutor(text="¿Nos vemos el jueves?", caller=caller(student))
    assert not TutorMessage.objects.exists()


def _full(task: Any) -> None:
    raise OSError


@pytest.mark.parametrize("text", ["hola", "x" * 2001, None, 5, "         a"])
def test_a_message_has_10_to_2000_characters(
    api: APIClient, student: User, record: StudentRecord, bearer: Headers, text: Any
) -> None:
    answer = api.post("/api/tutor/mensaje", {"text": text}, headers=bearer(student))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")
    assert mail.outbox == []


def test_who_has_no_tutor_no_record_or_no_confirmed_e_mail_is_told(
    api: APIClient, student: User, record: StudentRecord, bearer: Headers
) -> None:
    def code() -> tuple[int, str]:
        answer = api.post("/api/tutor/mensaje", {"text": "¿Nos vemos hoy?"}, headers=bearer(student))
        return answer.status_code, answer.json()["code"]

    StudentRecord.objects.update(tutor=None)
    assert code() == (404, "no_tutor")
    StudentRecord.objects.all().delete()
    assert code() == (404, "no_record")
    User.objects.update(email_verified=False)
    assert code() == (403, "email_not_verified")


def test_reset_mails_of_the_action_server_are_counted_by_mailbox_alone(
    api: APIClient, service: dict[str, str]
) -> None:
    def ask(email: str, headers: dict[str, str]) -> int:
        return api.post("/api/auth/forgot-password", {"email": email}, headers=headers).status_code

    assert [ask(f"e{n}@ejemplo.edu.co", service) for n in range(8)] == [200] * 8
    assert [ask("ana@ejemplo.edu.co", service) for _ in range(6)] == [200] * 5 + [429]
    assert [ask(f"f{n}@ejemplo.edu.co", {}) for n in range(6)] == [200] * 5 + [429]


def test_titles_are_those_of_the_model_that_answers(
    api: APIClient, bot: Any, service: dict[str, str]
) -> None:
    titles = api.get("/api/bot/titles", headers=service).json()
    assert titles["menu_academico"]["es"]
    assert "nlu_fallback" not in titles
