"""What stands between a signed-in member of staff and the pages of Django admin."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.services import second_factor

PASSWORD, ENROLMENT = "password_change", "second-factor-enrol"
OPEN_PAGES = {
    PASSWORD: frozenset({PASSWORD, "logout"}),
    ENROLMENT: frozenset({ENROLMENT, "second-factor", PASSWORD, "logout"}),
}
"""The admin pages that stay open to somebody who must see to this one first."""


def staff_user(request: HttpRequest) -> User | None:
    """The active member of staff whose session this is; None for everybody else."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) and user.is_active and user.is_staff else None


def has_given_code(request: HttpRequest, user: User) -> bool:
    """Whether the session was opened with the second factor that the person has now, if any."""
    device = _device(request, user)
    return device is None or request.session.get(DEVICE_ID_SESSION_KEY) == device.persistent_id


def pending_step(request: HttpRequest, user: User) -> str:
    """The admin page that this person must see to first; "" when the way is free.

    First a password of their own, then, with STAFF_2FA=required, a second factor.
    """
    if user.must_change_password:
        return PASSWORD
    is_lacking = second_factor.is_required() and _device(request, user) is None
    return ENROLMENT if is_lacking else ""


def redirection(request: HttpRequest, user: User) -> str:
    """Where this request has to be sent instead: the pending step, unless its page stays open meanwhile."""
    step = pending_step(request, user)
    page = request.resolver_match.url_name if request.resolver_match else None
    return "" if not step or page in OPEN_PAGES[step] else step


def remember_device(request: HttpRequest, device: TOTPDevice | None) -> None:
    """After it was set up in this very request."""
    request.second_factor_device = device  # type: ignore[attr-defined]


def _device(request: HttpRequest, user: User) -> TOTPDevice | None:
    """Asked for once a request; every page of admin needs it several times."""
    if not hasattr(request, "second_factor_device"):
        remember_device(request, second_factor.confirmed_device(user))
    device: TOTPDevice | None = request.second_factor_device  # type: ignore[attr-defined]
    return device
