"""Turns as staff's programs ask for them and get them (contract http.md §7)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.dates import DaysQuery
from apps.core.fields import StrictCharField
from apps.core.pagination import MAX_LIMIT
from apps.logs.exports.turns import said
from apps.logs.fields import LAST, Status
from apps.logs.filters import TurnFilter
from apps.logs.models import ChatTurn
from apps.logs.pages import Page

LAST_PAGE = "last"
DEFAULT_LIMIT, PAGE_SIZE, MAX_PAGE = 100, 50, 100_000_000


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [LAST_PAGE]}]})
class PageField(serializers.IntegerField):
    """A number, or the last one whatever its number is."""

    def to_internal_value(self, data: Any) -> Any:
        return LAST_PAGE if data == LAST_PAGE else super().to_internal_value(data)

    def run_validators(self, value: Any) -> None:
        if value != LAST_PAGE:
            super().run_validators(value)


class TurnsFilterQuery(DaysQuery):
    intent = StrictCharField(required=False, max_length=128, help_text=_("La intención, igual."))
    q = StrictCharField(
        required=False,
        max_length=200,
        help_text=_(
            "Palabras del mensaje, sin distinguir tildes ni mayúsculas; de cuatro letras, su comienzo."
        ),
    )
    sender = StrictCharField(required=False, max_length=128, help_text=_("El remitente, igual."))
    status = StrictCharField(
        required=False, max_length=20, help_text=f"{', '.join(Status.values)}; success = ok, fail = error."
    )

    def wanted(self, **more: Any) -> TurnFilter:
        return TurnFilter.of({**self.validated_data, **more})


class TurnsQuery(TurnsFilterQuery):
    """Without paging the last 100; with `page`, `after` or `before` an object with that page."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    offset = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    page = PageField(min_value=1, max_value=MAX_PAGE, required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    after = serializers.IntegerField(
        min_value=-LAST, max_value=LAST, required=False, help_text=_("`next` de la página anterior.")
    )
    before = serializers.IntegerField(
        min_value=-LAST, max_value=LAST, required=False, help_text=_("`previous` de la página siguiente.")
    )

    @property
    def is_paged(self) -> bool:
        return bool({"page", "page_size", "after", "before"} & self.validated_data.keys())

    @property
    def size(self) -> int:
        return int(self.validated_data.get("page_size", PAGE_SIZE))


class TurnOutput(serializers.Serializer):
    """One row of the log; `status`, `intent`, `endpoint`, `rol`, `email` are text or null, never numbers."""

    _id = serializers.CharField()
    id = serializers.CharField()
    timestamp = serializers.DateTimeField()
    sender_id = serializers.CharField()
    user_message = serializers.CharField()
    bot_response = serializers.CharField()
    intent = serializers.CharField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    latency_ms = serializers.IntegerField()
    origen = serializers.CharField()
    ip = serializers.CharField()
    user_agent = serializers.CharField()
    request_id = serializers.CharField()
    endpoint = serializers.CharField(allow_null=True)
    method = serializers.CharField()
    status = serializers.ChoiceField(Status.values)
    email = serializers.CharField(allow_null=True)
    rol = serializers.CharField(allow_null=True)
    user_id = serializers.CharField(allow_null=True)


class FailedOutput(serializers.Serializer):
    """A message that the bot did not understand."""

    _id = serializers.CharField()
    timestamp = serializers.DateTimeField()
    email = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    intent = serializers.CharField(allow_null=True)


class PageOutput(serializers.Serializer):
    total = serializers.IntegerField()
    page = serializers.IntegerField(allow_null=True, help_text=_("Sin número con `after` y `before`."))
    page_size = serializers.IntegerField()
    next = serializers.CharField(allow_null=True, help_text=_("Para `after`: la página más antigua."))
    previous = serializers.CharField(allow_null=True, help_text=_("Para `before`: la más reciente."))


class TurnsPageOutput(PageOutput):
    items = TurnOutput(many=True)


class FailedPageOutput(PageOutput):
    items = FailedOutput(many=True)


class TopQuery(DaysQuery):
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=10)


class TopOutput(serializers.Serializer):
    intent = serializers.CharField()
    count = serializers.IntegerField()


def turn_row(turn: ChatTurn) -> dict[str, Any]:
    key, user = str(turn.pk), turn.user
    return {
        "_id": key,
        "id": key,
        "timestamp": timezone.localtime(turn.timestamp).isoformat(),
        "sender_id": turn.sender_id,
        "user_message": turn.user_message,
        "bot_response": said(turn.bot_response),
        "intent": turn.intent,
        "confidence": turn.confidence,
        "latency_ms": turn.latency_ms,
        "origen": turn.origen,
        "ip": turn.ip,
        "user_agent": turn.user_agent,
        "request_id": turn.request_id,
        "endpoint": turn.endpoint or None,
        "method": "POST",
        "status": turn.status,
        "email": user.email if user else None,
        "rol": user.rol if user else None,
        "user_id": str(user.pk) if user else None,
    }


def failed_row(turn: ChatTurn) -> dict[str, Any]:
    return {
        "_id": str(turn.pk),
        "timestamp": timezone.localtime(turn.timestamp).isoformat(),
        "email": turn.user.email if turn.user else None,
        "message": turn.user_message,
        "intent": turn.intent,
    }


def page_body(page: Page, rows: list[dict[str, Any]], size: int) -> dict[str, Any]:
    """Cursors are text: browsers round numbers of this size."""
    return {
        "items": rows,
        "total": page.total,
        "page": page.number,
        "page_size": size,
        "next": None if page.next is None else str(page.next),
        "previous": None if page.previous is None else str(page.previous),
    }
