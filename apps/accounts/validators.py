"""The part of the password policy that Django does not bring."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User

KINDS = (r"[A-ZÁÉÍÓÚÜÑ]", r"[a-záéíóúüñ]", r"\d", r"[^\w\s]|_")


class CharacterKindsValidator:
    """Wants an upper-case letter, a lower-case letter, a digit and a symbol."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not all(re.search(kind, password) for kind in KINDS):
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return _("La contraseña debe tener mayúscula, minúscula, número y símbolo.")
