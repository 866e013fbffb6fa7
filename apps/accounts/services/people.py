"""Making and changing people: the same rules for API, admin and commands."""

import secrets
import string
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.accounts.models import User, normalise_email
from apps.accounts.roles import Role
from apps.core.db import atomic

SYMBOLS = "-_.+*"


@dataclass(frozen=True, slots=True)
class CreatedAdmin:
    """`password` is set only when it was made here: show it once, keep it nowhere."""

    user: User
    password: str | None = None


def create_admin(*, email: str, nombre: str = "", password: str | None = None) -> CreatedAdmin:
    """A new administrator, with a random password when none is given.

    Raises django's ValidationError: bad or used e-mail, password against the policy.
    """
    email = normalise_email(email)
    validate_email(email)
    generated = None if password else random_password()
    user = User(email=email, nombre=nombre or _("Administración"), rol=Role.ADMIN)
    validate_password(password or generated or "", user)
    user.set_password(password or generated)
    user.must_change_password = generated is not None
    with atomic():
        if User.objects.filter(email=email).exists():
            raise ValidationError(_("Ya existe una persona con el correo %(email)s.") % {"email": email})
        user.save()
    return CreatedAdmin(user, generated)


def random_password(length: int = 16) -> str:
    """Random, within the policy, without look-alike characters."""
    letters = "".join(c for c in string.ascii_letters + string.digits if c not in "0OoIl1")
    picks = [secrets.choice(letters) for _ in range(length - 4)]
    picks += [secrets.choice(kind) for kind in ("ABCDEFGH", "abcdefgh", "23456789", SYMBOLS)]
    secrets.SystemRandom().shuffle(picks)
    return "".join(picks)
