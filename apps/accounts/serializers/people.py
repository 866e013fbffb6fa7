"""What staff send and get about people."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import MAX_NAME
from apps.accounts.roles import Role
from apps.core.dates import NO_FILTER
from apps.core.fields import StrictBooleanField, StrictCharField
from apps.core.pagination import WindowQuery

GUEST = "invitado"


class RoleField(serializers.ChoiceField):
    """A role; `invitado`, which the panel's page of roles offers, is kept as `usuario`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = [*Role.values, GUEST]
        valid = format_lazy(_("Usa uno de: {roles}."), roles=", ".join(kwargs["choices"]))
        kwargs.setdefault("error_messages", {"invalid_choice": valid})
        kwargs.setdefault("help_text", _("`invitado` se guarda como `usuario`."))
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        role: str = super().to_internal_value(data)
        return Role.USUARIO.value if role == GUEST else role


class PeopleFilter(serializers.Serializer):
    """Nothing, or the literal `undefined`, is no filter."""

    search = StrictCharField(required=False, max_length=254, help_text=_("Parte del correo o del nombre."))
    rol = RoleField(required=False)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({k: v for k, v in data.items() if v.strip() not in NO_FILTER})

    def filters(self) -> dict[str, str]:
        return {name: self.validated_data[name] for name in ("search", "rol") if name in self.validated_data}


class PeopleQuery(PeopleFilter, WindowQuery):
    """Which people, and which part of the list."""


class NewPersonInput(serializers.Serializer):
    nombre = StrictCharField(max_length=MAX_NAME)
    email = StrictCharField(max_length=320)
    password = StrictCharField(
        required=False,
        allow_null=True,
        trim_whitespace=False,
        max_length=4096,
        help_text=_("Sin ella se crea una temporal, que se muestra una sola vez."),
    )
    rol = RoleField(default=Role.USUARIO.value)


class PersonInput(serializers.Serializer):
    nombre = StrictCharField(max_length=MAX_NAME, required=False, allow_blank=True)
    email = StrictCharField(max_length=320, required=False)
    rol = RoleField(required=False)
    password = StrictCharField(required=False, allow_null=True, trim_whitespace=False, max_length=4096)


class RoleInput(serializers.Serializer):
    rol = RoleField()


class StatusInput(serializers.Serializer):
    active = StrictBooleanField()


class NewPasswordInput(serializers.Serializer):
    new_password = StrictCharField(required=False, allow_null=True, trim_whitespace=False, max_length=4096)


class PersonOutput(serializers.Serializer):
    """`locked_until` is from the context: one query for a whole list."""

    id = serializers.CharField(source="pk")
    _id = serializers.CharField(source="pk")
    nombre = serializers.CharField()
    email = serializers.CharField()
    rol = serializers.CharField()
    active = serializers.BooleanField(source="is_active")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)
    locked_until = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_locked_until(self, user: Any) -> str | None:
        end = self.context.get("locked_until", {}).get(user.email)
        return serializers.DateTimeField().to_representation(end) if end else None


class NewPersonOutput(PersonOutput):
    temporary_password = serializers.CharField(required=False)


class OkOutput(serializers.Serializer):
    ok = serializers.BooleanField()


class PasswordOutput(OkOutput):
    temporary_password = serializers.CharField(required=False)


class RevokedOutput(OkOutput):
    message = serializers.CharField()


class UnlockedOutput(OkOutput):
    unlocked = serializers.IntegerField(help_text=_("Direcciones que dejaron de estar bloqueadas."))


class DeletedOutput(serializers.Serializer):
    message = serializers.CharField()
