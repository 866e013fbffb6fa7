from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.chat.models import Conversation


@admin.register(Conversation)
class ConversationAdmin(admin.ModelAdmin):
    """Where conversations stand; read only."""

    list_display = ("sender_id", "updated_at", "created_at")
    search_fields = ("sender_id",)
    date_hierarchy = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
