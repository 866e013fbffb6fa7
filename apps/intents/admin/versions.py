"""Models in Django admin: which there are, how good each is, and which one answers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.engine import engine_name
from apps.core.admin import moment
from apps.core.charts import NOTHING, SCRIPTS, STYLES, percent
from apps.intents import model_report as report
from apps.intents.admin.filters import EngineFilter
from apps.intents.admin.version_pages import VersionPages
from apps.intents.model_figures import figures_of, gate_words, state_words
from apps.intents.model_selectors import (
    has_untrained_changes,
    intent_links,
    run_that_made,
    trend_of,
    versions_for_lists,
)
from apps.intents.models import ModelVersion
from apps.intents.services.rasa_status import rasa_status_if_used
from apps.intents.services.versions import active_version


@admin.register(ModelVersion)
class ModelVersionAdmin(VersionPages):
    list_display = (
        "version",
        "trained",
        "accuracy",
        "macro_f1",
        "noisy",
        "answered",
        "data",
        "links",
    )
    list_display_links = None
    list_filter = (EngineFilter, "decision")
    list_per_page = 30
    actions = None
    fields = ("name",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Busca por versión")

    class Media:
        css = {"all": [*STYLES, "css/models.css"]}
        js = SCRIPTS

    @admin.display(description=gettext_lazy("versión"), ordering="name")
    def version(self, row: ModelVersion) -> str:
        """Its name, in words whether it answers, and which engine it is for."""
        is_active = getattr(row, "is_active", False)
        return format_html(
            '<a href="{}">{}</a> <strong class="{}">{}</strong> <span class="model-engine">{}</span>',
            self.url_of(row),
            row.name,
            "model-active" if is_active else f"model-decision is-{row.decision}",
            _("Activo") if is_active else row.get_decision_display(),
            row.engine,
        )

    @admin.display(description=gettext_lazy("entrenado"), ordering="trained_at")
    def trained(self, row: ModelVersion) -> str:
        who = str(row.trained_by) if row.trained_by else _("automático")
        return format_html("{} <span>{}</span>", moment(row.trained_at), who)

    @admin.display(description=gettext_lazy("acierto"))
    def accuracy(self, row: ModelVersion) -> str:
        return percent(row.figures.get("accuracy"))

    @admin.display(description="macro-F1")
    def macro_f1(self, row: ModelVersion) -> str:
        return percent(row.figures.get("macro_f1"))

    @admin.display(description=gettext_lazy("con errores de escritura"))
    def noisy(self, row: ModelVersion) -> str:
        return percent(row.figures.get("noisy_accuracy"))

    @admin.display(description=gettext_lazy("responde / acierta"))
    def answered(self, row: ModelVersion) -> str:
        return f"{percent(row.figures.get('coverage'))} / {percent(row.figures.get('precision'))}"

    @admin.display(description=gettext_lazy("intenciones / ejemplos"))
    def data(self, row: ModelVersion) -> str:
        return f"{row.figures.get('n_intents', NOTHING)} / {row.figures.get('n_examples', NOTHING)}"

    @admin.display(description="")
    def links(self, row: Any) -> str:
        compare = format_html('<a href="{}">{}</a>', self.url_of(row, "compare"), _("Comparar"))
        if not getattr(row, "may_activate", False):
            return compare
        link = format_html(
            '<a href="{}" aria-label="{}: {}">{}</a>',
            self.url_of(row, "activate"),
            row.verb,
            row.name,
            row.short_verb,
        )
        return format_html("{} {}", compare, link)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        return versions_for_lists().order_by("-trained_at", "id")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The rows know which of them is active; above them stands the trend."""
        engine = request.GET.get(EngineFilter.parameter_name) or engine_name()
        active, trend = active_version(engine), trend_of(engine)
        context = {
            "trend": report.trend_chart(trend, self.url_of) if len(trend) > 1 else None,
            "pending": has_untrained_changes(active),
            "rasa": rasa_status_if_used(),
            **(extra_context or {}),
        }
        page = super().changelist_view(request, context)
        changelist = (getattr(page, "context_data", None) or {}).get("cl")
        for row in changelist.result_list if changelist else ():
            self.mark(request, row, active)
        return page

    def facts(self, request: HttpRequest, row: ModelVersion) -> dict[str, Any]:
        """Everything that the page of one model says."""
        active = active_version(row.engine)
        self.mark(request, row, active)
        beside = active if active is not None and active.pk != row.pk else None
        links = intent_links(report.named_intents(row))
        run = run_that_made(row) if request.user.has_perm("intents.view_trainingrun") else None
        return {
            "title": _("Modelo %(name)s") % {"name": row.name},
            "subtitle": None,
            "version": row,
            "beside": beside,
            "state": state_words(row, active),
            "figures": figures_of(row, beside),
            "gate": gate_words(row),
            "charts": [
                c for c in (report.intents_chart(row, links), report.coverage_chart(row)) if not c.is_empty
            ],
            "confusions": report.confusions(row, links),
            "suspects": report.suspects(row, links),
            "conversations": (row.report or {}).get("conversations"),
            "run": run,
            "run_url": reverse("admin:intents_trainingrun_change", args=[run.pk]) if run else "",
            "compare_url": self.url_of(row, "compare"),
            "activate_url": self.url_of(row, "activate"),
        }
