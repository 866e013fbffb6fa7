"""The login form of Django admin: the same sign-in as the API's."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms.refusals import add_refusal
from apps.accounts.models import User
from apps.accounts.services import second_factor
from apps.accounts.services.login import sign_in
from apps.accounts.throttles import spend_login_quota
from apps.core.errors import AppError
from apps.core.network import request_address


class CodeInput(forms.TextInput):
    """For a code of the app, which phones offer to fill in, or a recovery code."""

    def __init__(self) -> None:
        super().__init__({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})


class StaffLoginForm(forms.Form):
    """Signs in when it is valid. `usuario` has no business here, and hears so only with a right password."""

    username = forms.CharField(
        label=_("Correo"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Contraseña"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    otp = forms.CharField(
        label=_("Código de verificación, si lo activaste"),
        help_text=_("El de tu aplicación, o uno de tus códigos de recuperación."),
        max_length=40,
        required=False,
        widget=CodeInput,
    )
    user: User | None = None
    refusal: AppError | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if not second_factor.is_offered():
            del self.fields["otp"]
        if self.is_bound:  # what has to be typed again
            del self.fields["username"].widget.attrs["autofocus"]
            self.fields["password"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        try:
            spend_login_quota(self.request, data["username"])
            user = sign_in(
                email=data["username"],
                password=data["password"],
                otp=data.get("otp", ""),
                address=request_address(self.request),
                may_enrol=True,
            )
        except AppError as error:
            add_refusal(self, error)
            return data
        if not user.is_staff:
            text = _("Tu cuenta no entra a la administración. Usa el chat, o pide acceso a tu equipo.")
            raise ValidationError(text, code="not_staff")
        self.user = user
        return data

    def get_user(self) -> User | None:
        """For Django's LoginView."""
        return self.user
