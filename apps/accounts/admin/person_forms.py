"""Forms of Django admin's pages about people; services judge and save."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.selectors import person_by_id
from apps.accounts.services import people
from apps.core.admin import ServiceForm


def password_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PasswordFields(forms.Form):
    """A password typed twice, or a temporary one made here; `temporary` is it, to be shown once."""

    generate = forms.BooleanField(
        label=_("Generar una contraseña temporal"),
        help_text=_("Se muestra una sola vez, después de guardar; la persona debe cambiarla al entrar."),
        required=False,
    )
    password1 = password_field(_("Contraseña"))
    password2 = password_field(_("Contraseña, otra vez"))

    temporary: str | None = None
    service_fields = {"password": "password1", "new_password": "password1"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "De %(min)d caracteres o más, con mayúscula, minúscula, número y símbolo."
        ) % {"min": settings.ENV.MIN_PASSWORD_LEN}

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        first, second = data.get("password1", ""), data.get("password2", "")
        if not data.get("generate") and "password1" in data:
            if not first:
                self.add_error("password1", _("Escribe una contraseña o genera una temporal."))
            elif first != second:
                self.add_error("password2", _("Las dos contraseñas no son iguales."))
        return data

    @property
    def typed(self) -> str | None:
        return None if self.cleaned_data["generate"] else self.cleaned_data["password1"]


class NewPersonForm(ServiceForm, PasswordFields, forms.ModelForm):
    class Meta:
        model = User
        fields = ("email", "nombre", "rol")

    def apply(self) -> User:
        wanted = {name: self.cleaned_data[name] for name in ("email", "nombre", "rol")}
        made = people.create_person(**wanted, password=self.typed)
        self.temporary = made.password
        return made.user


class PersonForm(ServiceForm, forms.ModelForm):
    class Meta:
        model = User
        fields = ("email", "nombre", "rol", "is_active", "email_verified", "must_change_password")

    def apply(self) -> User:
        """Onto the row as it is now: the instance of the form has been filled with what was typed."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data}
        person = person_by_id(str(self.instance.pk))
        return people.change_person(user=person, **changes) if changes else person


class PersonPasswordForm(ServiceForm, PasswordFields):
    """Somebody's password, given by `by`."""

    def __init__(self, data: Any = None, *, person: User, by: User) -> None:
        self.instance, self.by = person, by
        super().__init__(data)

    def apply(self) -> User:
        if self.typed is None:
            self.temporary = people.give_password(user=self.instance)
            return self.instance
        return people.change_person(user=self.instance, by=self.by, password=self.typed)
