"""Bulk actions on people in Django admin: they ask first, and go by the services."""

import re
from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User, UserSettings
from apps.accounts.services import lockout, sessions
from tests.accounts.people_pages import act, of, said
from tests.accounts.second_factor import enrolled
from tests.accounts.signing import caller

pytestmark = pytest.mark.django_db
Lock = Callable[[str], None]


@pytest.mark.parametrize(
    ("action", "question"),
    [
        ("disable", "¿Desactivar a 2 personas?"),
        ("revoke", "¿Terminar las sesiones de 2 personas?"),
        ("reset_passwords", "¿Dar una contraseña temporal a 2 personas?"),
        ("delete_selected", "¿Eliminar a 2 personas?"),
    ],
)
def test_an_action_that_ends_something_names_whom_and_changes_nothing_yet(
    office: Client, student: User, soporte: User, action: str, question: str
) -> None:
    before = list(User.objects.order_by("pk").values())
    html = act(office, action, student, soporte).content.decode()
    assert question in html
    assert "Ana Rojas (ana@ejemplo.edu.co)" in html
    assert "Iván Mora (mesa@ejemplo.edu.co)" in html
    assert html.count('name="_selected_action"') == 2
    assert list(User.objects.order_by("pk").values()) == before


def test_people_are_disabled_and_enabled(office: Client, student: User, soporte: User) -> None:
    pair = sessions.open_session(user=student)
    assert act(office, "disable", student, soporte, confirmed=True).status_code == 302
    assert "2 personas desactivadas." in said(office)
    assert User.objects.filter(is_active=False).count() == 2
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=pair.refresh_token)
    act(office, "enable", student)
    assert "1 persona activada." in said(office)
    assert User.objects.get(pk=student.pk).is_active
    assert LogEntry.objects.filter(object_id=str(student.pk)).count() == 2


def test_sessions_are_ended_and_locks_are_taken_away(office: Client, soporte: User, lock: Lock) -> None:
    pair = sessions.open_session(user=soporte)
    act(office, "revoke", soporte, confirmed=True)
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=pair.refresh_token)
    lock(soporte.email)
    act(office, "unlock", soporte)
    assert not lockout.locked_until([soporte.email])


def test_passwords_are_reset_and_shown_once(office: Client, student: User, soporte: User) -> None:
    answer = act(office, "reset_passwords", student, soporte, confirmed=True)
    html = answer.content.decode()
    given = dict(re.findall(r"<td>([^<]+@[^<]+)</td><td><code>([^<]+)</code>", html))
    assert set(given) == {student.email, soporte.email}
    for user in (student, soporte):
        user.refresh_from_db()
        assert user.check_password(given[user.email])
        assert user.must_change_password
    later = said(office)
    assert not [password for password in given.values() if password in later]


def test_too_many_at_once_are_refused(office: Client) -> None:
    User.objects.bulk_create(User(email=f"p{n}@ejemplo.edu.co", password="!") for n in range(51))
    users = User.objects.filter(rol="usuario")
    assert act(office, "reset_passwords", *users, confirmed=True).status_code == 302
    assert "Elige hasta 50 a la vez." in said(office)
    assert not User.objects.filter(must_change_password=True).exists()


def test_the_export_holds_the_chosen(office: Client, student: User, soporte: User) -> None:
    answer = act(office, "export", student)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "id,nombre,email,rol,active,created_at"
    assert [line.split(",")[2] for line in lines[1:]] == [student.email]


@pytest.mark.engines
def test_people_are_deleted_with_their_sessions(office: Client, student: User, soporte: User) -> None:
    sessions.open_session(user=student)
    UserSettings.objects.create(subject=str(student.pk))
    act(office, "delete_selected", student, confirmed=True)
    assert "1 persona eliminada." in said(office)
    assert not User.objects.filter(pk=student.pk).exists()
    assert not UserSettings.objects.exists()
    sessions.open_session(user=soporte)
    asked = office.get(of(soporte, "delete")).content.decode()
    assert "Iván Mora (mesa@ejemplo.edu.co)" in asked
    assert office.post(of(soporte, "delete"), {"post": "yes"}).status_code == 302
    assert User.objects.count() == 1
    assert LogEntry.objects.filter(action_flag=3).count() == 2


@pytest.mark.engines
def test_an_administrator_takes_somebody_elses_second_factor_off(
    office: Client, admin: User, soporte: User
) -> None:
    enrolled(soporte)
    before = sessions.open_session(user=soporte)
    assert (
        "¿Quitar la verificación en dos pasos de 1 persona?"
        in act(office, "remove_2fa", soporte).content.decode()
    )
    assert TOTPDevice.objects.filter(user=soporte).exists()
    act(office, "remove_2fa", soporte, admin, confirmed=True)
    assert not TOTPDevice.objects.filter(user=soporte).exists()
    assert not caller(before.access_token).is_known
    assert LogEntry.objects.get().object_id == str(soporte.pk)
