from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.logs.models import ChatTurn


@admin.register(ChatTurn)
class ChatTurnAdmin(admin.ModelAdmin):
    """Turns are read here, never changed."""

    list_display = ("timestamp", "sender_id", "message", "answer", "intent", "percent", "engine", "error")
    list_filter = ("day", "is_fallback", "error", "engine", "origen", "intent")
    search_fields = ("user_message", "sender_id", "request_id", "user__email")
    list_select_related = ("user",)
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("mensaje"), ordering="user_message")
    def message(self, turn: ChatTurn) -> str:
        return Truncator(turn.user_message).chars(60)

    @admin.display(description=_("respuesta"))
    def answer(self, turn: ChatTurn) -> str:
        return Truncator(" · ".join(turn.bot_response)).chars(80)

    @admin.display(description=_("confianza"), ordering="confidence")
    def percent(self, turn: ChatTurn) -> str:
        return "–" if turn.confidence is None else f"{turn.confidence:.0%}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
