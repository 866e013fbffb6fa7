"""Passwords: the policy, and every way of changing one."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.services import lockout, login, sessions
from apps.core import audit
from apps.core.errors import Conflict, Invalid

REQUIRES = ("mayúscula", "minúscula", "número", "símbolo")
BANNED_EXAMPLES = ("Password1!", "Contraseña1!", "Qwerty123!")


class ResetTokens(PasswordResetTokenGenerator):
    """Links of an hour; void as soon as the password, the e-mail or the account's state changes."""

    key_salt = "tutorbot.password-reset"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"


reset_tokens = ResetTokens()


def check_policy(password: str, user: User | None = None, *, field: str = "password") -> None:
    """Raises Invalid with one row per broken rule."""
    errors = policy_errors(password, user, field=field)
    if errors:
        raise Invalid(" ".join(row["message"] for row in errors), errors=errors)


def policy_errors(
    password: str, user: User | None = None, *, field: str = "password"
) -> list[dict[str, str]]:
    """The broken rules as rows of an error body."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [
            {"field": field, "code": e.code or "invalid", "message": " ".join(e.messages)}
            for e in error.error_list
        ]
    return []


def broken_rules(*, password: str, email: str = "", nombre: str = "") -> list[str]:
    """What is wrong with a password that somebody thinks of; nothing is stored."""
    return [row["message"] for row in policy_errors(password, User(email=email, nombre=nombre))]


def policy() -> dict[str, Any]:
    """The rules for people who choose a password."""
    texts = [validator.get_help_text() for validator in get_default_password_validators()]
    return {
        "min_length": settings.ENV.MIN_PASSWORD_LEN,
        "requires": list(REQUIRES),
        "banned_examples": list(BANNED_EXAMPLES),
        "rules": texts,
    }


def set_password(
    *,
    user: User,
    password: str,
    must_change: bool = False,
    field: str = "password",
    expected: str | None = None,
) -> None:
    """A new password that ends all sessions of the person. Raises Invalid against the policy, and Conflict.

    `expected`: the stored hash that must still be there; of two uses of one link only the first finds it.
    """
    hashed = hashed_password(password, user, field=field)
    store_password(user=user, hashed=hashed, must_change=must_change, expected=expected)


def hashed_password(password: str, user: User, *, field: str = "password") -> str:
    """Raises Invalid against the policy. A tenth of a second of work: never inside a transaction."""
    check_policy(password, user, field=field)
    return make_password(password)


def store_password(
    *, user: User, hashed: str, must_change: bool = False, expected: str | None = None
) -> None:
    """As set_password, with a hash of hashed_password."""
    before = user.password if expected is None else expected
    changes = {
        "password": hashed,
        "must_change_password": must_change,
        "tokens_valid_after": sessions.end_of_sessions(),
    }
    if not audit.update(User.objects.filter(pk=user.pk, password=before), **changes):
        raise _bad_link() if expected is not None else _changed_meanwhile()
    for name, value in changes.items():
        setattr(user, name, value)
    sessions.revoke_families(user=user)


def change_own_password(*, user: User, current: str, new: str, address: str | None) -> None:
    """Raises TooMany, Invalid (fields current_password, new_password), and Conflict as set_password does."""
    lockout.reserve_attempt(email=user.email, address=address)
    proved = login.person_with_password(user.email, current)
    if proved is None:
        text = _("La contraseña actual no es correcta.")
        raise Invalid.field("current_password", text, "wrong_password")
    lockout.forget_attempts(email=user.email, address=address)
    if current == new:
        raise Invalid.field("new_password", _("La contraseña nueva es igual a la actual."), "same_password")
    user.password = proved.password  # the hash that `current` fits: nothing newer may be overwritten
    set_password(user=user, password=new, field="new_password")


def reset_token(user: User) -> str:
    """What a mailed link carries."""
    return f"{urlsafe_base64_encode(str(user.pk).encode())}.{reset_tokens.make_token(user)}"


def user_of_reset_token(token: str) -> User:
    """Raises Invalid for a token that is wrong, expired or used."""
    name, _dot, rest = token.partition(".")
    try:
        user = User.objects.filter(pk=urlsafe_base64_decode(name).decode(), is_active=True).first()
    except (ValueError, ValidationError):
        user = None
    if user is None or not reset_tokens.check_token(user, rest):
        raise _bad_link()
    return user


def reset_password(*, token: str, password: str) -> User:
    """Sets the password by a mailed link, once; the mailbox is confirmed by it. Raises Invalid."""
    user = user_of_reset_token(token)
    set_password(user=user, password=password, field="new_password", expected=user.password)
    if not user.email_verified:
        user.email_verified = True
        user.save(update_fields=["email_verified"])
    lockout.unlock(email=user.email)
    return user


def _changed_meanwhile() -> Conflict:
    return Conflict(_("La contraseña acaba de cambiar. Vuelve a intentarlo."), code="password_changed")


def _bad_link() -> Invalid:
    return Invalid.field("token", _("El enlace ya no sirve. Pide uno nuevo."), "bad_link")
