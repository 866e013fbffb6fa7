"""Confirming that a mailbox is the account's: by a mailed link, good for three days."""

from datetime import timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.services import lockout, login
from apps.core import audit
from apps.core.errors import Invalid

SALT = "tutorbot.confirm-email"
MAX_AGE = timedelta(days=3)


def confirmation_token(user: User) -> str:
    """What the mailed link carries; void as soon as the account has another e-mail."""
    return signing.dumps([str(user.pk), user.email], salt=SALT)


def user_of_confirmation_token(token: str) -> User:
    """Raises Invalid for a token that is wrong or expired, or names another e-mail than the account's."""
    try:
        pk, email = signing.loads(token, salt=SALT, max_age=MAX_AGE)
        user = User.objects.filter(pk=pk, email=email, is_active=True).first()
    except (signing.BadSignature, ValidationError, ValueError):
        user = None
    if user is None:
        raise _bad_link()
    return user


def confirm_email(*, token: str, password: str, address: str | None) -> User:
    """The mailbox counts as confirmed; a second time changes nothing.

    The password is asked for, because one click of the mailbox's owner must not open their data to
    somebody else who registered with their address. Raises Invalid (fields token, password) and TooMany.
    """
    user = user_of_confirmation_token(token)
    lockout.reserve_attempt(email=user.email, address=address)
    if login.person_with_password(user.email, password) is None:
        raise Invalid.field("password", _("La contraseña no es la de esta cuenta."), "wrong_password")
    lockout.forget_attempts(email=user.email, address=address)
    if not audit.update(User.objects.filter(pk=user.pk, email=user.email), email_verified=True):
        raise _bad_link()
    user.email_verified = True
    return user


def _bad_link() -> Invalid:
    text = _("El enlace ya no sirve. Pide uno nuevo en la página para cambiar la contraseña.")
    return Invalid.field("token", text, "bad_link")
