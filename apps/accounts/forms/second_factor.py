"""Forms of the page «Verificación en dos pasos»."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms.login import CodeInput


class CodeForm(forms.Form):
    otp = forms.CharField(label=_("Código"), max_length=40, widget=CodeInput)


class DisableForm(forms.Form):
    password = forms.CharField(
        label=_("Contraseña actual"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    otp = forms.CharField(
        label=_("Código de tu aplicación, o de recuperación"), max_length=40, widget=CodeInput
    )
