"""Everything of one person is exported and erased, nothing of anybody else, as often as it is asked for."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.models import StudentRecord, User, UserSettings
from apps.accounts.services import people
from apps.chat.models import Conversation
from apps.core import audit
from apps.helpdesk.models import SavedProgress, Survey, Ticket, TutorMessage
from apps.intents.models import Example, Intent, Origin, ReviewGroup, ReviewItem
from apps.intents.services.review.collecting import collect_reviews
from apps.intents.services.review.decisions import assign_group
from apps.logs import erasure
from apps.logs.models import AuditEntry, ChatTurn, Export, Feedback, PersonalDataRequest
from tests.intents.review_inbox import said

pytestmark = pytest.mark.django_db
ASKED = {
    "name": "Ana Rojas",
    "subject": "Mi cédula",
    "message": "Soy Ana",
    "cedula": "52123456",
    "phone": "3001",
}


def erased(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("erase_person", *arguments, "--yes", stdout=out, stderr=StringIO())
    receipt: dict[str, Any] = json.loads(out.getvalue())
    return receipt


def exported(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("export_person", *arguments, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


@pytest.fixture
def life(student: User, soporte: User) -> User:
    """Ana has done everything that leaves a trace; others have been near."""
    mine = said("quiero retirarme, soy Ana", sender_id="ana-web", user=student, **claims("zajuna-77"))
    said("desde mi celular sin entrar", sender_id="ana-web")
    said("soy Luis en el computador de Ana", sender_id="ana-web", user=soporte)
    said("mi correo es ANA@ejemplo.edu.co", sender_id="sala-3")
    said("hola", sender_id="sala-3")
    said("sin remitente, con cuenta", sender_id="anonimo", user=student)
    said("otro sin remitente", sender_id="anonimo")
    Feedback.objects.create(turn=mine, value="down", comment="no sirvió")
    now, same = timezone.now(), said("la beca", sender_id="luis", user=soporte)
    group = ReviewGroup.objects.create(
        text=mine.user_message, key="k", first_at=now, last_at=now, message_count=2, wording_count=2
    )
    intent = Intent.objects.create(name="retiro")
    own, shared = (
        Example.objects.create(intent=intent, text=text, key=text, origin=Origin.REVIEW, source_turn=mine)
        for text in ("quiero retirarme soy ana", "la beca")
    )
    for turn, example in ((mine, own), (same, shared)):
        ReviewItem.objects.create(
            group=group,
            turn=turn,
            reason="fallback",
            text=turn.user_message,
            key=turn.user_message,
            example=example,
        )
    Conversation.objects.create(sender_id="ana-web", user=student, turns=3, state='{"slots": {}}')
    Conversation.objects.create(sender_id="sala-3", turns=2)
    tickets = [
        Ticket.objects.create(number="T-2026-000001", email=student.email, user=student, **ASKED),
        Ticket.objects.create(number="T-2026-000002", email=student.email, conversation_id="sala-3", **ASKED),
        Ticket.objects.create(number="T-2026-000003", email="luis@ejemplo.edu.co", **ASKED),
    ]
    Survey.objects.create(
        key="ana-web:1", level=1, comment="mal", conversation_id="ana-web", ticket=tickets[0]
    )
    Survey.objects.create(key="sala-3:1", level=5, comment="bien", conversation_id="sala-3")
    for owner in ("sub:zajuna-77", f"sub:{student.pk}", "sender:ana-web", "sender:sala-3"):
        SavedProgress.objects.create(owner=owner, form="soporte_form", slots={"nombre": "Ana"})
    TutorMessage.objects.create(student=student.email, day=timezone.localdate(), count=1)
    UserSettings.objects.create(pk=str(student.pk))
    StudentRecord.objects.create(email=student.email, nombre="Ana Rojas", programa="Sistemas")
    AccessAttempt.objects.create(username=student.email, ip_address="10.0.0.9", failures_since_start=1)
    people.change_person(user=student, nombre="Ana María")
    audit.note(intent, {"answers": (["Escribe a Ana@Ejemplo.edu.co"], ["Escribe a la sede"])})
    return student


def claims(sub: str) -> dict[str, Any]:
    auth = {"hasToken": True, "claims": {"sub": sub, "rol": "usuario"}}
    return {"origen": "autenticado", "metadata": {"auth": auth}}


def everything() -> str:
    """All that the tables hold, as text."""
    models = (ChatTurn, Feedback, Conversation, Ticket, Survey, SavedProgress, TutorMessage, UserSettings)
    more = (AuditEntry, ReviewItem, ReviewGroup, Example, AccessAttempt, PersonalDataRequest)
    return str([list(model._base_manager.values()) for model in (*models, *more)]).lower()


@pytest.mark.engines
def test_by_e_mail_all_that_is_proved_theirs_goes_and_nobody_elses(life: User) -> None:
    receipt = erased(life.email)
    assert {turn.user_message for turn in ChatTurn.objects.all()} == {
        "soy Luis en el computador de Ana",  # another account
        "hola",  # of a conversation in which somebody merely wrote the e-mail
        "otro sin remitente",
        "la beca",
    }
    assert receipt["counts"]["turns"] == 4
    assert [row.text for row in Example.objects.all()] == ["la beca"]  # somebody else said it too
    assert [(g.text, g.message_count) for g in ReviewGroup.objects.all()] == [("la beca", 1)]
    assert not Feedback.objects.exists()
    kept = Conversation.objects.get(sender_id="ana-web")
    assert (kept.state, kept.turns, kept.user.rol if kept.user else "") == ("", 1, "soporte")
    named = dict(Ticket.objects.values_list("number", "email"))
    statuses = dict(Ticket.objects.values_list("number", "status"))
    assert statuses["T-2026-000001"] == "closed"  # nobody is left to answer
    assert named == {"T-2026-000001": "", "T-2026-000002": "", "T-2026-000003": "luis@ejemplo.edu.co"}
    assert sorted(Survey.objects.values_list("level", "comment")) == [(1, ""), (5, "bien")]
    assert [row.pk for row in SavedProgress.objects.all()] == ["sender:sala-3"]
    text = everything()
    for trace in (life.email, "ana maría", "ana-web:1", "zajuna-77", "10.0.0.9"):
        assert trace not in text, trace
    assert AuditEntry.objects.filter(object_pk=str(life.pk), action=audit.UPDATE).exists()  # the fact stays
    assert User.objects.filter(pk=life.pk).exists()
    assert StudentRecord.objects.exists()

    again = erased(life.email, "--account")
    assert set(again["counts"]) == {"accounts", "student_records", "audit_entries"} - (
        set() if "audit_entries" in again["counts"] else {"audit_entries"}
    )
    assert not User.objects.filter(pk=life.pk).exists()
    assert not StudentRecord.objects.exists()
    assert not User.objects.filter(pk=life.pk).exists()
    third = erased(life.email, "--account")
    assert third["counts"] == {}
    assert third["fingerprint"] == receipt["fingerprint"] == again["fingerprint"]
    assert life.email not in everything()


def test_an_e_mail_that_nobody_confirmed_gives_nothing_of_others(life: User) -> None:
    User.objects.filter(pk=life.pk).update(email_verified=False)
    person = erasure.find_person(email=life.email)
    assert (person.users, person.senders, person.subjects) == (frozenset(), frozenset(), frozenset())
    assert erasure.others_naming(person) == ["sala-3"]
    receipt = erased(life.email)
    assert receipt["counts"]["turns"] == 1  # the one that names it
    assert ChatTurn.objects.filter(sender_id="ana-web").count() == 3


@pytest.mark.engines
def test_what_a_form_repeats_of_them_goes_too_but_not_what_others_were_told_of_them(soporte: User) -> None:
    repeated = ["Revisa antes de que lo envíe:\n• Nombre: Ana Rojas\n• Correo: Ana@ejemplo.edu.co"]
    said("omitir", sender_id="web-1", bot_response=repeated)
    kept = said("¿quién es mi tutora?", user=soporte, bot_response=["Escríbele a ana@ejemplo.edu.co."])
    said("hola", sender_id="web-2", bot_response=["Hola."])
    assert erasure.others_naming(erasure.find_person(email="ana@ejemplo.edu.co")) == ["web-1"]
    assert erased("ana@ejemplo.edu.co")["counts"] == {"turns": 1}
    assert ChatTurn.objects.count() == 2
    assert ChatTurn.objects.filter(pk=kept.pk).exists()


def test_by_sender_a_conversation_goes_whole_and_everybodys_is_refused(life: User) -> None:
    receipt = erased("--sender", "sala-3")
    assert receipt["by"] == "sender"
    assert receipt["counts"]["turns"] == 2
    assert not Conversation.objects.filter(sender_id="sala-3").exists()
    assert Ticket.objects.get(number="T-2026-000002").email == ""
    assert not SavedProgress.objects.filter(pk="sender:sala-3").exists()
    for wrong in (("--sender", "anonimo"), (), (life.email, "--sender", "x"), ("ana",)):
        with pytest.raises(CommandError):
            erased(*wrong)


def test_what_staff_did_in_a_conversation_no_longer_names_its_sender(life: User, soporte: User) -> None:
    """In the history, in the audit, in exports that were asked for, and in one that is being made."""
    row, other = Conversation.objects.get(sender_id="sala-3"), Conversation.objects.get(sender_id="ana-web")
    kind = ContentType.objects.get_for_model(Conversation)
    for one in (row, other):
        LogEntry.objects.create(
            user=soporte, content_type=kind, object_id=str(one.pk), object_repr=str(one), action_flag=2
        )
        audit.note(one, {"state": ("kept", "forgotten")})
    made = [
        Export.objects.create(
            kind="conversaciones", filters=filters, state="running", day=timezone.localdate()
        )
        for filters in ({"sender": "sala-3"}, {})
    ]
    erased("--sender", "sala-3")
    lines = set(LogEntry.objects.filter(content_type=kind).values_list("object_repr", flat=True))
    assert lines == {"—", "ana-web"}
    entries = AuditEntry.objects.filter(content_type=kind).values_list("object_repr", flat=True)
    assert set(entries) == {"—", "ana-web"}
    assert "sala-3" not in str(list(AuditEntry.objects.values("changes", "object_repr")))
    assert {Export.objects.get(pk=one.pk).state for one in made} == {"cancelled"}
    assert not Export.objects.exclude(filters={}).exists()


def test_words_that_staff_taught_the_bot_leave_the_audit_too(student: User, admin: User) -> None:
    intent = Intent.objects.create(name="becas")
    own, shared = "soy ana y no me deja subir la evidencia", "me explica lo del subsidio de transporte"
    for text, who in ((own, student), (shared, student), (shared, admin)):
        said(text, sender_id=f"web-{who.pk}", user=who)
    collect_reviews()
    for group in list(ReviewGroup.objects.all()):
        assign_group(group=group.pk, intent=intent.name, by=admin)
    told = str(list(AuditEntry.objects.values("object_repr", "changes")))
    assert (own in told, shared in told) == (True, True)
    erased(student.email)
    told = str(list(AuditEntry.objects.values("object_repr", "changes")))
    assert (own in told, shared in told) == (False, True)


def test_the_last_administrator_is_kept_and_nothing_of_theirs_is_half_erased(admin: User) -> None:
    said("soy quien administra", user=admin, sender_id="jefe")
    with pytest.raises(CommandError, match="última persona administradora"):
        erased(admin.email, "--account")
    assert ChatTurn.objects.count() == 1
    assert not PersonalDataRequest.objects.exists()


def test_a_broken_erasure_is_finished_by_asking_again(life: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(part: str, counts: dict[str, int]) -> None:
        if part == "turns":
            raise ConnectionError

    row = erasure.begin(PersonalDataRequest.Kind.ERASE, email=life.email, with_account=True)
    with pytest.raises(ConnectionError):
        erasure.erase_person(row, email=life.email, tell=tell)
    assert (row.state, Ticket.objects.filter(email=life.email).count()) == ("failed", 0)
    erased(life.email, "--account")
    assert life.email not in everything()
    assert not User.objects.filter(pk=life.pk).exists()


def test_an_export_has_everything_and_is_written_down(life: User, tmp_path: Path) -> None:
    told = exported(life.email)
    assert told["format"] == "tutorbot-person-1"
    assert told["person"] == {"email": life.email, "senders": ["ana-web"]}
    data = told["data"]
    assert {turn["user_message"] for turn in data["turns"]} >= {"sin remitente, con cuenta"}
    assert data["turns"][0]["feedback__comment"] in {None, "no sirvió"}
    assert [ticket["cedula"] for ticket in data["tickets"]] == ["52123456", "52123456"]
    assert data["student_record"][0]["programa"] == "Sistemas"
    assert data["account"][0]["email"] == life.email
    assert not any(secret in str(told) for secret in ("argon2", "token_hash", life.password))
    entry = AuditEntry.objects.filter(action=audit.ACCESS).get()
    assert life.email not in str(vars(entry))
    assert entry.changes["export"][1]["turns"] == 4
    path = tmp_path / "ana.json"
    call_command("export_person", life.email, "--output", str(path), stdout=StringIO())
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="No se puede escribir"):
        call_command("export_person", life.email, "--output", str(path))


def test_without_a_word_nothing_is_erased(life: User) -> None:
    err = StringIO()
    call_command("erase_person", life.email, "--dry-run", stdout=StringIO(), stderr=err)
    assert "turnos del chat, con su valoración: 4" in err.getvalue()
    assert "Otras conversaciones nombran este correo: sala-3" in err.getvalue()
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_person", life.email, stdout=StringIO(), stderr=err)
    assert ChatTurn.objects.count() == 8


def test_administrators_do_it_in_django_admin_and_nobody_else(
    client: Client, life: User, admin: User, soporte: User, django_capture_on_commit_callbacks: Any
) -> None:
    page = "/admin/logs/personaldatarequest/person/"
    client.force_login(soporte)
    assert client.get(page).status_code == 403
    client.force_login(admin)
    chosen = {"action": "personal_data", "_selected_action": [str(life.pk)]}
    led = client.post("/admin/accounts/user/", chosen)
    assert led["Location"] == f"{page}?user={life.pk}"
    shown = client.get(led["Location"]).content.decode()
    assert "Casos (quedan número, tipo, fechas y estado)" in shown
    assert "sala-3" in shown
    got = client.post(page, {"email": life.email, "sender": "", "export": ""})
    assert json.loads(got.content)["person"]["email"] == life.email
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(page, {"email": life.email, "sender": "", "erase": "", "with_account": "yes"})
    receipt = PersonalDataRequest.objects.get(kind="erase")
    assert done["Location"].endswith(f"/{receipt.pk}/change/")
    assert (receipt.state, receipt.asked_by, receipt.counts["accounts"]) == ("done", admin, 1)
    assert client.get(done["Location"]).status_code == 200
    assert (
        "No hay nada de esta persona" in client.post(page, {"email": life.email, "look": ""}).content.decode()
    )
    bad = client.post(page, {"email": "ana", "sender": "anonimo", "erase": ""})
    assert bad.status_code == 200
    assert PersonalDataRequest.objects.filter(kind="erase").count() == 1
    assert client.post(page, {"sender": "anonimo", "erase": ""}).status_code == 200
