"""The review inbox on the wire."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.dates import NO_FILTER
from apps.core.fields import StrictBooleanField, StrictCharField
from apps.core.pagination import Window, WindowQuery
from apps.intents.models import MAX_ANSWER, MAX_SENTENCE, ReviewGroup, ReviewItem
from apps.intents.review_selectors import ORDERS

LAST_DAY = date(9999, 12, 30)
PAGE_SIZE = 50
MAX_TEXTS = 200
MAX_IDS = 500
ALL = "all"


class ReviewQuery(WindowQuery):
    """Nothing, or the literal `undefined`, is no filter."""

    state = serializers.ChoiceField([*ReviewGroup.State.values, ALL], default=ReviewGroup.State.OPEN)
    reason = serializers.ChoiceField(ReviewItem.Reason.values, required=False)
    q = StrictCharField(required=False, max_length=MAX_SENTENCE, help_text=_("Parte de un mensaje."))
    desde = serializers.DateField(required=False, help_text=_("Día del último mensaje, inclusive."))
    hasta = serializers.DateField(required=False, help_text=_("Día del último mensaje, inclusive."))
    order = serializers.ChoiceField(sorted(ORDERS), default="count")

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({k: v for k, v in data.items() if v.strip() not in NO_FILTER})

    def validate_hasta(self, day: date) -> date:
        return min(day, LAST_DAY)

    def window(self) -> Window:
        given = self.validated_data
        is_asked = {"page_size", "limit"} & given.keys()
        size = given.get("page_size", given.get("limit")) if is_asked else PAGE_SIZE
        if "page" in given:
            return Window((given["page"] - 1) * size, size)
        return Window(given.get("offset", given.get("skip", 0)), size)

    def filters(self) -> dict[str, Any]:
        names = ("state", "reason", "q", "desde", "hasta", "order")
        given = {name: self.validated_data[name] for name in names if name in self.validated_data}
        return given if given["state"] != ALL else {**given, "state": ""}


class AssignInput(serializers.Serializer):
    intent = StrictCharField(max_length=64)
    texts = serializers.ListField(
        child=StrictCharField(max_length=MAX_SENTENCE),
        required=False,
        allow_empty=False,
        max_length=MAX_TEXTS,
        help_text=_("Lo que se añade como ejemplo; sin esto, todas las formas del grupo."),
    )
    force = StrictBooleanField(
        default=False,
        help_text=_("Trae aquí las frases que sean ejemplos de otra intención (`intents.change_intent`)."),
    )


class CreateIntentInput(serializers.Serializer):
    intent = StrictCharField(max_length=64, help_text=_("Nombre de la intención nueva."))
    title = StrictCharField(max_length=80, required=False, allow_blank=True, default="")
    answer = StrictCharField(max_length=MAX_ANSWER, help_text=_("Lo que responde el bot."))
    texts = serializers.ListField(
        child=StrictCharField(max_length=MAX_SENTENCE),
        required=False,
        allow_empty=False,
        max_length=MAX_TEXTS,
    )


class BulkInput(serializers.Serializer):
    ids = serializers.ListField(child=StrictCharField(max_length=64), allow_empty=False, max_length=MAX_IDS)
    action = serializers.ChoiceField(["assign", "discard", "undo"])
    intent = StrictCharField(max_length=64, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["action"] == "assign" and "intent" not in attrs:
            raise serializers.ValidationError({"intent": [_("Di a qué intención.")]}, code="required")
        return {**attrs, "ids": list(dict.fromkeys(attrs["ids"]))}


class GuessOutput(serializers.Serializer):
    intent = serializers.CharField()
    confidence = serializers.FloatField()

    class Meta:
        ref_name = "ReviewGuess"


class GroupOutput(serializers.Serializer):
    id = serializers.CharField(source="pk")
    text = serializers.CharField()
    message_count = serializers.IntegerField()
    wording_count = serializers.IntegerField()
    reasons = serializers.SerializerMethodField()
    guesses = GuessOutput(many=True)
    known_as = serializers.SerializerMethodField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    state = serializers.ChoiceField(ReviewGroup.State.values)
    intent = serializers.CharField(source="intent.name", default=None, allow_null=True)
    decided_by = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_reasons(self, group: Any) -> list[str]:
        return group.reasons.split()

    @extend_schema_field({"type": "string", "nullable": True})
    def get_decided_by(self, group: Any) -> str | None:
        by = group.decided_by
        return (by.nombre or by.email) if by else None

    @extend_schema_field(GuessOutput(allow_null=True))
    def get_known_as(self, group: Any) -> dict[str, Any] | None:
        """What the active model understands by now, without doubt."""
        known = getattr(group, "known", None)
        return {"intent": known.intent, "confidence": round(known.confidence, 4)} if known else None


class ItemOutput(serializers.Serializer):
    id = serializers.CharField(source="pk")
    text = serializers.CharField()
    reason = serializers.ChoiceField(ReviewItem.Reason.values)
    at = serializers.DateTimeField()
    sender_id = serializers.CharField(source="turn.sender_id")
    request_id = serializers.CharField(source="turn.request_id")
    comment = serializers.SerializerMethodField()
    example = serializers.CharField(source="example.text", default=None, allow_null=True)

    class Meta:
        ref_name = "ReviewItem"

    def get_comment(self, item: Any) -> str:
        """What the student wrote with a rating."""
        feedback = getattr(item.turn, "feedback", None)
        return feedback.comment if feedback else ""


class GroupDetail(GroupOutput):
    items = ItemOutput(many=True, source="shown_items", help_text=_("Los 200 más nuevos."))


class GroupPage(serializers.Serializer):
    items = GroupOutput(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()


class CountsOutput(serializers.Serializer):
    open = serializers.IntegerField()
    decided_today = serializers.IntegerField()

    class Meta:
        ref_name = "ReviewCounts"


class RefusedOutput(serializers.Serializer):
    text = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class DecidedOutput(serializers.Serializer):
    """`added` is negative where an undo took examples back; `refused` then names what could not return."""

    group = GroupOutput()
    added = serializers.IntegerField(source="taught.added")
    known = serializers.IntegerField(source="taught.known", help_text=_("Ya eran ejemplos de la intención."))
    refused = RefusedOutput(
        many=True, source="taught.refused", help_text=_("Lo que no se añadió o no volvió, y por qué.")
    )


class BulkErrorOutput(serializers.Serializer):
    id = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class BulkOutput(serializers.Serializer):
    done = serializers.ListField(child=serializers.CharField())
    added = serializers.IntegerField()
    refused = RefusedOutput(many=True)
    errors = BulkErrorOutput(many=True)  # type: ignore[assignment]  # a serializer has errors of its own
