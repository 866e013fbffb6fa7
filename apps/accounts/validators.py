"""Rules of e-mails and passwords that Django does not bring."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.accounts.models import User


def validate_mailbox(email: str) -> None:
    """An address in plain letters: a look-alike in another alphabet is not a second person."""
    if not email.isascii():
        raise ValidationError(
            _("Escribe el correo sin tildes ni letras de otros alfabetos."), code="invalid_email"
        )
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(
            _("Escribe un correo válido, como ana@ejemplo.edu.co."), code="invalid_email"
        ) from None
    if len(email) > 254:
        raise ValidationError(_("El correo es demasiado largo."), code="invalid_email")


KINDS = (r"[A-ZÁÉÍÓÚÜÑ]", r"[a-záéíóúüñ]", r"\d", r"[^\w\s]|_")


MAX_PASSWORD_LENGTH = 128


class MaximumLengthValidator:
    """Wants no more than 128 characters: hashing is work that strangers ask for."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > MAX_PASSWORD_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("La contraseña puede tener hasta %(max)d caracteres.") % {"max": MAX_PASSWORD_LENGTH}


class CharacterKindsValidator:
    """Wants an upper-case letter, a lower-case letter, a digit and a symbol."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not all(re.search(kind, password) for kind in KINDS):
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return _("La contraseña debe tener mayúscula, minúscula, número y símbolo.")
