"""Setting up the second factor, renewing recovery codes, turning it off."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import enrolment, sessions
from apps.core.errors import Conflict, Invalid, NotAuthenticated, NotFound
from tests.accounts.second_factor import app_code, enrolled, enter, forget_used_codes, wrong_code
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.engines
def test_setting_it_up_ends_sign_ins_that_gave_no_code(admin: User) -> None:
    opened = sessions.open_session(user=admin)
    enrolled(admin)
    with pytest.raises(sessions.SessionEnded):
        sessions.renew_session(refresh_token=opened.refresh_token)


def test_a_draft_is_asked_of_nobody_and_a_new_one_replaces_it(admin: User) -> None:
    first = enrolment.begin(user=admin)
    assert enter(admin) == admin
    again = enrolment.begin(user=admin, draft=str(first.device.pk))
    assert again.secret == first.secret
    other = enrolment.begin(user=admin)
    assert other.secret != first.secret
    assert TOTPDevice.objects.count() == 1
    with pytest.raises(Invalid):
        enrolment.confirm(user=admin, draft=other, otp=wrong_code(admin))


def test_what_an_app_scans_says_whose_code_it_is(admin: User) -> None:
    draft = enrolment.begin(user=admin)
    assert draft.url.startswith("otpauth://totp/Tutor%20Virtual%3Ajefe%40ejemplo.edu.co?secret=")
    assert f"secret={draft.secret.replace(' ', '')}&" in draft.url
    assert draft.qr_image.startswith("data:image/svg+xml")


def test_nobody_sets_it_up_twice(admin: User) -> None:
    draft = enrolment.begin(user=admin)
    enrolment.confirm(user=admin, draft=draft, otp=app_code(admin))
    with pytest.raises(Conflict):
        enrolment.begin(user=admin)
    draft.device.last_t = -1
    with pytest.raises(Conflict):
        enrolment.confirm(user=admin, draft=draft, otp=app_code(admin))


@pytest.mark.engines
def test_new_recovery_codes_replace_the_old_ones(admin: User) -> None:
    old = enrolled(admin)
    with pytest.raises(NotAuthenticated):
        enrolment.renew_recovery_codes(user=admin, otp=wrong_code(admin))
    forget_used_codes()
    new = enrolment.renew_recovery_codes(user=admin, otp=app_code(admin))
    with pytest.raises(NotAuthenticated):
        enter(admin, old[0])
    assert enter(admin, new[0]) == admin
    assert StaticDevice.objects.count() == 1


@pytest.mark.engines
def test_turning_it_off_needs_password_and_code(admin: User) -> None:
    enrolled(admin)
    off = {"user": admin, "address": "192.0.2.7"}
    with pytest.raises(Invalid) as caught:
        enrolment.disable(**off, password="Otra-clave-42", otp=app_code(admin))
    assert caught.value.errors[0]["field"] == "password"
    with pytest.raises(NotAuthenticated):
        enrolment.disable(**off, password=PASSWORD, otp=wrong_code(admin))
    forget_used_codes()
    enrolment.disable(**off, password=PASSWORD, otp=app_code(admin))
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert enter(admin) == admin
    with pytest.raises(NotFound):
        enrolment.disable(**off, password=PASSWORD, otp="123456")


@pytest.mark.engines
def test_an_operator_takes_it_off_somebody_locked_out(admin: User) -> None:
    enrolled(admin)
    out = StringIO()
    call_command("disable_2fa", " JEFE@ejemplo.edu.co", stdout=out)
    assert "entra solo con su contraseña" in out.getvalue()
    assert enter(admin) == admin
    call_command("disable_2fa", admin.email, stdout=out)
    assert "no tenía" in out.getvalue()
    with pytest.raises(CommandError, match="No hay una persona"):
        call_command("disable_2fa", "nadie@ejemplo.edu.co")
