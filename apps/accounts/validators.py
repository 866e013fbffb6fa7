"""Rules of e-mails and passwords that Django does not bring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

if TYPE_CHECKING:  # the models of students' records validate with this module
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


class PersonalDataValidator(UserAttributeSimilarityValidator):
    """Wants nothing like the e-mail or the name, nor with a word of theirs of 4 letters or more inside."""

    def validate(self, password: str, user: User | None = None) -> None:
        super().validate(password, user)
        if user is None:
            return
        words = [user.email.partition("@")[0], *re.split(r"[\W_]+", user.nombre)]
        if any(len(word) >= 4 and word.casefold() in password.casefold() for word in words):
            raise ValidationError(self.get_help_text(), code="password_too_similar")

    def get_help_text(self) -> str:
        return _("La contraseña no puede contener tu correo ni tu nombre.")


class CharacterKindsValidator:
    """Wants an upper-case letter, a lower-case letter, a digit and a symbol."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not all(re.search(kind, password) for kind in KINDS):
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return _("La contraseña debe tener mayúscula, minúscula, número y símbolo.")
