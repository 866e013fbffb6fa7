"""What staff send and get about intents (contract http.md §5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.dates import NO_FILTER
from apps.core.fields import StrictCharField
from apps.core.pagination import WindowQuery
from apps.intents.serializers.fields import AnswersField, ExamplesField


class IntentFilter(serializers.Serializer):
    """Nothing, or the literal `undefined`, is no filter."""

    intent = StrictCharField(required=False, max_length=200, help_text=_("Parte del nombre."))
    example = StrictCharField(required=False, max_length=500, help_text=_("Parte de un ejemplo."))
    response = StrictCharField(required=False, max_length=500, help_text=_("Parte de una respuesta."))
    q = StrictCharField(
        required=False, max_length=500, help_text=_("Parte del nombre, del título o de un ejemplo.")
    )
    stale = serializers.BooleanField(
        required=False, help_text=_("Solo activas con respuestas vencidas o por revisar.")
    )

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({k: v for k, v in data.items() if v.strip() not in NO_FILTER})

    def filters(self) -> dict[str, Any]:
        names = ("intent", "example", "response", "q", "stale")
        return {name: self.validated_data[name] for name in names if name in self.validated_data}


class IntentQuery(IntentFilter, WindowQuery):
    """Which intents, and which part of the list."""

    @property
    def has_page(self) -> bool:
        return "page" in self.validated_data or "page_size" in self.validated_data


class IntentInput(serializers.Serializer):
    """What changes; what is not sent stays. Other names of a field are those that clients use."""

    intent = StrictCharField(required=False, max_length=200)
    name = StrictCharField(required=False, max_length=200, help_text=_("Alias de `intent`."))
    examples = ExamplesField(required=False)
    examples_list = ExamplesField(required=False, help_text=_("Alias de `examples`."))
    responses = AnswersField(required=False)
    responses_list = AnswersField(required=False, help_text=_("Alias de `responses`."))
    response = AnswersField(required=False, allow_null=True, help_text=_("Alias de `responses`."))
    title = StrictCharField(required=False, allow_blank=True, max_length=80)
    description = StrictCharField(required=False, allow_blank=True, max_length=1000)
    tags = StrictCharField(required=False, allow_blank=True, max_length=200)
    requires_auth = serializers.BooleanField(required=False)
    active = serializers.BooleanField(required=False)

    needed: tuple[str, ...] = ()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Under one name each; what may not be missing may not be empty either."""
        found = {
            "name": _first(attrs, "intent", "name"),
            "examples": _first(attrs, "examples", "examples_list"),
            "answers": _first(attrs, "responses", "responses_list", "response"),
            "is_active": attrs.get("active"),
        }
        plain = ("title", "description", "tags", "requires_auth")
        found |= {name: attrs[name] for name in plain if name in attrs}
        missing = {
            shown: [serializers.ErrorDetail(str(self.fields[shown].error_messages["required"]), "required")]
            for shown, name in (("intent", "name"), ("examples", "examples"), ("responses", "answers"))
            if not found[name] and (name in self.needed or (name == "examples" and found[name] is not None))
        }
        if missing:
            raise serializers.ValidationError(missing)
        return {name: value for name, value in found.items() if value is not None}


class NewIntentInput(IntentInput):
    needed = ("name", "examples", "answers")


class NamedIntentInput(IntentInput):
    needed = ("name",)


def _first(attrs: dict[str, Any], *names: str) -> Any:
    """The first that says something; an empty one only where no other is given."""
    given = [attrs[name] for name in names if attrs.get(name) is not None]
    return next((value for value in given if value), given[0] if given else None)


class IntentOutput(serializers.Serializer):
    id = serializers.CharField(source="pk")
    intent = serializers.CharField(source="name")
    name = serializers.CharField()
    title = serializers.CharField()
    examples = serializers.SerializerMethodField()
    responses = serializers.SerializerMethodField()
    requires_auth = serializers.BooleanField()
    active = serializers.BooleanField(source="is_active")
    updated_at = serializers.DateTimeField()

    def get_examples(self, intent: Any) -> list[str]:
        return [example.text for example in intent.examples.all()]

    def get_responses(self, intent: Any) -> list[str]:
        """The texts; an answer that is an image or a card alone has none."""
        return [answer.text for answer in intent.answers.all() if answer.text.strip()]


class AnswerOutput(serializers.Serializer):
    text = serializers.CharField()
    buttons = serializers.ListField(child=serializers.DictField())
    image = serializers.CharField()
    custom = serializers.DictField(allow_null=True)
    attachment = serializers.JSONField(allow_null=True)
    channel = serializers.CharField()
    conditions = serializers.DictField()
    valid_from = serializers.DateField(allow_null=True, help_text=_("Primer día en que se dice."))
    valid_until = serializers.DateField(allow_null=True, help_text=_("Último día en que se dice."))
    review_by = serializers.DateField(allow_null=True, help_text=_("Desde este día hay que revisarla."))


class IntentDetail(IntentOutput):
    description = serializers.CharField()
    tags = serializers.CharField()
    answers = AnswerOutput(
        many=True, source="answers.all", help_text=_("Las respuestas enteras, con botones y tarjetas.")
    )


class IntentPage(serializers.Serializer):
    items = IntentOutput(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()


class ChangedOutput(serializers.Serializer):
    message = serializers.CharField()
    intent = IntentDetail()


class MessageOutput(serializers.Serializer):
    message = serializers.CharField()

    class Meta:
        ref_name = "IntentMessage"
