"""The second factor of staff at sign-in: TOTP codes and recovery codes, in django-otp's tables.

Nothing here reads a row, judges it and writes it back: a code is used up by one conditional update or
delete, so of any number of requests with one code exactly one gets in, on every database.
"""

import base64
import re
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.core.errors import Forbidden, Invalid, NotAuthenticated, TooMany

RECOVERY_DIGITS = 12


def verify(*, user: User, otp: str, may_enrol: bool = False) -> None:
    """Nothing when the person needs no code or gave a good one, which is used up by it.

    Raises Invalid (otp_required), NotAuthenticated (otp_invalid), TooMany (otp_throttled), and Forbidden
    when STAFF_2FA=required and none is set up, but for a face that leads on to setting it up (`may_enrol`).
    Leaves the device as `user.otp_device`: django-otp marks a page's session with it at login.
    """
    device = confirmed_device(user)
    if device is not None:
        check_code(device=device, otp=otp)
        user.otp_device = device  # type: ignore[attr-defined]
    elif must_enrol(user) and not may_enrol:
        raise enrolment_required()


def enrolment_required() -> Forbidden:
    text = _("Activa la verificación en dos pasos en /admin/ antes de entrar por aquí.")
    return Forbidden(text, code="otp_enrolment_required")


def is_offered() -> bool:
    return bool(settings.ENV.STAFF_2FA != "off")


def is_required() -> bool:
    return bool(settings.ENV.STAFF_2FA == "required")


def confirmed_device(user: User) -> TOTPDevice | None:
    """What this person must give a code of; nobody is asked who is not staff, or not staff any more."""
    if not is_offered() or not user.is_staff:
        return None
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def must_enrol(user: User) -> bool:
    """Whether STAFF_2FA=required and this person has not set it up yet."""
    return is_required() and user.is_staff and confirmed_device(user) is None


def check_code(*, device: TOTPDevice, otp: str) -> None:
    """Uses up a code of the app or a recovery code. Raises Invalid, NotAuthenticated, TooMany.

    Recovery codes are too long to be guessed and wait for nobody: somebody who knows the password and
    sends wrong codes all day must not keep their owner out.
    """
    code = re.sub(r"[\s-]", "", otp)
    if not code:
        text = _("Escribe el código de tu aplicación de verificación.")
        row = {"field": "otp", "code": "otp_required", "message": text}
        raise Invalid(text, code="otp_required", errors=[row])
    if len(code) == RECOVERY_DIGITS:
        is_good = _use_recovery_code(device.user_id, code)
    else:
        _reserve_attempt(device)
        is_good = _use_totp_code(device, code)
    if not is_good:
        text = _("El código no es correcto o ya se usó. Escribe el que muestra ahora tu aplicación.")
        raise NotAuthenticated(text, code="otp_invalid")


def matching_step(device: TOTPDevice, code: str) -> int | None:
    """The unused time step whose code this is, one step (30 s) of clock difference allowed."""
    if len(code) != device.digits or not (code.isascii() and code.isdigit()):
        return None
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    is_good = totp.verify(int(code), tolerance=device.tolerance, min_t=device.last_t + 1)
    return totp.t() if is_good else None


def recovery_hashes(user_id: uuid.UUID, code: str) -> list[str]:
    """A recovery code as it is stored, first with today's SECRET_KEY: 96 bits, all that the column holds.

    Keyed, because a code is short: without the key, whoever reads the table can try codes at no end.
    """
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    value = f"{user_id}:{code}"
    digests = (
        salted_hmac("tutorbot.recovery-code", value, secret=secret, algorithm="sha256").digest()
        for secret in secrets
    )
    return [base64.urlsafe_b64encode(digest[:12]).decode() for digest in digests]


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__in=_recovery_devices(user.pk)).count()


def _recovery_devices(user_id: uuid.UUID) -> list[StaticDevice]:
    return list(StaticDevice.objects.filter(user_id=user_id))


def _use_recovery_code(user_id: uuid.UUID, code: str) -> bool:
    tokens = StaticToken.objects.filter(
        device__in=_recovery_devices(user_id), token__in=recovery_hashes(user_id, code)
    )
    return tokens.delete()[0] > 0


def _use_totp_code(device: TOTPDevice, code: str) -> bool:
    step = matching_step(device, code)
    if step is None:
        return False
    unused = TOTPDevice.objects.filter(pk=device.pk, confirmed=True, last_t__lt=step)
    return bool(
        unused.update(
            last_t=step,
            last_used_at=timezone.now(),
            throttling_failure_count=0,
            throttling_failure_timestamp=None,
        )
    )


def _reserve_attempt(device: TOTPDevice) -> None:
    """Counts an attempt before the code is looked at; after wrong ones the wait doubles, from 1 s on.

    The lock of lockout.py is per address; this one holds against many addresses. It ends at
    LOGIN_BLOCK_MINUTES. Of several attempts at one moment one is looked at.
    """
    failures, now = device.throttling_failure_count, timezone.now()
    longest = settings.ENV.LOGIN_BLOCK_MINUTES * 60
    wait = min(2 ** min(failures - 1, 20), longest) if failures else 0
    since = device.throttling_failure_timestamp
    left = (since + timedelta(seconds=wait) - now).total_seconds() if since else 0.0
    if left <= 0:
        counted = TOTPDevice.objects.filter(pk=device.pk, throttling_failure_count=failures).update(
            throttling_failure_count=F("throttling_failure_count") + 1, throttling_failure_timestamp=now
        )
        if counted:
            return
    seconds = max(1, int(left) + 1)
    text = _("Espera %(seconds)d s y escribe un código nuevo.") % {"seconds": seconds}
    raise TooMany(text, seconds=seconds, code="otp_throttled")
