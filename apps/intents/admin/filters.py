"""Filters of staff's lists; those of intents take their choices from one query, which counts warnings too."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.rasa import RasaEngine
from apps.intents import insight
from apps.intents.botproject.sentences import WANTED_EXAMPLES
from apps.intents.models import Intent

Intents = QuerySet[Intent]


def sizes_of(request: HttpRequest) -> list[insight.Size]:
    """Read once in a request."""
    if not hasattr(request, "intent_sizes"):
        request.intent_sizes = insight.sizes()  # type: ignore[attr-defined]
    return request.intent_sizes  # type: ignore[attr-defined]


class EngineFilter(admin.SimpleListFilter):
    title = gettext_lazy("motor")
    parameter_name = "motor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(EmbeddedEngine.name, _("Motor embebido")), (RasaEngine.name, "Rasa")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(engine=self.value()) if self.value() else queryset


class TagFilter(admin.SimpleListFilter):
    title = gettext_lazy("etiqueta")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        tags = {tag for size in sizes_of(request) for tag in size.tags}
        return [(tag, tag) for tag in sorted(tags)]

    def queryset(self, request: HttpRequest, queryset: Intents) -> Intents:
        tag = self.value()
        if tag is None:
            return queryset
        return queryset.filter(pk__in=[size.pk for size in sizes_of(request) if tag in size.tags])


class OwnerFilter(admin.SimpleListFilter):
    title = gettext_lazy("responsable")
    parameter_name = "responsable"
    NOBODY = "-"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        owners = {size.owner for size in sizes_of(request) if size.owner}
        named = sorted(((str(pk), name) for pk, name in owners), key=lambda owner: owner[1])
        return [*named, (self.NOBODY, _("Nadie"))] if named else []

    def queryset(self, request: HttpRequest, queryset: Intents) -> Intents:
        wanted = self.value()
        if wanted is None:
            return queryset
        owned = {size.pk: str(size.owner[0]) if size.owner else self.NOBODY for size in sizes_of(request)}
        return queryset.filter(pk__in=[pk for pk, owner in owned.items() if owner == wanted])


class NeedFilter(admin.SimpleListFilter):
    title = gettext_lazy("qué le falta")
    parameter_name = "falta"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        few = _("Menos de %(wanted)d ejemplos") % {"wanted": WANTED_EXAMPLES}
        stale = _("Respuestas vencidas o por revisar")
        return [("examples", few), ("answers", _("Respuesta")), ("review", stale)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The admin's rows are `with_counts` and `with_stale`."""
        if self.value() == "review":
            return queryset.filter(is_active=True, n_stale__gt=0)
        if self.value() == "examples":
            return queryset.filter(n_examples__lt=WANTED_EXAMPLES)
        return queryset.filter(n_answers=0) if self.value() == "answers" else queryset
