"""The audit on the wire."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core import audit
from apps.core.dates import DaysQuery
from apps.core.fields import StrictCharField
from apps.core.pagination import MAX_LIMIT
from apps.logs.audit_selectors import Place
from apps.logs.models import AuditEntry

PAGE_SIZE = 50
ACTIONS = {audit.CREATE: "create", audit.UPDATE: "update", audit.DELETE: "delete", audit.ACCESS: "download"}
NUMBERS = {word: number for number, word in ACTIONS.items()}


class AuditFilter(DaysQuery):
    """Nothing, or the literal `undefined`, is no filter."""

    actor = StrictCharField(required=False, max_length=254, help_text=_("Correo o `id` de quien lo hizo."))
    model = StrictCharField(required=False, max_length=100, help_text=_("Como `accounts.user`."))
    object = StrictCharField(required=False, max_length=255, help_text=_("`id` de lo que cambió."))
    action = serializers.ChoiceField(list(NUMBERS), required=False)
    request_id = StrictCharField(required=False, max_length=64)

    def filters(self) -> dict[str, Any]:
        names = ("actor", "model", "object", "request_id", "desde", "hasta")
        given = {name: value for name in names if (value := self.validated_data.get(name))}
        action = self.validated_data.get("action")
        return {**given, "action": NUMBERS[action]} if action else given


class AuditQuery(AuditFilter):
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)
    page = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    cursor = StrictCharField(required=False, max_length=100, help_text=_("El `next` de la página anterior."))

    def validate_cursor(self, text: str) -> Place:
        try:
            return Place.read(text)
        except ValueError:
            error = _("Usa el `next` de la página anterior, tal como llegó.")
            raise serializers.ValidationError(error, code="invalid") from None

    @property
    def size(self) -> int:
        given = self.validated_data
        size: int = given.get("page_size", given.get("limit", PAGE_SIZE))
        return size

    @property
    def skipped(self) -> int:
        given = self.validated_data
        count: int = given.get("offset", (given.get("page", 1) - 1) * self.size)
        return count

    @property
    def place(self) -> Place | None:
        found: Place | None = self.validated_data.get("cursor")
        return found


class ActorOutput(serializers.Serializer):
    id = serializers.CharField(source="actor_id", allow_null=True)
    email = serializers.CharField(source="actor_email")

    class Meta:
        ref_name = "AuditActor"


class AuditOutput(serializers.Serializer):
    id = serializers.CharField(source="pk")
    timestamp = serializers.DateTimeField()
    actor = ActorOutput(source="*", help_text=_("Con `id` null: nadie con cuenta; mira `via`."))
    via = serializers.CharField(help_text=_("`api`, `admin`, `command …` o `job …`."))
    action = serializers.SerializerMethodField()
    model = serializers.CharField(source="model_label")
    object_id = serializers.CharField(source="object_pk")
    object = serializers.CharField(source="object_repr")
    changes = serializers.SerializerMethodField()
    address = serializers.CharField(source="remote_addr", allow_null=True)
    request_id = serializers.CharField(source="cid")

    @extend_schema_field(serializers.ChoiceField(list(NUMBERS)))
    def get_action(self, entry: AuditEntry) -> str:
        return ACTIONS[entry.action]

    @extend_schema_field(
        {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2},
            "description": "Por campo, antes y después; de listas, lo que salió y lo que entró.",
        }
    )
    def get_changes(self, entry: AuditEntry) -> dict[str, Any]:
        return entry.changes or {}


class AuditPage(serializers.Serializer):
    items = AuditOutput(many=True)
    next = serializers.CharField(allow_null=True)
