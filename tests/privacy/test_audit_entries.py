"""Who changed what, by API, in Django admin, by command and in jobs: written once, without secrets."""

import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

import manage
from apps.accounts.models import StudentRecord, User
from apps.accounts.services import enrolment, people, sessions
from apps.core import acting, audit
from apps.core.jobs import job
from apps.helpdesk.models import Ticket
from apps.intents.models import Example, Intent, ReviewGroup
from apps.intents.services import history
from apps.intents.services.review.decisions import assign_group, undo_group
from apps.logs.audit_entry import AppendOnly
from apps.logs.models import AuditEntry
from tests.intents.review_inbox import collected
from tests.logs_shared import entries_on

pytestmark = pytest.mark.django_db
RID = "peticion-de-prueba"
Bearer = Callable[[User], dict[str, str]]


def changed_by_api(api: APIClient, headers: dict[str, str], target: User, **body: Any) -> None:
    answer = api.patch(f"/api/admin/users/{target.pk}/role", body, headers={**headers, "X-Request-ID": RID})
    assert answer.status_code == 200


def changes_of(user: User) -> list[AuditEntry]:
    return [one for one in entries_on(user) if one.action == audit.UPDATE]


def told_of(user: User) -> dict[str, Any]:
    return {name: pair for one in changes_of(user) for name, pair in one.changes.items()}


@pytest.mark.engines
def test_a_change_by_api_says_who_what_from_where_and_in_which_request(
    api: APIClient, admin: User, student: User, bearer: Bearer
) -> None:
    changed_by_api(api, bearer(admin), student, rol="soporte")
    entry = entries_on(student)[0]
    assert (entry.actor_id, entry.actor_email, entry.via) == (admin.pk, admin.email, "api")
    assert (entry.cid, entry.remote_addr) == (RID, "127.0.0.1")
    assert entry.object_repr == student.email
    told = told_of(student)
    assert told["rol"] == ["usuario", "soporte"]


def test_of_passwords_and_tokens_nothing_is_kept_but_that_they_changed(
    api: APIClient, admin: User, student: User, bearer: Bearer
) -> None:
    people.give_password(user=student, password="Nueva-clave-58")
    sessions.open_session(user=student)
    api.post(f"/api/admin/users/{student.pk}/revoke", headers=bearer(admin))
    made = people.create_person(email="eva@ejemplo.edu.co", password="Secreta-clave-9").user
    entries = list(AuditEntry.objects.all())
    assert any(entry.changes.get("password") == ["***", "***"] for entry in entries)
    assert any("sessions" in entry.changes for entry in entries_on(student))
    everything = " ".join(
        str((e.changes, e.object_repr, e.serialized_data, e.additional_data)) for e in entries
    )
    for secret in ("Nueva-clave-58", "Secreta-clave-9", "argon2", student.password, made.password):
        assert secret not in everything
    note = {
        "metadata": ("", {"api_key": "k-123", "ok": "sí", "in": [{"refresh_token": "t"}]}),
        "token": ("a", "b"),
    }
    kept = audit.safe(note)
    assert kept["metadata"][1] == {"api_key": "***", "ok": "sí", "in": [{"refresh_token": "***"}]}
    assert kept["token"] == ["***", "***"]


def test_django_admin_is_a_way_too_and_the_second_factor_is_told(
    client: Client, admin: User, student: User
) -> None:
    client.force_login(admin)
    data = {"action": "disable", "_selected_action": [str(student.pk)], "confirmed": "yes"}
    client.post("/admin/accounts/user/", data)
    assert told_of(student) == {"is_active": [True, False], "sessions": ["open", "all_ended"]}
    assert {(one.via, one.actor_id) for one in changes_of(student)} == {("admin", admin.pk)}
    enrolment.TOTPDevice.objects.create(user=student, name="app", confirmed=True)
    enrolment.take_off(user=student)
    assert any(one.changes.get("second_factor") == [True, False] for one in entries_on(student))


def test_a_request_never_speaks_for_the_one_before_it_in_the_thread(
    api: APIClient, admin: User, student: User, bearer: Bearer
) -> None:
    changed_by_api(api, bearer(admin), student, rol="soporte")
    api.post("/api/chat/demo", {"message": "hola"})
    assert acting.current() == acting.NOBODY
    people.change_person(user=student, nombre="Ana R.")
    newest = entries_on(student)[0]
    assert (newest.actor_id, newest.actor_email, newest.cid, newest.remote_addr) == (None, "", "", None)
    seen = []
    with acting.in_work(acting.Acting(actor=str(admin.pk))):
        thread = threading.Thread(target=lambda: seen.append(acting.current()))
        thread.start()
        thread.join()
    assert seen == [acting.NOBODY]


