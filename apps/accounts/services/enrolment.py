"""Setting up and removing the second factor: the app's secret, the first code, recovery codes."""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

import segno
import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import lockout, login, second_factor, sessions
from apps.core import audit
from apps.core.db import atomic
from apps.core.errors import Conflict, Invalid, NotFound

log = structlog.get_logger("tutorbot.second_factor")
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class State:
    """What somebody sees of their own second factor."""

    is_on: bool
    is_required: bool
    codes_left: int = 0
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A secret that waits for its first code; `qr_image` is a data: address."""

    device: TOTPDevice
    url: str
    secret: str
    qr_image: str


def state_of(user: User) -> State:
    device = second_factor.confirmed_device(user)
    if device is None:
        return State(is_on=False, is_required=second_factor.is_required())
    left = second_factor.recovery_codes_left(user)
    return State(True, second_factor.is_required(), left, device.last_used_at)


def begin(*, user: User, draft: str = "") -> Draft:
    """The draft with this key, or else a new secret, which replaces every other draft of the person.

    Raises Conflict when the second factor is on already.
    """
    _refuse_if_on(user)
    drafts = TOTPDevice.objects.filter(user=user, confirmed=False)
    device = drafts.filter(pk=draft).first() if draft else None
    if device is None:
        drafts.delete()
        device = TOTPDevice.objects.create(user=user, name="app", confirmed=False)
    secret = b32encode(device.bin_key).decode()
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    image = segno.make(device.config_url, error="m", micro=False).svg_data_uri(
        scale=5, border=3, dark="#000", light="#fff"
    )
    return Draft(device, device.config_url, grouped, image)


def confirm(*, user: User, draft: Draft, otp: str) -> list[str]:
    """Turns the second factor on by a first code; the recovery codes, to be shown this one time.

    All sessions end, for they were opened without a code. Raises Invalid (field otp) and Conflict.
    """
    step = second_factor.matching_step(draft.device, "".join(otp.split()))
    if step is None:
        text = _("El código no es correcto. Escribe el que muestra ahora tu aplicación.")
        raise Invalid.field("otp", text, "otp_invalid")
    with atomic():
        _refuse_if_on(user)
        mine = TOTPDevice.objects.filter(user=user)
        if not mine.filter(pk=draft.device.pk, confirmed=False).update(
            confirmed=True, last_t=step, last_used_at=timezone.now()
        ):
            raise _on_already()
        mine.exclude(pk=draft.device.pk).delete()
        codes = _replace_recovery_codes(user)
        audit.note(user, {"second_factor": (False, True)})
        sessions.end_all_sessions(user=user)
    draft.device.refresh_from_db()
    log.info("second_factor_on", user=str(user.pk))
    return codes


def renew_recovery_codes(*, user: User, otp: str) -> list[str]:
    """New recovery codes, to be shown this one time; the old ones are void. Needs a code; raises for it."""
    second_factor.check_code(device=_device(user), otp=otp)
    with atomic():
        codes = _replace_recovery_codes(user)
    log.info("recovery_codes_renewed", user=str(user.pk))
    return codes


def disable(*, user: User, password: str, otp: str, address: str | None) -> None:
    """Turns one's own second factor off.

    Raises TooMany, Invalid (field password), what second_factor.check_code raises, and NotFound.
    """
    device = _device(user)
    lockout.reserve_attempt(email=user.email, address=address)
    if login.person_with_password(user.email, password) is None:
        raise Invalid.field("password", _("La contraseña no es correcta."), "wrong_password")
    second_factor.check_code(device=device, otp=otp)
    lockout.forget_attempts(email=user.email, address=address)
    remove(user=user)


def remove(*, user: User) -> bool:
    """Takes the second factor off somebody who lost it, recovery codes and drafts too; whether it was on.

    For administrators, who may do this to others, and for `manage.py disable_2fa`.
    """
    with atomic():
        was_on = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        if was_on:
            audit.note(user, {"second_factor": (True, False)})
    if was_on:
        log.info("second_factor_off", user=str(user.pk))
    return was_on


def take_off(*, user: User) -> None:
    """For an administrator who helps somebody else: the second factor goes, and so do all sessions."""
    remove(user=user)
    sessions.end_all_sessions(user=user)


def _replace_recovery_codes(user: User) -> list[str]:
    codes: set[str] = set()
    while len(codes) < RECOVERY_CODES:
        codes.add("".join(secrets.choice("0123456789") for _ in range(second_factor.RECOVERY_DIGITS)))
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=second_factor.recovery_hashes(user.pk, code)[0]) for code in codes
    )
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _device(user: User) -> TOTPDevice:
    device = second_factor.confirmed_device(user)
    if device is None:
        raise NotFound(_("La verificación en dos pasos no está activada."), code="otp_not_enrolled")
    return device


def _refuse_if_on(user: User) -> None:
    if second_factor.confirmed_device(user) is not None:
        raise _on_already()


def _on_already() -> Conflict:
    return Conflict(_("La verificación en dos pasos ya está activada."), code="otp_enrolled")
