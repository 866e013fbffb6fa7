"""Kept recordings in Django admin: listened to, and deleted with their files."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.chat.models import Recording
from apps.chat.recording_selectors import recording
from apps.chat.services.recordings import delete_recordings, path_of
from apps.core.admin import moment
from apps.core.errors import NotFound
from apps.core.ranges import file_response


@admin.register(Recording)
class RecordingAdmin(admin.ModelAdmin):
    empty_note = _(
        "Aquí aparecerán los audios de los estudiantes, si AUDIO_STORE los guarda; se borran solos."
    )
    list_display = ("received", "sender_id", "heard", "kind", "size")
    list_filter = ("created_at", "mime")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("sender_id", "session_id", "transcript")
    fields = readonly_fields = (
        *("received", "sender_id", "session_id", "user", "player", "transcript"),
        *("kind", "size", "lang"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Recording) -> None:
        delete_recordings(Recording.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Recording]) -> None:
        delete_recordings(queryset)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sound)
        return [path("<path:object_id>/audio/", view, name="chat_recording_audio"), *super().get_urls()]

    def sound(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            row = recording(object_id)
            return file_response(request, path_of(row), row.mime)
        except NotFound as error:
            raise Http404 from error

    @admin.display(description=_("recibida"), ordering="created_at")
    def received(self, row: Recording) -> str:
        return moment(row.created_at)

    @admin.display(description=_("transcripción"))
    def heard(self, row: Recording) -> str:
        return Truncator(row.transcript).chars(100) or "–"

    @admin.display(description=_("tipo"), ordering="mime")
    def kind(self, row: Recording) -> str:
        return row.mime

    @admin.display(description=_("tamaño"), ordering="size_bytes")
    def size(self, row: Recording) -> str:
        return filesizeformat(row.size_bytes)

    @admin.display(description=_("audio"))
    def player(self, row: Recording) -> str:
        source = reverse("admin:chat_recording_audio", args=[row.pk])
        return format_html('<audio controls preload="none" src="{}"></audio>', source)
