"""The audit in Django admin: read, filtered and taken away as a table; nobody writes here."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import STAFF
from apps.core.admin import FactsAdmin, moment
from apps.core.audit import UPDATE, audited_models
from apps.logs import audit_words as words
from apps.logs.audit_views import csv_of
from apps.logs.models import AuditEntry

Entries = QuerySet[AuditEntry]
admin.site.unregister(AuditEntry)  # auditlog's own page


class WhoFilter(admin.SimpleListFilter):
    title = _("quién")
    parameter_name = "quien"
    NOBODY = "nadie"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        team = User.objects.filter(rol__in=STAFF).order_by("nombre", "email")[:100]
        return [*((str(user.pk), str(user)) for user in team), (self.NOBODY, _("Sin cuenta (comandos)"))]

    def queryset(self, request: HttpRequest, queryset: Entries) -> Entries:
        if self.value() == self.NOBODY:
            return queryset.filter(actor=None)
        known = {key for key, _name in self.lookup_choices}
        value = self.value()
        return queryset.filter(actor=UUID(value)) if value and value in known else queryset


class KindFilter(admin.SimpleListFilter):
    title = _("tipo")
    parameter_name = "tipo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = [(m._meta.label_lower, str(m._meta.verbose_name_plural)) for m in audited_models()]
        return sorted(kinds, key=lambda kind: kind[1].lower())

    def queryset(self, request: HttpRequest, queryset: Entries) -> Entries:
        models = {m._meta.label_lower: m for m in audited_models()}
        model = models.get(self.value() or "")
        return queryset.filter(content_type=ContentType.objects.get_for_model(model)) if model else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(FactsAdmin):
    list_display = ("at", "who", "change", "fields_named")
    list_display_links = ("at",)
    list_filter = (WhoFilter, KindFilter, "action", "timestamp")
    list_select_related = ("content_type",)
    list_per_page = 50
    search_fields = ("=cid", "=object_pk", "object_repr", "actor_email")
    search_help_text = _("Busca por identificador de petición, objeto o correo de quien lo hizo")
    change_form_template = "admin/logs/auditentry/change_form.html"
    change_list_template = "admin/logs/auditentry/change_list.html"

    class Media:
        css = {"all": ["css/audit.css"]}

    def get_urls(self) -> list[URLPattern]:
        export = path("export/", self.admin_site.admin_view(self.export), name="logs_auditentry_export")
        return [export, *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """History links name one row."""
        return lookup in {"object_pk", "content_type"} or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list, as it is filtered."""
        if not (self.has_view_permission(request) and request.user.has_perm("logs.export_auditentry")):
            raise PermissionDenied
        return csv_of(self.get_changelist_instance(request).get_queryset(request), request)

    def facts(self, request: HttpRequest, obj: AuditEntry) -> dict[str, Any]:
        return {
            "title": str(obj),
            "subtitle": None,
            "entry": obj,
            "lines": words.lines_of(obj),
            "kind": words.kind_of(obj),
            "who": words.who(obj),
            "via": words.via(obj),
            "page": words.page_of(obj),
        }

    @admin.display(description=_("momento"), ordering="timestamp")
    def at(self, entry: AuditEntry) -> str:
        return moment(entry.timestamp)

    @admin.display(description=_("quién"), ordering="actor_email")
    def who(self, entry: AuditEntry) -> str:
        return words.who(entry)

    @admin.display(description=_("qué"), ordering="action")
    def change(self, entry: AuditEntry) -> str:
        name, page = Truncator(entry.object_repr).chars(60), words.page_of(entry)
        told = f"{entry.get_action_display()} · {words.kind_of(entry)}: "
        return format_html('{}<a href="{}">{}</a>', told, page, name) if page else told + name

    @admin.display(description=_("campos"))
    def fields_named(self, entry: AuditEntry) -> str:
        """Of a new row and of one that is gone it would be all of them."""
        names = words.names_of(entry) if entry.action == UPDATE else ""
        return Truncator(names).chars(80) or words.EMPTY
