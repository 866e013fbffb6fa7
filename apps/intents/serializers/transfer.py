"""Files of intents that come and go, and sentences that are tried (contract http.md §5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
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


class UploadQuery(ModeQuery):
    dry_run = serializers.BooleanField(
        required=False, help_text=_("Con `true` no se escribe nada: la respuesta dice qué cambiaría.")
    )


class UploadInput(UploadQuery):
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
    dry_run = serializers.BooleanField(
        required=False, help_text=_("`true` cuando no se escribió nada; si no, no está.")
    )


class SentenceQuery(serializers.Serializer):
    text = StrictCharField(max_length=MAX_SENTENCE)
    verified = serializers.BooleanField(
        default=False, help_text=_("Como a quien inició sesión: responde también lo protegido.")
    )
    model = StrictCharField(
        default="",
        allow_blank=True,
        max_length=128,
        help_text=_("Versión de un modelo del motor embebido; sin ella, el bot que responde ahora."),
    )

    def to_internal_value(self, data: Any) -> Any:
        given = {k: v for k, v in data.items() if k == "text" or v.strip() not in NO_CHOICE}
        return super().to_internal_value(given)


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


class SaidOutput(serializers.Serializer):
    """One bot message, as the chat gets it."""

    text = serializers.CharField(required=False)
    buttons = serializers.ListField(child=serializers.DictField(), required=False)
    image = serializers.CharField(required=False)
    custom = serializers.JSONField(required=False)
    attachment = serializers.JSONField(required=False)


class UnderstandingOutput(serializers.Serializer):
    text = serializers.CharField(source="parse.text")
    intent = serializers.CharField(source="parse.intent", allow_null=True)
    confidence = serializers.FloatField(source="parse.confidence")
    ranking = GuessOutput(source="parse.ranking", many=True)
    entities = EntityOutput(source="parse.entities", many=True)
    examples = NearExampleOutput(many=True)
    engine = serializers.CharField()
    model_version = serializers.CharField(allow_null=True)
    is_understood = serializers.BooleanField(help_text=_("Si alcanza el umbral y se responde."))
    threshold = serializers.FloatField(allow_null=True, help_text=_("Confianza mínima; null con Rasa."))
    classifier = serializers.CharField(allow_null=True)
    messages = serializers.SerializerMethodField(help_text=_("Lo que se respondería; null con Rasa."))

    @extend_schema_field(SaidOutput(many=True, allow_null=True))
    def get_messages(self, found: Any) -> list[dict[str, Any]] | None:
        if found.messages is None:
            return None
        return [{k: v for k, v in message.items() if k != "recipient_id"} for message in found.messages]
