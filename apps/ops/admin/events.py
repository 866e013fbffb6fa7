"""What pages told about themselves, by day."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.ops.models import EventCount


@admin.register(EventCount)
class EventCountAdmin(ReadOnlyAdmin):
    list_display = ("day", "name", "count")
    list_filter = ("day",)
    list_per_page = 100
    search_fields = ("name",)
    actions = None
