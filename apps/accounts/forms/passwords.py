"""The form by which staff change their own password."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User

SERVICE_FIELDS = {"current_password": "old_password", "new_password": "new_password1"}
"""The form's names, which Django's template and password managers know, for the service's."""


def password_field(label: Any, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=1024, strip=False, widget=widget)


class OwnPasswordForm(forms.Form):
    """What was typed; services.passwords judges it."""

    old_password = password_field(_("Contraseña actual"), "current-password")
    new_password1 = password_field(_("Contraseña nueva"), "new-password")
    new_password2 = password_field(_("Contraseña nueva, otra vez"), "new-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password1"].help_text = _(
            "Usa %(count)d caracteres o más: mayúscula, minúscula, número y símbolo, sin tu nombre ni correo."
        ) % {"count": settings.ENV.MIN_PASSWORD_LEN}

    def clean_new_password2(self) -> str:
        again: str = self.cleaned_data["new_password2"]
        if self.cleaned_data.get("new_password1", again) != again:
            raise ValidationError(_("Las dos contraseñas nuevas no son iguales."), code="mismatch")
        return again
