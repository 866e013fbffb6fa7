from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.logs.models import ChatTurn


@admin.register(ChatTurn)
class ChatTurnAdmin(ReadOnlyAdmin):
    """What was said, and how it went."""

    list_display = ("timestamp", "sender_id", "message", "intent", "percent", "error")
    list_filter = ("day", "is_fallback", "error", "engine", "origen", "intent")
    search_fields = ("user_message", "sender_id", "request_id", "user__email")
    list_select_related = ("user",)
    list_per_page = 50

    @admin.display(description=_("mensaje"), ordering="user_message")
    def message(self, turn: ChatTurn) -> str:
        return Truncator(turn.user_message).chars(80)

    @admin.display(description=_("confianza"), ordering="confidence")
    def percent(self, turn: ChatTurn) -> str:
        return "–" if turn.confidence is None else f"{turn.confidence:.0%}"