def test_commands_and_jobs_say_what_they_are_and_who_asked(
    monkeypatch: pytest.MonkeyPatch, admin: User, student: User, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own stays open
    monkeypatch.setattr(sys, "argv", ["manage.py", "create_admin", "nueva@ejemplo.edu.co"])
    try:
        manage.main()
    finally:
        acting.set_process(acting.NOBODY)
    made = User.objects.get(email="nueva@ejemplo.edu.co")
    assert [(one.via, one.action) for one in entries_on(made)] == [("command create_admin", audit.CREATE)]

    @job()
    def rename(name: str) -> None:
        people.change_person(user=student, nombre=name)

    asking = acting.Acting(actor=str(admin.pk), name=admin.email, request_id=RID)
    with acting.in_work(asking), django_capture_on_commit_callbacks(execute=True):
        rename.later("Ana Dos")
    newest = entries_on(student)[0]
    assert (newest.via, newest.actor_id, newest.cid) == ("job rename", admin.pk, RID)


@pytest.mark.engines
def test_entries_are_neither_changed_nor_deleted(admin: User, student: User) -> None:
    people.change_person(user=student, nombre="Ana Dos")
    entry = entries_on(student)[0]
    entry.object_repr = "otra cosa"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(actor_email="x"),
        lambda: AuditEntry.objects.bulk_update([entry], ["object_repr"]),
    ):
        with pytest.raises(AppendOnly):
            attempt()
    with acting.in_work(acting.Acting(actor=str(student.pk), name=student.email)):
        people.delete_person(user=student)
    gone = AuditEntry.objects.filter(object_pk=str(student.pk), action=audit.DELETE).get()
    assert (gone.actor_id, gone.actor_email) == (student.pk, student.email)
    assert gone.changes["nombre"][0] == "Ana Dos"


def test_of_an_intent_one_entry_tells_fields_examples_and_answers(
    api: APIClient, admin: User, bearer: Bearer
) -> None:
    asked = {"intent": "becas", "examples": ["quiero una beca", "hay becas"], "responses": ["Sí, hay."]}
    api.post("/api/admin/intents", asked, headers=bearer(admin))
    intent = Intent.objects.get(name="becas")
    (made,) = entries_on(intent)
    assert made.changes["examples"] == [[], asked["examples"]]
    assert made.changes["answers"] == [[], ["Sí, hay."]]
    change = {"title": "Becas", "examples": ["hay becas", "beca para mí"], "responses": ["Escríbenos."]}
    api.put("/api/admin/intents/becas", change, headers=bearer(admin))
    changed = entries_on(intent)[0]
    assert changed.changes == {
        "title": ["", "Becas"],
        "examples": [["quiero una beca"], ["beca para mí"]],
        "answers": [["Sí, hay."], ["Escríbenos."]],
    }
    api.put("/api/admin/intents/becas", change, headers=bearer(admin))
    assert len(entries_on(intent)) == 2  # nothing changed
    history.note_deleted(intent)
    gone = entries_on(intent)[0]
    assert (gone.action, gone.changes["examples"][0]) == (audit.DELETE, ["hay becas", "beca para mí"])


def test_a_decision_of_the_inbox_and_its_undo_are_told(admin: User) -> None:
    intent = Intent.objects.create(name="becas")
    (group,) = collected("me explica lo del subsidio de transporte")
    with acting.in_work(acting.Acting(actor=str(admin.pk))):
        assign_group(group=group.pk, intent="becas", by=admin)
        undo_group(group=group.pk)
    states = [one.changes["state"] for one in entries_on(ReviewGroup.objects.get())]
    assert states == [["assigned", "open"], ["open", "assigned"]]
    text = ["me explica lo del subsidio de transporte"]
    assert [one.changes for one in entries_on(intent)] == [{"examples": [text, []]}, {"examples": [[], text]}]
    assert not Example.objects.exists()


def test_of_a_case_what_staff_do_is_told_and_never_what_the_student_wrote(admin: User) -> None:
    case = Ticket.objects.create(number="T-2026-000001", name="Ana", email="a@b.co", subject="s", message="m")
    assert not entries_on(case)
    case.status, case.message = "solved", "otra cosa"
    case.save()
    (entry,) = entries_on(case)
    assert (entry.changes, entry.object_repr) == ({"status": ["open", "solved"]}, "T-2026-000001")


@pytest.mark.engines
def test_an_import_of_many_rows_is_told_row_by_row_in_few_queries(
    django_assert_max_num_queries: Any,
) -> None:
    old = [StudentRecord(email=f"e{n}@ejemplo.edu.co", nombre="A", programa="P") for n in range(30)]
    StudentRecord.objects.bulk_create(old)
    with django_assert_max_num_queries(8):
        audit.note_created(old)
    assert AuditEntry.objects.filter(action=audit.CREATE).count() == 30
    for row in old:
        row.nombre = "B"
    with audit.saved_together(old):
        for row in old[:10]:
            row.save(force_update=True)
    changes = list(AuditEntry.objects.filter(action=audit.UPDATE).values_list("changes", flat=True))
    assert {str(one) for one in changes} == {"{'nombre': ['A', 'B']}"}
