"""Coming in and going out by token: password to tokens, a changed password to fresh ones, logout."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.accounts.services import second_factor
from apps.accounts.services.login import sign_in
from apps.accounts.services.passwords import change_own_password
from apps.accounts.services.sessions import SignedIn, end_access_token, end_session, open_session
from apps.core.errors import Forbidden


def log_in(
    *,
    email: str,
    password: str,
    otp: str = "",
    address: str | None = None,
    user_agent: str = "",
    staff_only: bool = False,
) -> SignedIn:
    """Tokens for a password. Raises as sign_in does, and Forbidden at the staff's door.

    Who may use that door is said after a right password only: it must not tell roles to strangers.
    """
    began = timezone.now()
    user = sign_in(email=email, password=password, otp=otp, address=address)
    if staff_only and not user.is_staff:
        raise Forbidden(
            _("Esta entrada es solo para administración y soporte. Entra por la de estudiantes."),
            code="staff_only",
        )
    return open_session(user=user, ip=address or "", user_agent=user_agent, since=began)


def change_password(
    *, caller: Caller, current: str, new: str, address: str | None, user_agent: str = ""
) -> SignedIn:
    """Ends all sessions of the caller and opens a fresh one. Raises as change_own_password does, and
    Forbidden for people who have no password here."""
    if caller.user is None:
        raise Forbidden(_("Tu contraseña es la de la plataforma. Cámbiala allá."), code="no_password_here")
    if second_factor.must_enrol(caller.user):
        raise second_factor.enrolment_required()
    change_own_password(user=caller.user, current=current, new=new, address=address)
    return open_session(user=caller.user, ip=address or "", user_agent=user_agent)


def log_out(*, refresh_tokens: Iterable[str], caller: Caller) -> None:
    """Ends the families of these refresh tokens, and the caller's own access token with its family."""
    for token in refresh_tokens:
        end_session(refresh_token=token)
    if caller.is_own:
        end_access_token(jti=caller.jti)
