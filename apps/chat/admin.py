from django.contrib import admin

from apps.chat.models import Conversation
from apps.core.admin import ReadOnlyAdmin


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Where conversations stand."""

    list_display = ("sender_id", "updated_at", "created_at")
    search_fields = ("sender_id",)
