"""Self-tests in Django admin: ask for one, see what it found, load the model anew."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import FactsAdmin, moment
from apps.core.errors import AppError
from apps.ops.models import SelfTestRun
from apps.ops.services.selftest import start_self_test, summary
from apps.ops.services.steps import TITLES, WORDS


@admin.register(SelfTestRun)
class SelfTestRunAdmin(FactsAdmin):
    list_display = ("asked", "told_result", "what", "who", "took")
    list_filter = ("result", "asked_at")
    list_per_page = 30
    actions = None
    fields = ("state",)

    class Media:
        css = {"all": ["css/ops.css"]}
        js = ["js/reload.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SelfTestRun]:
        return super().get_queryset(request).select_related("asked_by")

    @admin.display(description=gettext_lazy("pedida"), ordering="asked_at")
    def asked(self, run: SelfTestRun) -> str:
        return moment(run.asked_at)

    @admin.display(description=gettext_lazy("resultado"), ordering="result")
    def told_result(self, run: SelfTestRun) -> str:
        word = run.get_result_display() if run.result else run.get_state_display()
        return format_html('<span class="test-result test-{}">{}</span>', run.result or run.state, word)

    @admin.display(description=gettext_lazy("qué encontró"))
    def what(self, run: SelfTestRun) -> str:
        return summary(run)

    @admin.display(description=gettext_lazy("quién"))
    def who(self, run: SelfTestRun) -> str:
        return str(run.asked_by) if run.asked_by else "–"

    @admin.display(description=gettext_lazy("duración"))
    def took(self, run: SelfTestRun) -> str:
        return "–" if run.duration_ms is None else f"{number_format(run.duration_ms / 1000, 1)} s"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.start)
        return [path("start/", view, name="ops_selftestrun_start"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_start = request.user.has_perm("ops.add_selftestrun")
        return super().changelist_view(request, {"may_start": may_start, **(extra_context or {})})

    def facts(self, request: HttpRequest, run: SelfTestRun) -> dict[str, Any]:
        return {
            "title": _("Autoprueba del %(moment)s") % {"moment": moment(run.asked_at)},
            "subtitle": None,
            "run": run,
            "message": summary(run),
            "steps": [
                {**step, "title": TITLES.get(step["name"]), "word": WORDS.get(step["state"])}
                for step in run.steps
            ],
            "total": len(TITLES),
            "who": self.who(run),
            "took": self.took(run),
            "may_start": not run.is_open and request.user.has_perm("ops.add_selftestrun"),
        }

    def start(self, request: HttpRequest) -> HttpResponse:
        """Leads to the one that was asked for, or is under way."""
        if not request.user.has_perm("ops.add_selftestrun"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            run = start_self_test(asked_by=request.user)  # type: ignore[arg-type]
        except AppError as error:
            self.message_user(request, error.said, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:ops_selftestrun_changelist"))
        return HttpResponseRedirect(reverse("admin:ops_selftestrun_change", args=[run.pk]))
