"""Shapes of signing in and of passwords on the wire (contract http.md §4)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models import MAX_NAME
from apps.core.fields import StrictCharField

MAX_EMAIL = 254
MAX_SENT_PASSWORD = 4096
"""Longer ones are nobody's password; shorter ones are hashed like any other."""
TEXT_ERRORS: dict[str, Any] = {
    "required": _("Falta este dato."),
    "null": _("Falta este dato."),
    "blank": _("Falta este dato."),
    "invalid": _("Debe ser un texto."),
    "max_length": _("Es demasiado largo: el máximo es de {max_length} caracteres."),
}


class Body(serializers.Serializer[Any]):
    """A JSON object; keys that it does not name are ignored."""

    default_error_messages = {"invalid": _("Envía un objeto JSON."), "null": _("Envía un objeto JSON.")}


def text(max_length: int, **options: Any) -> StrictCharField:
    return StrictCharField(max_length=max_length, error_messages=TEXT_ERRORS, **options)


def optional_text(max_length: int | None, **options: Any) -> StrictCharField:
    """Absent, null and empty are the same."""
    options |= {"required": False, "allow_null": True, "allow_blank": True}
    return StrictCharField(max_length=max_length, error_messages=TEXT_ERRORS, **options)


def password_text(**options: Any) -> StrictCharField:
    """As it was typed, spaces included."""
    return text(MAX_SENT_PASSWORD, trim_whitespace=False, **options)


def one_of(attrs: dict[str, Any], *names: str) -> str:
    """The first that is given; for values that go by two names."""
    given = next((attrs[name] for name in names if attrs.get(name)), None)
    if given is None:
        raise serializers.ValidationError({names[0]: TEXT_ERRORS["required"]}, code="required")
    return str(given)


class LoginInput(Body):
    email = text(MAX_EMAIL)
    password = password_text()
    otp = optional_text(64, help_text="Código del segundo factor, si la cuenta lo tiene.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"email": attrs["email"], "password": attrs["password"], "otp": attrs.get("otp") or ""}


class TokenInput(LoginInput):
    """OAuth2's names; `username` is the e-mail."""

    username = optional_text(MAX_EMAIL)
    email = optional_text(MAX_EMAIL, help_text="Alias de `username`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return super().validate({**attrs, "email": one_of(attrs, "username", "email")})


class RefreshInput(Body):
    refresh_token = optional_text(None, help_text="Si falta, vale la cookie.")


class RegisterInput(Body):
    nombre = optional_text(MAX_NAME)
    name = optional_text(MAX_NAME, help_text="Alias de `nombre`.")
    email = text(MAX_EMAIL)
    password = password_text()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        nombre = one_of(attrs, "nombre", "name")
        return {"nombre": nombre, "email": attrs["email"], "password": attrs["password"]}


class PanelRegisterInput(RegisterInput):
    accept_terms = serializers.BooleanField(
        required=False, allow_null=True, help_text="Lo envía el panel; no cambia la respuesta."
    )
    key = optional_text(1024, trim_whitespace=False, help_text="Llave para crear administradores.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**super().validate(attrs), "key": attrs.get("key") or ""}


class ForgotPasswordInput(Body):
    email = text(MAX_EMAIL)


class ResetPasswordInput(Body):
    token = text(512)
    new_password = password_text()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"token": attrs["token"], "password": attrs["new_password"]}


class ChangePasswordInput(Body):
    current_password = password_text()
    new_password = password_text()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"current": attrs["current_password"], "new": attrs["new_password"]}


class PolicyCheckInput(Body):
    password = password_text(allow_blank=True)
    email = optional_text(MAX_EMAIL)
    name = optional_text(MAX_NAME)
    nombre = optional_text(MAX_NAME, help_text="Alias de `name`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        nombre = attrs.get("name") or attrs.get("nombre") or ""
        return {"password": attrs["password"], "email": attrs.get("email") or "", "nombre": nombre}


class ZajunaLoginQuery(Body):
    redirect_uri = optional_text(None, trim_whitespace=False, help_text="De un origen de ALLOWED_ORIGINS.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"redirect_uri": attrs.get("redirect_uri") or ""}


class AccountOutput(serializers.Serializer[Any]):
    """A person who signed in."""

    id = serializers.CharField(source="pk")
    _id = serializers.CharField(source="pk")
    user_id = serializers.CharField(source="pk")
    nombre = serializers.CharField()
    email = serializers.CharField()
    rol = serializers.CharField()
    role = serializers.CharField(source="rol")
    must_change_password = serializers.BooleanField()


class MeOutput(serializers.Serializer[Any]):
    """The caller; who comes with a token of the platform may have no account here."""

    id = serializers.CharField(source="sub")
    _id = serializers.CharField(source="sub")
    user_id = serializers.CharField(source="sub")
    nombre = serializers.CharField()
    email = serializers.CharField()
    rol = serializers.CharField(source="role")
    role = serializers.CharField()
    must_change_password = serializers.BooleanField(
        source="user.must_change_password", required=False, help_text="Solo de cuentas propias."
    )


class TokensOutput(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField(default="bearer")
    expires_in = serializers.IntegerField(help_text="Segundos que dura `access_token`.")


class LoginOutput(TokensOutput):
    user = AccountOutput()


class DoneOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    message = serializers.CharField()


class ChangePasswordOutput(DoneOutput, LoginOutput):
    ok = serializers.BooleanField(default=True)
    message = serializers.CharField(default=_("Contraseña cambiada. Las demás sesiones se cerraron."))


class PanelRegisterOutput(DoneOutput):
    ok = serializers.BooleanField(default=True)
    message = serializers.CharField(default=_("Cuenta creada. Ya puedes iniciar sesión."))
    id = serializers.CharField()
    _id = serializers.CharField(source="id")
    nombre = serializers.CharField()
    email = serializers.CharField()
    rol = serializers.CharField()


class PolicyOutput(serializers.Serializer[Any]):
    min_length = serializers.IntegerField()
    requires = serializers.ListField(child=serializers.CharField())
    banned_examples = serializers.ListField(child=serializers.CharField())
    rules = serializers.ListField(child=serializers.CharField())


class PolicyCheckOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    errors = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
