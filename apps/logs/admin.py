from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import ReadOnlyAdmin
from apps.logs import audit_admin, keeping_admin  # noqa: F401 - register their pages
from apps.logs.models import ChatTurn, Feedback


class FeedbackFilter(admin.SimpleListFilter):
    title = gettext_lazy("valoración")
    parameter_name = "valoracion"
    COMMENTED = "comentada"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        commented = _("No sirvió, con comentario")
        return [("down", _("No sirvió")), (self.COMMENTED, commented), ("up", _("Sirvió"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ChatTurn]) -> QuerySet[ChatTurn]:
        wanted = self.value()
        if wanted == self.COMMENTED:
            return queryset.filter(feedback__value=Feedback.Value.DOWN, feedback__comment__gt="")
        return queryset.filter(feedback__value=wanted) if wanted in Feedback.Value.values else queryset


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

    list_display = ("timestamp", "sender", "message", "intent", "percent", "rating", "error")
    conversation_display = ("timestamp", "whole_message", "answer", "intent", "percent", "rating", "error")
    list_filter = ("day", FeedbackFilter, "is_fallback", "error", "engine", "origen", "intent")
    search_fields = ("user_message", "sender_id", "request_id", "user__email")
    list_select_related = ("user", "feedback")
    list_per_page = 50
    inlines = (FeedbackInline,)

    class Media:
        css = {"all": ["css/turns.css"]}

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.conversation_display if "sender_id" in request.GET else self.list_display

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("timestamp", "id") if "sender_id" in request.GET else ()

    @admin.display(description=gettext_lazy("remitente"), ordering="sender_id")
    def sender(self, turn: ChatTurn) -> str:
        """Leads to the whole conversation."""
        address = f"{reverse('admin:chat_conversation_of')}?{urlencode({'sender': turn.sender_id})}"
        return format_html('<a href="{}">{}</a>', address, turn.sender_id)

    @admin.display(description=gettext_lazy("mensaje"), ordering="user_message")
    def message(self, turn: ChatTurn) -> str:
        return Truncator(turn.user_message).chars(80)

    @admin.display(description=gettext_lazy("mensaje"))
    def whole_message(self, turn: ChatTurn) -> str:
        return turn.user_message

    @admin.display(description=gettext_lazy("respuesta"))
    def answer(self, turn: ChatTurn) -> str:
        return "\n".join(text for text in turn.bot_response if isinstance(text, str)) or "–"

    @admin.display(description=gettext_lazy("confianza"), ordering="confidence")
    def percent(self, turn: ChatTurn) -> str:
        return "–" if turn.confidence is None else f"{turn.confidence:.0%}"

    @admin.display(description=gettext_lazy("valoración"), empty_value="–")
    def rating(self, turn: ChatTurn) -> str | None:
        given: Feedback | None = getattr(turn, "feedback", None)
        if given is None:
            return None
        shown = given.get_value_display()
        return f"{shown}: {Truncator(given.comment).chars(120)}" if given.comment else shown
