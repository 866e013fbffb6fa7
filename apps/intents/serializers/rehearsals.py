"""Saved conversations on the wire."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.dates import NO_FILTER
from apps.core.fields import StrictBooleanField, StrictCharField
from apps.core.pagination import WindowQuery
from apps.intents.rehearsals.turns import MAX_SAY, MAX_TURNS
from apps.intents.services.rehearsals import MAX_DESCRIPTION, MAX_NAME

TEXTS = {"type": "array", "items": {"type": "string"}}
TURNS = {
    "type": "array",
    "minItems": 1,
    "maxItems": MAX_TURNS,
    "items": {
        "type": "object",
        "required": ["say"],
        "additionalProperties": False,
        "properties": {
            "say": {"type": "string", "minLength": 1, "maxLength": MAX_SAY},
            "verified": {"type": "boolean"},
            "intent": {"type": "string", "nullable": True},
            "messages": TEXTS,
            "buttons": TEXTS,
        },
    },
    "description": "Lo que se dice, y lo que se espera: intención, textos y títulos de los botones. "
    "Sin textos ni botones solo cuenta la intención; sin nada, lo que el bot responde al guardarla.",
}


@extend_schema_field(TURNS)
class TurnsField(serializers.Field):
    """A list; what is in it is judged by the service, which names the turn."""

    default_error_messages = {"invalid": _("Envía una lista con al menos un turno.")}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class ConversationQuery(WindowQuery):
    q = StrictCharField(required=False, max_length=200, help_text=_("Parte del nombre."))
    active = serializers.BooleanField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({k: v for k, v in data.items() if v.strip() not in NO_FILTER})

    def filters(self) -> dict[str, Any]:
        return {name: self.validated_data[name] for name in ("q", "active") if name in self.validated_data}

    @property
    def has_page(self) -> bool:
        return "page" in self.validated_data or "page_size" in self.validated_data


class ConversationChange(serializers.Serializer):
    """What changes; what is not sent stays."""

    name = StrictCharField(required=False, max_length=MAX_NAME)
    description = StrictCharField(required=False, allow_blank=True, max_length=MAX_DESCRIPTION)
    turns = TurnsField(required=False)
    active = StrictBooleanField(required=False, source="is_active")


class ConversationInput(ConversationChange):
    name = StrictCharField(max_length=MAX_NAME)
    turns = TurnsField()


class AcceptInput(serializers.Serializer):
    turns = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_TURNS),
        required=False,
        max_length=MAX_TURNS,
        help_text=_("Números de los turnos, desde 1; sin ellos, todos."),
    )


class ConversationOutput(serializers.Serializer):
    id = serializers.CharField(source="pk")
    name = serializers.CharField()
    description = serializers.CharField()
    turns = TurnsField()
    active = serializers.BooleanField(source="is_active")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ConversationPage(serializers.Serializer):
    items = ConversationOutput(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()


class ConversationChanged(serializers.Serializer):
    message = serializers.CharField()
    conversation = ConversationOutput()


class AcceptedOutput(ConversationChanged):
    changed = serializers.IntegerField(help_text=_("Cuántos turnos esperan ahora otra cosa."))


class FailureOutput(serializers.Serializer):
    name = serializers.CharField()
    turn = serializers.IntegerField()
    say = serializers.CharField()
    expected = serializers.CharField()
    got = serializers.CharField()


class OutcomeOutput(serializers.Serializer):
    model_version = serializers.CharField()
    passed = serializers.IntegerField()
    failed = FailureOutput(many=True)


class RunQuery(serializers.Serializer):
    model = StrictCharField(
        default="",
        allow_blank=True,
        max_length=128,
        help_text=_("Versión de un modelo del motor embebido; sin ella, el que responde ahora."),
    )
