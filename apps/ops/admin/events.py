"""What pages told about themselves, by day."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from apps.core.admin import ReadOnlyAdmin
from apps.ops.models import EventCount


@admin.register(EventCount)
class EventCountAdmin(ReadOnlyAdmin):
    empty_note = gettext_lazy(
        "Aquí aparecerá cuántas veces pasó cada cosa que cuentan las páginas, sin decir a quién."
    )
    list_display = ("day", "name", "count")
    list_filter = ("day",)
    list_per_page = 100
    search_fields = ("name",)
    actions = None
