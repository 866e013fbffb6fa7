"""Examples and answers as clients write them: lists, or one text."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.chat.engines.project import DATES
from apps.core.errors import Invalid
from apps.intents.exchange.cells import split_values
from apps.intents.exchange.rows import answer_of

MAX_VALUES = 5000
AS_TEXT = "También un texto con un valor por línea, o separados por «|»."
TEXTS = {"type": "array", "items": {"type": "string"}, "description": AS_TEXT}
ANSWER = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "buttons": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
        "image": {"type": "string"},
        "custom": {"type": "object", "additionalProperties": {}, "nullable": True},
        **{name: {"type": "string", "format": "date"} for name in DATES},
    },
}
ANSWERS = {"type": "array", "items": {"oneOf": [{"type": "string"}, ANSWER]}, "description": AS_TEXT}


class ValuesField(serializers.Field):
    """A list, or one text whose values are divided by line ends, `|` or a literal `\\n`."""

    default_error_messages = {
        "invalid": _("Envía una lista de textos, o un texto con un valor por línea."),
        "too_many": _("Son demasiados; el máximo es de {max}."),
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        values = split_values(data) if isinstance(data, str) else data
        if not isinstance(values, list):
            self.fail("invalid")
        if len(values) > MAX_VALUES:
            self.fail("too_many", max=MAX_VALUES)
        return [value for value in map(self.value, values) if value != ""]

    def value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return data.strip()


@extend_schema_field(TEXTS)
class ExamplesField(ValuesField):
    """Training sentences, entities marked as in Rasa's files."""


@extend_schema_field(ANSWERS)
class AnswersField(ValuesField):
    """Texts, or objects with a Rasa response's keys."""

    def value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            return super().value(data)
        try:
            return answer_of(data)
        except Invalid as error:
            raise serializers.ValidationError(str(error.text)) from None
