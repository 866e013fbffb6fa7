"""Trainings in Django admin: start one, watch it, go away and come back, cancel it."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.engine import engine_name
from apps.core.admin import FactsAdmin, moment
from apps.core.charts import NOTHING
from apps.core.errors import AppError
from apps.intents.model_selectors import has_untrained_changes, log_tail, open_run, runs_for_lists
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.training import cancel_training, start_training
from apps.intents.services.versions import active_version


@admin.register(TrainingRun)
class TrainingRunAdmin(FactsAdmin):
    list_display = ("asked", "told_state", "bar", "trigger", "who", "took", "made")
    list_filter = ("state", "trigger")
    list_per_page = 30
    actions = None
    fields = ("state",)

    class Media:
        css = {"all": ["css/models.css"]}
        js = ["js/training.js"]

    @admin.display(description=gettext_lazy("pedido"), ordering="asked_at")
    def asked(self, run: TrainingRun) -> str:
        return moment(run.asked_at)

    @admin.display(description=gettext_lazy("estado"), ordering="state")
    def told_state(self, run: TrainingRun) -> str:
        return format_html('<span class="run-state run-{}">{}</span>', run.state, run.get_state_display())

    @admin.display(description=gettext_lazy("avance"))
    def bar(self, run: TrainingRun) -> str:
        done = str(percent_done(run))
        label = _("Avance del entrenamiento")
        return format_html(
            '<progress max="100" value="{}" aria-label="{}"></progress> {}\u00a0%', done, label, done
        )

    @admin.display(description=gettext_lazy("quién"))
    def who(self, run: TrainingRun) -> str:
        return str(run.asked_by) if run.asked_by else NOTHING

    @admin.display(description=gettext_lazy("duración"))
    def took(self, run: TrainingRun) -> str:
        return duration(run)

    @admin.display(description=gettext_lazy("modelo"))
    def made(self, run: TrainingRun) -> str:
        if run.version is None:
            return NOTHING
        return format_html('<a href="{}">{}</a>', version_url(run.version), run.version.name)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingRun]:
        return runs_for_lists()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("start/", view(self.start), name="intents_trainingrun_start"),
            path("<path:object_id>/state/", view(self.state), name="intents_trainingrun_state"),
            path("<path:object_id>/cancel/", view(self.cancel), name="intents_trainingrun_cancel"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        pending = has_untrained_changes(active_version(engine_name()))
        return super().changelist_view(request, {"pending": pending, **(extra_context or {})})

    def facts(self, request: HttpRequest, run: TrainingRun) -> dict[str, Any]:
        """Everything that the page of a run says."""
        is_waiting = run.version is not None and run.version.decision == ModelVersion.Decision.WAITING
        return {
            "title": _("Entrenamiento del %(moment)s") % {"moment": moment(run.asked_at)},
            "subtitle": None,
            "run": run,
            "percent": percent_done(run),
            "took": duration(run),
            "warning": warning(run),
            "log": log_tail(run),
            "state_url": run_url(run, "state"),
            "cancel_url": run_url(run, "cancel"),
            "may_cancel": run.is_open and request.user.has_perm("intents.change_trainingrun"),
            "version_url": version_url(run.version) if run.version else "",
            "activate_url": version_url(run.version, "activate")
            if is_waiting and run.version and request.user.has_perm("intents.change_modelversion")
            else "",
        }

    def state(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the page asks for every second while the run is open."""
        run = self.found(request, object_id)
        return JsonResponse(
            {
                "is_open": run.is_open,
                "state": run.get_state_display(),
                "percent": percent_done(run),
                "step": run.step,
                "took": duration(run),
                "warning": warning(run),
                "log": log_tail(run),
            }
        )

    def start(self, request: HttpRequest) -> HttpResponse:
        """Says what has changed and asks; while one is open it leads there."""
        if not request.user.has_perm("intents.add_trainingrun"):
            raise PermissionDenied
        if request.method == "POST":
            return self.started(request)
        run = open_run()
        if run is not None and not warning(run):
            return HttpResponseRedirect(run_url(run))
        active = active_version(engine_name())
        context = {"active": active, "pending": has_untrained_changes(active), "title": _("Entrenar ahora")}
        return self.page(request, "start", context)

    def started(self, request: HttpRequest) -> HttpResponse:
        try:
            run = start_training(trigger=TrainingRun.Trigger.ADMIN, asked_by=request.user)  # type: ignore[arg-type]
        except AppError as error:
            self.message_user(request, error.said, messages.WARNING)
            other = open_run()
            url = run_url(other) if other else reverse("admin:intents_trainingrun_changelist")
            return HttpResponseRedirect(url)
        self.log_addition(request, run, _("Pidió el entrenamiento."))
        return HttpResponseRedirect(run_url(run))

    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = self.found(request, object_id)
        if not request.user.has_perm("intents.change_trainingrun"):
            raise PermissionDenied
        if request.method != "POST":
            context = {"title": _("¿Cancelar este entrenamiento?"), "run": run, "percent": percent_done(run)}
            return self.page(request, "cancel", {**context, "original": run, "run_url": run_url(run)})
        try:
            cancel_training(run=run)
        except AppError as error:
            self.message_user(request, error.said, messages.ERROR)
        else:
            self.log_change(request, run, _("Canceló el entrenamiento."))
            text = _("Se canceló.") if not run.is_open else _("Se detendrá al terminar el paso de ahora.")
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(run_url(run))

    def found(self, request: HttpRequest, object_id: str) -> TrainingRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        run: TrainingRun | None = self.get_object(request, object_id)
        if run is None:
            raise Http404
        return run

    def page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, f"admin/intents/trainingrun/{name}.html", whole)


def run_url(run: TrainingRun, verb: str = "change") -> str:
    return reverse(f"admin:intents_trainingrun_{verb}", args=[run.pk])


def version_url(version: ModelVersion, verb: str = "change") -> str:
    return reverse(f"admin:intents_modelversion_{verb}", args=[version.pk])


def percent_done(run: TrainingRun) -> int:
    return int(max(0.0, min(1.0, run.progress)) * 100)


def warning(run: TrainingRun) -> str:
    """What to do when nobody seems to be working on an open run."""
    limit = timezone.now() - timedelta(seconds=run.SILENT_SECONDS)
    if run.state == TrainingRun.State.QUEUED and run.asked_at < limit:
        return _(
            "Nadie lo ha empezado. Revisa que el proceso de trabajos («manage.py worker») esté en marcha."
        )
    if run.is_silent:
        return _("Quien entrenaba no da señales. Puedes cancelarlo y entrenar otra vez.")
    return ""


def duration(run: TrainingRun) -> str:
    """Minutes and seconds of work, up to now while it goes on."""
    if run.started_at is None:
        return NOTHING
    seconds = int(((run.ended_at or timezone.now()) - run.started_at).total_seconds())
    minutes, seconds = divmod(max(0, seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
