"""What students answered in surveys, to be read and taken away as a table."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, moment
from apps.core.csv_stream import csv_response
from apps.helpdesk.admin.links import conversation_link
from apps.helpdesk.models import Survey

HEADER = ("fecha", "nivel", "comentario", "caso", "conversacion")


class CommentFilter(admin.SimpleListFilter):
    title = _("comentario")
    parameter_name = "comentario"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("si", _("Con comentario")), ("no", _("Sin comentario"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Survey]) -> QuerySet[Survey]:
        if self.value() == "si":
            return queryset.filter(comment__gt="")
        return queryset.filter(comment="") if self.value() == "no" else queryset


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    empty_note = _("Aquí aparecerá lo que los estudiantes respondan a la encuesta del chat.")
    list_display = ("answered", "level", "said", "ticket", "conversation")
    list_filter = ("level", CommentFilter, "updated_at")
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("comment", "conversation_id", "ticket__number")
    search_help_text = _("Busca por comentario, conversación o número de caso")
    fields = ("level", "comment", "ticket", "user", "conversation", "created_at", "updated_at")
    readonly_fields = ("conversation",)
    change_list_template = "admin/helpdesk/survey/change_list.html"

    class Media:
        css = {"all": ["css/helpdesk.css"]}

    def get_urls(self) -> list[URLPattern]:
        export = path("export/", self.admin_site.admin_view(self.export), name="helpdesk_survey_export")
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list, as it is filtered."""
        if not (self.has_view_permission(request) and request.user.has_perm("helpdesk.export_survey")):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        return csv_response("encuestas", HEADER, _cells(rows), request=request)

    @admin.display(description=_("respondida"), ordering="updated_at")
    def answered(self, survey: Survey) -> str:
        return moment(survey.updated_at)

    @admin.display(description=_("comentario"), ordering="comment", empty_value="–")
    def said(self, survey: Survey) -> str:
        return Truncator(survey.comment).chars(120) or "–"

    @admin.display(description=_("conversación"), ordering="conversation_id")
    def conversation(self, survey: Survey) -> str:
        return conversation_link(survey.conversation_id)


def _cells(rows: QuerySet[Survey]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(500):
        answered = timezone.localtime(row.updated_at).isoformat()
        number = row.ticket.number if row.ticket else ""
        yield answered, row.level, row.comment, number, row.conversation_id
