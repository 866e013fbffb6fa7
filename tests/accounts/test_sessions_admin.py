"""Sign-ins and locks in Django admin: read, end, unlock; nothing else of the libraries shows."""

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin as django_admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import TokenFamily, User
from apps.accounts.services import lockout, sessions
from tests.accounts.signing import caller

pytestmark = pytest.mark.django_db
SESSIONS = "/admin/accounts/tokenfamily/"
LOCKS = "/admin/axes/accessattempt/"
Lock = Callable[[str], None]


@pytest.fixture
def page(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def act(page: Client, address: str, action: str, *rows: Any, confirmed: bool = False) -> Any:
    data: dict[str, Any] = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return page.post(address, data | ({"confirmed": "yes"} if confirmed else {}))


def test_one_session_is_ended_with_its_access_token_and_the_others_stay(page: Client, student: User) -> None:
    phone, desk = sessions.open_session(user=student, ip="10.0.0.7"), sessions.open_session(user=student)
    family = TokenFamily.objects.get(ip="10.0.0.7")
    assert "¿Terminar 1 sesión?" in act(page, SESSIONS, "end", family).content.decode()
    assert caller(phone.access_token).is_known
    assert act(page, SESSIONS, "end", family, confirmed=True).status_code == 302
    assert "1 sesión terminada." in page.get(SESSIONS).content.decode()
    assert not caller(phone.access_token).is_known
    assert caller(desk.access_token).is_known
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=phone.refresh_token)


def test_sessions_are_filtered_and_searched_and_show_no_secret(
    page: Client, student: User, soporte: User
) -> None:
    sessions.open_session(user=student)
    ended = sessions.open_session(user=soporte)
    sessions.end_session(refresh_token=ended.refresh_token)
    for query, count in (("open=yes", 1), ("open=no", 1), ("q=ana@", 1), ("q=nadie", 0), ("", 2)):
        html = page.get(f"{SESSIONS}?{query}").content.decode()
        assert html.count('class="action-select"') == count, query
        assert "no aparecen aquí" in html
    family = TokenFamily.objects.first()
    assert family
    html = page.get(reverse("admin:accounts_tokenfamily_change", args=[family.pk])).content.decode()
    assert family.token_hash not in html
    started = timezone.localtime(family.started_at)
    assert f"{family.user.email} · {started:%d/%m/%Y %H:%M}" in html
    assert 'name="_save"' not in html


def test_nobody_makes_changes_or_deletes_a_session(page: Client, student: User) -> None:
    sessions.open_session(user=student)
    family = TokenFamily.objects.get()
    assert page.get(f"{SESSIONS}add/").status_code == 403
    assert page.post(f"{SESSIONS}{family.pk}/change/", {"ip": "x"}).status_code == 403
    assert page.post(f"{SESSIONS}{family.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_lock_is_seen_and_taken_away(page: Client, student: User, lock: Lock) -> None:
    lock(student.email)
    lockout.reserve_attempt(email="otra@ejemplo.edu.co", address=None)
    html = page.get(LOCKS).content.decode()
    assert "intentos fallidos" in html
    assert "ccess attempt" not in html
    locked = page.get(f"{LOCKS}?locked=yes").content.decode()
    assert student.email in locked
    assert "otra@ejemplo.edu.co" not in locked
    attempt = AccessAttempt.objects.get(username=student.email)
    assert "¿Quitar 1 bloqueo?" in act(page, LOCKS, "delete_selected", attempt).content.decode()
    act(page, LOCKS, "delete_selected", attempt, confirmed=True)
    assert "1 bloqueo quitado." in page.get(LOCKS).content.decode()
    assert not AccessAttempt.objects.filter(username=student.email).exists()
    other = AccessAttempt.objects.get()
    assert page.post(f"{LOCKS}{other.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_soporte_sees_neither_sessions_nor_locks(client: Client, soporte: User) -> None:
    client.force_login(soporte)
    for address in (SESSIONS, LOCKS, "/admin/accounts/usersettings/"):
        assert client.get(address).status_code == 403


def test_secrets_and_other_tables_of_the_libraries_are_not_in_the_admin() -> None:
    shown = {model._meta.label for model in django_admin.site._registry}
    assert {name for name in shown if name.startswith(("axes", "otp", "auth"))} == {"axes.AccessAttempt"}
