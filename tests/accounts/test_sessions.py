"""Refresh-token families and the end of sessions, as services: on every engine, and by many at once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import RevokedToken, TokenFamily, User
from apps.accounts.services import lockout, passwords, people, sessions
from apps.accounts.services.sessions import NoSession, SessionEnded
from apps.core.errors import Conflict, Invalid, TooMany
from tests.accounts.entering import at_once
from tests.accounts.signing import caller
from tests.conftest import PASSWORD


def outcomes(count: int, work: Callable[[], Any]) -> Counter[str]:
    """What `work` gave, by name of the result or the error, when `count` threads ran it together."""

    def outcome() -> str:
        try:
            return type(work()).__name__
        except Exception as error:
            return type(error).__name__

    return Counter(at_once(count, outcome))


@pytest.mark.engines
@pytest.mark.django_db
def test_a_refresh_token_is_renewed_once_and_its_reuse_ends_the_family(student: User) -> None:
    first = sessions.open_session(user=student, ip="10.0.0.7", user_agent="Firefox")
    second = sessions.renew_session(refresh_token=first.refresh_token)
    assert caller(second.access_token).sub == str(student.pk)
    with pytest.raises(SessionEnded):
        sessions.renew_session(refresh_token=first.refresh_token)
    with pytest.raises(SessionEnded):
        sessions.renew_session(refresh_token=second.refresh_token)
    assert not caller(first.access_token).is_known
    assert not caller(second.access_token).is_known
    family = TokenFamily.objects.get()
    assert family.revoked_at is not None
    assert (family.ip, family.user_agent) == ("10.0.0.7", "Firefox")


@pytest.mark.django_db(transaction=True)
def test_of_many_uses_at_the_same_moment_one_wins_and_the_family_is_dead(student: User) -> None:
    token = sessions.open_session(user=student).refresh_token
    outcome = outcomes(6, lambda: sessions.renew_session(refresh_token=token))
    assert outcome == {"SignedIn": 1, "SessionEnded": 5}
    assert TokenFamily.objects.get().revoked_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token", ["", ".", "x.y", "a" * 32, f"{'a' * 32}.", f"{'0' * 32}.nadie", "\ud800.x", "é" * 32 + ".x"]
)
def test_what_is_no_refresh_token_is_refused_and_ends_nothing(student: User, token: str) -> None:
    sessions.open_session(user=student)
    with pytest.raises((SessionEnded, NoSession)):
        sessions.renew_session(refresh_token=token)
    sessions.end_session(refresh_token=token)
    assert TokenFamily.objects.get().revoked_at is None


@pytest.mark.django_db
def test_an_expired_refresh_token_is_refused_without_an_alarm(student: User) -> None:
    signed_in = sessions.open_session(user=student)
    TokenFamily.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(SessionEnded):
        sessions.renew_session(refresh_token=signed_in.refresh_token)
    assert TokenFamily.objects.get().revoked_at is None


@pytest.mark.engines
@pytest.mark.django_db
def test_ending_all_sessions_reaches_access_refresh_and_pages_and_spares_the_next_login(
    student: User,
) -> None:
    before = sessions.open_session(user=student)
    page = student.get_session_auth_hash()
    sessions.end_all_sessions(user=student)
    after = sessions.open_session(user=student)
    student.refresh_from_db()
    assert not caller(before.access_token).is_known
    assert caller(after.access_token).is_known
    assert student.get_session_auth_hash() != page
    with pytest.raises(SessionEnded):
        sessions.renew_session(refresh_token=before.refresh_token)
    assert sessions.renew_session(refresh_token=after.refresh_token).user == student


@pytest.mark.engines
@pytest.mark.django_db
def test_purging_deletes_what_nothing_can_use_and_nothing_else(student: User) -> None:
    sessions.open_session(user=student)
    ended = sessions.open_session(user=student)
    sessions.end_session(refresh_token=ended.refresh_token)
    now = timezone.now()
    assert sessions.purge_expired(now=now) == {"families": 0, "revoked_tokens": 0}
    assert sessions.purge_expired(now=now + timedelta(hours=2)) == {"families": 0, "revoked_tokens": 1}
    assert sessions.purge_expired(now=now + timedelta(days=8)) == {"families": 2, "revoked_tokens": 0}
    assert not TokenFamily.objects.exists()
    assert not RevokedToken.objects.exists()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_parallel_attempts_cannot_race_past_the_counter() -> None:
    outcome = outcomes(12, lambda: lockout.reserve_attempt(email="ana@ejemplo.edu.co", address="10.0.0.7"))
    assert outcome["NoneType"] == 5
    assert outcome["TooMany"] == 7


@pytest.mark.engines
@pytest.mark.django_db
def test_a_lock_is_per_e_mail_and_address_and_can_be_lifted() -> None:
    for _ in range(5):
        lockout.reserve_attempt(email="ANA@ejemplo.edu.co ", address="10.0.0.7")
    with pytest.raises(TooMany) as caught:
        lockout.reserve_attempt(email="ana@ejemplo.edu.co", address="10.0.0.7")
    assert 0 < int(caught.value.headers["Retry-After"]) <= 901
    lockout.reserve_attempt(email="ana@ejemplo.edu.co", address="10.0.0.8")
    lockout.reserve_attempt(email="luz@ejemplo.edu.co", address="10.0.0.7")
    assert set(lockout.locked_until(["ana@ejemplo.edu.co", "luz@ejemplo.edu.co"])) == {"ana@ejemplo.edu.co"}
    assert lockout.unlock(email="Ana@ejemplo.edu.co") == 2
    lockout.reserve_attempt(email="ana@ejemplo.edu.co", address="10.0.0.7")


@pytest.mark.django_db(transaction=True)
def test_one_reset_link_used_at_the_same_moment_sets_one_password(student: User) -> None:
    token = passwords.reset_token(student)
    names = iter(["Primera-clave-1", "Segunda-clave-2", "Tercera-clave-3"])
    outcome = outcomes(3, lambda: passwords.reset_password(token=token, password=next(names)))
    assert outcome == {"User": 1, "Invalid": 2}
    with pytest.raises(Invalid):
        passwords.reset_password(token=token, password="Cuarta-clave-4")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_demote_each_other_at_the_same_moment(admin: User) -> None:
    other = people.create_admin(email="otra@ejemplo.edu.co", password=PASSWORD).user
    victims = iter([admin, other])
    outcomes(2, lambda: people.change_person(user=next(victims), rol="usuario"))
    assert people.active_admins().count() == 1


@pytest.mark.django_db
def test_the_last_administrator_is_kept(admin: User) -> None:
    for changes in ({"rol": "soporte"}, {"is_active": False}):
        with pytest.raises(Conflict) as caught:
            people.change_person(user=admin, **changes)
        assert caught.value.code == "last_admin"
    with pytest.raises(Conflict):
        people.delete_person(user=admin)
    assert people.active_admins().get() == admin
