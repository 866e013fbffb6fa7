"""Pages of one model beside another: the comparison, and the question before one is activated."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.core.admin import FactsAdmin
from apps.core.errors import AppError
from apps.intents import model_report as report
from apps.intents.model_answers import what_would_change
from apps.intents.model_figures import figures_of, gate_words, state_words
from apps.intents.model_selectors import comparable_with, intent_links
from apps.intents.models import ModelVersion
from apps.intents.services.versions import activate_version, active_version

OFFERED = 50
"""Models to compare with."""


class VersionPages(FactsAdmin):
    def get_urls(self) -> list[URLPattern]:
        pages = {"compare": self.compare, "activate": self.activate}
        own = [
            path(
                f"<path:object_id>/{verb}/",
                self.admin_site.admin_view(page),
                name=f"intents_modelversion_{verb}",
            )
            for verb, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def url_of(self, row: ModelVersion, verb: str = "change") -> str:
        return reverse(f"admin:intents_modelversion_{verb}", args=[row.pk])

    def may_activate(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("intents.change_modelversion"))

    def mark(self, request: HttpRequest, row: Any, active: ModelVersion | None) -> None:
        """Tells a row whether it is active, whether this person may activate it, and in which words."""
        row.is_active = active is not None and active.pk == row.pk
        row.may_activate = bool(row.file) and not row.is_active and self.may_activate(request)
        is_older = active is not None and active.engine == row.engine and row.trained_at < active.trained_at
        row.verb = _("Volver a este modelo") if is_older else _("Activar")
        row.short_verb = _("Volver") if is_older else row.verb

    def found(self, request: HttpRequest, object_id: str) -> ModelVersion:
        row: ModelVersion | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """With ?with=, else with the active one: figures, intents, and the messages answered differently."""
        row = self.found(request, object_id)
        active = active_version(row.engine)
        self.mark(request, row, active)
        others = list(comparable_with(row)[:OFFERED])
        other = self.chosen_of(request, row, active, others)
        context: dict[str, Any] = {
            "title": _("Comparar el modelo %(name)s") % {"name": row.name},
            "others": others,
            "other": other,
            "other_is_active": other is not None and active is not None and other.pk == active.pk,
        }
        if other is not None:
            links = intent_links(report.named_intents(row) | report.named_intents(other))
            context |= {
                "figures": figures_of(row, other),
                "changes": report.intent_changes(row, other, links),
                "answers": what_would_change(new=row, old=other),
            }
        return self.page(request, row, "compare", context)

    def chosen_of(
        self,
        request: HttpRequest,
        row: ModelVersion,
        active: ModelVersion | None,
        others: list[ModelVersion],
    ) -> ModelVersion | None:
        wanted = request.GET.get("with", "")
        if wanted:
            other: ModelVersion | None = self.get_object(request, wanted)
            if other is None or other.engine != row.engine or other.pk == row.pk:
                raise Http404
            return other
        if active is not None and active.pk != row.pk:
            return active
        return next((other for other in others if other.trained_at <= row.trained_at), None)

    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first, with what will change; nothing changes before the answer."""
        row = self.found(request, object_id)
        if not self.may_activate(request):
            raise PermissionDenied
        active = active_version(row.engine)
        self.mark(request, row, active)
        if row.is_active:  # type: ignore[attr-defined]
            self.message_user(request, _("Este modelo ya es el activo."), messages.INFO)
            return HttpResponseRedirect(self.url_of(row))
        if request.method == "POST":
            return self.activated(request, row)
        context = {
            "title": f"{row.verb}: {row.name}",  # type: ignore[attr-defined]
            "state": state_words(row, active),
            "gate": gate_words(row),
            "other": active,
            "figures": figures_of(row, active),
            "answers": what_would_change(new=row, old=active) if active else None,
        }
        return self.page(request, row, "activate", context)

    def activated(self, request: HttpRequest, row: ModelVersion) -> HttpResponse:
        try:
            activate_version(version=row, by=request.user)  # type: ignore[arg-type]  # admin's users are ours
        except AppError as error:
            self.message_user(request, error.said, messages.ERROR)
            return HttpResponseRedirect(self.url_of(row))
        self.log_change(request, row, _("Activó el modelo."))
        text = _("El modelo %(name)s está activo: responde desde ahora.") % {"name": row.name}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self.url_of(row))

    def page(
        self, request: HttpRequest, row: ModelVersion, verb: str, context: dict[str, Any]
    ) -> TemplateResponse:
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "version": row,
            "original": row,
            "change_url": self.url_of(row),
            "compare_url": self.url_of(row, "compare"),
            "activate_url": self.url_of(row, "activate"),
            **context,
        }
        return TemplateResponse(request, f"admin/intents/modelversion/{verb}.html", whole)
