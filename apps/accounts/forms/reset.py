"""Forms of the pages for forgotten passwords: shape and syntax; services judge."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import normalise_email
from apps.accounts.services.passwords import policy
from apps.accounts.validators import validate_mailbox


class ForgotForm(forms.Form):
    email = forms.CharField(
        label=gettext_lazy("Correo"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={"required": gettext_lazy("Escribe tu correo.")},
    )

    def clean_email(self) -> str:
        email = normalise_email(self.cleaned_data["email"])
        validate_mailbox(email)
        return email


class ResetForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    new_password = forms.CharField(
        label=gettext_lazy("Contraseña nueva"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        error_messages={"required": gettext_lazy("Escribe la contraseña nueva.")},
    )
    repeat_password = forms.CharField(
        label=gettext_lazy("Repítela"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Repite la contraseña nueva.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = _(
            "Usa %(min)d caracteres o más, con mayúscula, minúscula, número y símbolo. "
            "No uses tu nombre, tu correo ni una contraseña común."
        ) % {"min": policy()["min_length"]}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, second = data.get("new_password"), data.get("repeat_password")
        if first and second and first != second:
            self.add_error("repeat_password", ValidationError(_("Las dos contraseñas no son iguales.")))
        return data


class ConfirmForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    password = forms.CharField(
        label=gettext_lazy("La contraseña con la que creaste la cuenta"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": gettext_lazy("Escribe tu contraseña.")},
    )
