"""Filters of the log that an index answers."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.logs.fields import Status
from apps.logs.filters import TurnFilter
from apps.logs.models import ChatTurn, Feedback

Turns = QuerySet[ChatTurn]
MAX_INTENTS = 500
KEPT_SECONDS = 300


class DaysFilter(admin.ListFilter):
    """From a day to another, both inclusive; what is no day is no filter."""

    title = gettext_lazy("fecha")
    template = "admin/logs/days_filter.html"
    NAMES = ("desde", "hasta")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.NAMES:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self) -> list[str | None]:
        return list(self.NAMES)

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        kept = changelist.get_query_string(remove=[*self.NAMES, "p"])
        others = parse_qsl(kept.removeprefix("?"), keep_blank_values=True)
        yield {"values": self.used_parameters, "others": others, "cleared": kept or "?"}

    def queryset(self, request: HttpRequest, queryset: Turns) -> Turns:
        desde, hasta = (_day(self.used_parameters.get(name)) for name in self.NAMES)
        low, high = TurnFilter(desde=desde, hasta=hasta).bounds()
        return queryset.filter(position__gte=low, position__lte=high) if desde or hasta else queryset


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


class IntentFilter(admin.SimpleListFilter):
    title = gettext_lazy("intención")
    parameter_name = "intent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in logged_intents()]

    def queryset(self, request: HttpRequest, queryset: Turns) -> Turns:
        return queryset.filter(intent=self.value()) if self.value() else queryset


def logged_intents() -> list[str]:
    """One step of the index each: a DISTINCT would read all of it. Known for some minutes."""
    known: list[str] | None = cache.get("logged-intents")
    if known is None:
        known, rows = [], ChatTurn.objects.order_by("intent").values_list("intent", flat=True)
        following = rows.filter(intent__gt="").first()
        while following is not None and len(known) < MAX_INTENTS:
            known.append(following)
            following = rows.filter(intent__gt=following).first()
        cache.set("logged-intents", known, KEPT_SECONDS)
    return known


class StatusFilter(admin.SimpleListFilter):
    title = gettext_lazy("estado")
    parameter_name = "estado"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Status.choices)

    def queryset(self, request: HttpRequest, queryset: Turns) -> Turns:
        return queryset.filter(status=self.value()) if self.value() in Status.values else queryset


class EngineFilter(admin.SimpleListFilter):
    title = gettext_lazy("motor")
    parameter_name = "engine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("embedded", gettext_lazy("Embebido")), ("rasa", "Rasa")]

    def queryset(self, request: HttpRequest, queryset: Turns) -> Turns:
        return queryset.filter(engine=self.value()) if self.value() else queryset


class FeedbackFilter(admin.SimpleListFilter):
    title = gettext_lazy("valoración")
    parameter_name = "valoracion"
    COMMENTED = "comentada"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        commented = _("No sirvió, con comentario")
        return [("down", _("No sirvió")), (self.COMMENTED, commented), ("up", _("Sirvió"))]

    def queryset(self, request: HttpRequest, queryset: Turns) -> Turns:
        wanted = self.value()
        if wanted == self.COMMENTED:
            return queryset.filter(feedback__value=Feedback.Value.DOWN, feedback__comment__gt="")
        return queryset.filter(feedback__value=wanted) if wanted in Feedback.Value.values else queryset
