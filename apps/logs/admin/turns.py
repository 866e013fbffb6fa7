"""Turns in Django admin: what was said, found by words, and read page by page however many there are."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.admin import SHORT_SENDER, ReadOnlyAdmin, moment
from apps.core.charts import percent
from apps.core.text import storable
from apps.logs.admin.filters import DaysFilter, EngineFilter, FeedbackFilter, IntentFilter, StatusFilter
from apps.logs.admin.paging import TurnPaginator
from apps.logs.models import ChatTurn, Feedback

EXPORTED = {
    "desde": "desde",
    "hasta": "hasta",
    "q": "q",
    "intent": "intent",
    "estado": "status",
    "engine": "engine",
    "origen__exact": "origen",
}
"""What the list is filtered by → what an export of it is."""


class FeedbackInline(admin.StackedInline):
    """What the student thought of the answer."""

    model = Feedback
    fields = readonly_fields = ("value", "comment", "updated_at")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ChatTurn)
class ChatTurnAdmin(ReadOnlyAdmin):
    """What was said, and how it went. Of one sender: oldest first, whole texts, with answers."""

    list_display = ("when", "sender", "message", "intent", "percent", "rating", "error")
    conversation_display = ("when", "whole_message", "answer", "intent", "percent", "rating", "error")
    list_filter = (DaysFilter, StatusFilter, FeedbackFilter, EngineFilter, "origen", IntentFilter)
    search_fields = ("user_message",)
    search_help_text = gettext_lazy("Palabras del mensaje, un remitente, un correo o el id de una petición")
    list_select_related = ("user", "feedback")
    list_per_page = 50
    sortable_by = ("when",)
    show_facets = admin.ShowFacets.NEVER  # each is a count of the whole table
    inlines = (FeedbackInline,)
    fields = (
        *("timestamp", "sender", "user", "user_message", "answer", "intent", "percent", "is_fallback"),
        *("is_form_answer", "error", "latency_ms", "engine", "model_version", "request_id", "endpoint"),
        *("ip", "user_agent", "origen", "metadata"),
    )
    readonly_fields = ("sender", "answer", "percent")

    class Media:
        css = {"all": ["css/turns.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        given = {name: request.GET[asked] for asked, name in EXPORTED.items() if request.GET.get(asked)}
        return super().changelist_view(request, {"export_query": urlencode(given), **(extra_context or {})})

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.conversation_display if "sender_id" in request.GET else self.list_display

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("position",) if "sender_id" in request.GET else ("-position",)

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any
    ) -> Any:
        """Of turns; a row's history is of other rows."""
        kind = TurnPaginator if queryset.model is ChatTurn else self.paginator
        return kind(queryset, per_page, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ChatTurn], search_term: str
    ) -> tuple[QuerySet[ChatTurn], bool]:
        """What names a sender, a person or a request is that; all else is words of a message."""
        term = storable(search_term.strip())
        if not term:
            return queryset, False
        exact: list[dict[str, Any]] = [{"sender_id": term}, {"request_id": term}]
        if "@" in term and (person := User.objects.filter(email__iexact=term).first()):
            exact.append({"user": person})
        for condition in exact:
            if ChatTurn.objects.filter(**condition).exists():
                return queryset.filter(**condition), False
        return queryset.filter(user_message__words=term), False

    @admin.display(description=gettext_lazy("momento"), ordering="position")
    def when(self, turn: ChatTurn) -> str:
        return moment(turn.timestamp)

    @admin.display(description=gettext_lazy("remitente"))
    def sender(self, turn: ChatTurn) -> str:
        """Leads to the whole conversation."""
        address = f"{reverse('admin:chat_conversation_of')}?{urlencode({'sender': turn.sender_id})}"
        shown = Truncator(turn.sender_id).chars(SHORT_SENDER)
        return format_html('<a href="{}" title="{}">{}</a>', address, turn.sender_id, shown)

    @admin.display(description=gettext_lazy("mensaje"))
    def message(self, turn: ChatTurn) -> str:
        return Truncator(turn.user_message).chars(80)

    @admin.display(description=gettext_lazy("mensaje"))
    def whole_message(self, turn: ChatTurn) -> str:
        return turn.user_message

    @admin.display(description=gettext_lazy("respuesta"))
    def answer(self, turn: ChatTurn) -> str:
        return "\n".join(text for text in turn.bot_response if isinstance(text, str)) or "–"

    @admin.display(description=gettext_lazy("confianza"))
    def percent(self, turn: ChatTurn) -> str:
        return percent(turn.confidence, 0)

    @admin.display(description=gettext_lazy("valoración"), empty_value="–")
    def rating(self, turn: ChatTurn) -> str | None:
        given: Feedback | None = getattr(turn, "feedback", None)
        if given is None:
            return None
        shown = given.get_value_display()
        return f"{shown}: {Truncator(given.comment).chars(120)}" if given.comment else shown
