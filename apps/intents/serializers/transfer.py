"""Files of intents that come and go, and sentences that are tried (contract http.md §5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.fields import StrictCharField

MODES = ("skip", "merge", "replace")
FORMATS = ("csv", "json", "rasa", "xlsx")
MAX_SENTENCE = 4000
NO_CHOICE = frozenset({"", "undefined"})


class ModeQuery(serializers.Serializer):
    mode = serializers.ChoiceField(
        choices=MODES,
        required=False,
        help_text=_("Con lo que ya existe: `skip` no lo toca, `merge` le suma, `replace` lo cambia."),
    )

    def to_internal_value(self, data: Any) -> Any:
        given = {k: v for k, v in data.items() if not (isinstance(v, str) and v.strip() in NO_CHOICE)}
        return super().to_internal_value(given)


class UploadInput(ModeQuery):
    file = serializers.FileField(
        help_text=_("`.csv`, `.json`, `.xlsx`, o un `.zip` (o un solo `.yml`) de Rasa; hasta 5 MB."),
        allow_empty_file=True,  # the reader says it better
    )


class ExportQuery(serializers.Serializer):
    format = serializers.ChoiceField(choices=FORMATS, default="csv")

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({k: v for k, v in data.items() if v.strip() not in NO_CHOICE})


class RowErrorOutput(serializers.Serializer):
    row = serializers.IntegerField()
    message = serializers.CharField()


class ImportOutput(serializers.Serializer):
    message = serializers.CharField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    skipped = serializers.IntegerField()
    errors = RowErrorOutput(many=True)  # type: ignore[assignment]  # the name is the contract's
    notes = serializers.ListField(
        child=serializers.CharField(), help_text=_("Lo que el archivo trae y no se importa.")
    )


class SentenceQuery(serializers.Serializer):
    text = StrictCharField(max_length=MAX_SENTENCE)


class GuessOutput(serializers.Serializer):
    intent = serializers.CharField()
    confidence = serializers.FloatField()


class EntityOutput(serializers.Serializer):
    entity = serializers.CharField()
    value = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class NearExampleOutput(serializers.Serializer):
    intent = serializers.CharField()
    text = serializers.CharField()
    score = serializers.FloatField(help_text=_("Parecido, de 0 a 100."))


class UnderstandingOutput(serializers.Serializer):
    text = serializers.CharField(source="parse.text")
    intent = serializers.CharField(source="parse.intent", allow_null=True)
    confidence = serializers.FloatField(source="parse.confidence")
    ranking = GuessOutput(source="parse.ranking", many=True)
    entities = EntityOutput(source="parse.entities", many=True)
    examples = NearExampleOutput(many=True)
    engine = serializers.CharField()
    model_version = serializers.CharField(allow_null=True)
