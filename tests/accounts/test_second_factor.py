"""The second factor at sign-in: who is asked, which codes are good, and how often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import enrolment, people, sessions
from apps.accounts.services.login import sign_in
from apps.core.errors import AppError, Forbidden, Invalid, NotAuthenticated, TooMany
from tests.accounts.second_factor import app_code, enrolled, enter, wrong_code
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_nobody_is_asked_who_has_none(admin: User, soporte: User, student: User) -> None:
    for user in (admin, soporte, student):
        assert enter(user) == user


def test_a_missing_code_is_said_at_its_field(admin: User) -> None:
    enrolled(admin)
    for otp in ("", "  ", " - "):
        with pytest.raises(Invalid) as caught:
            enter(admin, otp)
        assert (caught.value.status, caught.value.code) == (422, "otp_required")
        text = "Escribe el código de tu aplicación de verificación."
        assert caught.value.errors == [{"field": "otp", "code": "otp_required", "message": text}]
        assert caught.value.text == text


def test_the_code_is_not_asked_of_a_wrong_password(admin: User) -> None:
    enrolled(admin)
    with pytest.raises(NotAuthenticated) as caught:
        sign_in(email=admin.email, password="Otra-clave-42", otp=app_code(admin))
    assert caught.value.code == "invalid_credentials"
    assert enter(admin, app_code(admin)) == admin


@pytest.mark.parametrize("between", ["", " ", "-"])
def test_a_good_code_opens_the_door(admin: User, between: str) -> None:
    enrolled(admin)
    code = app_code(admin)
    assert enter(admin, f" {code[:3]}{between}{code[3:]} ") == admin


@pytest.mark.parametrize("otp", ["1", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12.456", "\x00", "9" * 5000])
def test_what_is_no_code_is_refused(admin: User, otp: str) -> None:
    enrolled(admin)
    with pytest.raises(NotAuthenticated) as caught:
        enter(admin, otp)
    assert caught.value.code == "otp_invalid"


def test_a_code_is_good_once(admin: User) -> None:
    enrolled(admin)
    code = app_code(admin)
    enter(admin, code)
    with pytest.raises(NotAuthenticated):
        enter(admin, code)


def test_the_code_that_set_it_up_opens_no_door(admin: User) -> None:
    draft = enrolment.begin(user=admin)
    code = app_code(admin)
    enrolment.confirm(user=admin, draft=draft, otp=code)
    with pytest.raises(NotAuthenticated):
        enter(admin, code)


def at_once(work: Callable[[int], object], times: int = 8) -> list[object]:
    """What `work` gave in as many threads, errors included."""

    def attempt(number: int) -> object:
        try:
            return work(number)
        except AppError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))


@pytest.mark.django_db(transaction=True)
def test_of_many_uses_of_one_code_at_once_exactly_one_gets_in(admin: User) -> None:
    enrolled(admin)
    code = app_code(admin)
    results = at_once(
        lambda n: sign_in(email=admin.email, password=PASSWORD, otp=code, address=f"192.0.2.{n}")
    )
    assert sum(isinstance(result, User) for result in results) == 1
    assert {type(result) for result in results} <= {User, NotAuthenticated, TooMany}


@pytest.mark.django_db(transaction=True)
def test_of_many_uses_of_one_recovery_code_at_once_exactly_one_gets_in(admin: User) -> None:
    code = enrolled(admin)[0]
    results = at_once(
        lambda n: sign_in(email=admin.email, password=PASSWORD, otp=code, address=f"192.0.2.{n}")
    )
    assert sum(isinstance(result, User) for result in results) == 1
    assert StaticToken.objects.count() == 9


def test_a_recovery_code_is_good_once_with_or_without_dashes(admin: User) -> None:
    codes = enrolled(admin)
    assert len(set(codes)) == 10
    enter(admin, codes[0])
    enter(admin, codes[1].replace("-", ""))
    assert enrolment.state_of(admin).codes_left == 8
    with pytest.raises(NotAuthenticated):
        enter(admin, codes[0])


def test_recovery_codes_are_stored_hashed_and_are_nobody_elses(admin: User, soporte: User) -> None:
    codes = enrolled(admin)
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == 10
    assert not stored & {code.replace("-", "") for code in codes}
    enrolled(soporte)
    with pytest.raises(NotAuthenticated):
        enter(soporte, codes[0])


def test_recovery_codes_outlive_a_new_secret_key(admin: User, settings: Any) -> None:
    codes = enrolled(admin)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "k" * 50
    enter(admin, codes[0])


def test_wrong_codes_count_towards_the_lock(admin: User) -> None:
    enrolled(admin)
    for _ in range(5):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        with pytest.raises(NotAuthenticated):
            enter(admin, wrong_code(admin))
    with pytest.raises(TooMany) as caught:
        enter(admin, app_code(admin))
    assert caught.value.code == "locked_out"


def test_after_wrong_codes_everybody_waits_longer_and_longer(admin: User) -> None:
    codes = enrolled(admin)
    waits = []
    for failures in (1, 2, 5, 60, 5000):
        TOTPDevice.objects.update(
            throttling_failure_count=failures, throttling_failure_timestamp=timezone.now()
        )
        with pytest.raises(TooMany) as caught:
            sign_in(email=admin.email, password=PASSWORD, otp=app_code(admin), address=f"192.0.2.{failures}")
        assert caught.value.code == "otp_throttled"
        waits.append(int(caught.value.headers["Retry-After"]))
    assert waits == [1, 2, 16, 900, 900]
    enter(admin, codes[0])  # a recovery code waits for nobody
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=901))
    enter(admin, app_code(admin))
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_a_code_given_in_time_ends_the_count(admin: User) -> None:
    enrolled(admin)
    with pytest.raises(NotAuthenticated):
        enter(admin, wrong_code(admin))
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=2))
    enter(admin, app_code(admin))


def test_off_asks_nobody(admin: User, env: Any) -> None:
    enrolled(admin)
    env(STAFF_2FA="off")
    assert enter(admin) == admin


def test_required_keeps_staff_without_one_out_but_where_it_is_set_up(
    admin: User, soporte: User, student: User, env: Any
) -> None:
    env(STAFF_2FA="required")
    for user in (admin, soporte):
        with pytest.raises(Forbidden) as caught:
            enter(user)
        assert caught.value.code == "otp_enrolment_required"
        assert caught.value.text == "Activa la verificación en dos pasos en /admin/ antes de entrar por aquí."
        assert enter(user, may_enrol=True) == user
    assert enter(student) == student
    enrolled(admin)
    assert enter(admin, app_code(admin)) == admin


def test_required_ends_sign_ins_from_before_at_their_renewal(admin: User, student: User, env: Any) -> None:
    opened = {user: sessions.open_session(user=user).refresh_token for user in (admin, student)}
    env(STAFF_2FA="required")
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=opened[admin])
    assert sessions.renew_session(refresh_token=opened[student]).user == student


def test_who_is_no_longer_staff_is_not_asked(admin: User) -> None:
    enrolled(admin)
    User.objects.filter(pk=admin.pk).update(rol="usuario")
    assert enter(admin) == admin


def test_a_sign_in_without_a_code_does_not_become_staffs(admin: User, soporte: User) -> None:
    enrolled(soporte)
    people.change_person(user=soporte, rol="usuario")
    opened = sessions.open_session(user=enter(soporte))
    people.change_person(user=soporte, rol="soporte")
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=opened.refresh_token)
