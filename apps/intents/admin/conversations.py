"""Saved conversations in Django admin: edited as lines, rehearsed as they are looked at."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.admin import moment
from apps.intents.admin.conversation_actions import ConversationActions
from apps.intents.admin.conversation_pages import ConversationPages
from apps.intents.admin.shown import verdict
from apps.intents.models import SavedConversation
from apps.intents.rehearsal_forms import SavedConversationForm
from apps.intents.rehearsals.turns import turns_of
from apps.intents.services.loading import model_if_any
from apps.intents.services.rehearsals import rehearse, rehearse_rows

LIST_SECONDS = 3.0
"""A page's rows are rehearsed as it is shown; beyond that time they stay untried."""


class RehearsedList(ChangeList):
    """Rehearses the rows of a page with the model that answers."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        model = model_if_any()
        found = rehearse_rows(rows, model, LIST_SECONDS) if model else {}
        for row in rows:
            row.rehearsal = found.get(row.pk)
        self.result_list: Any = rows


@admin.register(SavedConversation)
class SavedConversationAdmin(ConversationPages, ConversationActions):
    form = SavedConversationForm
    list_display = ("name", "length", "is_active", "outcome", "changed")
    list_filter = ("is_active",)
    search_fields = ("name", "description")
    list_per_page = 25
    list_max_show_all = 25
    show_full_result_count = False
    ordering = ("name",)
    readonly_fields = ("changed",)
    fieldsets = ((None, {"fields": ("name", "description", ("is_active", "changed"))}),)

    class Media:
        css = {"all": ["css/intents.css", "css/console.css"]}

    @admin.display(description=gettext_lazy("turnos"))
    def length(self, saved: SavedConversation) -> int:
        return len(turns_of(saved.turns))

    @admin.display(description=gettext_lazy("con el modelo de ahora"))
    def outcome(self, saved: Any) -> str:
        if saved.rehearsal is None:
            return "–"
        wrong = saved.rehearsal.first_wrong
        if wrong is None:
            return _("✓ Bien")
        return _("✗ Turno %(number)d. %(verdict)s") % {"number": wrong.number, "verdict": verdict(wrong)}

    @admin.display(description=gettext_lazy("actualizada"), ordering="updated_at")
    def changed(self, saved: SavedConversation) -> str:
        return moment(None if saved._state.adding else saved.updated_at)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's own title would lie under the buttons."""
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RehearsedList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Remembers who makes it."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"author": request.user})

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: SavedConversation | None = None,
    ) -> HttpResponse:
        """Beside each line, what is expected of the saved one and what the bot answers now."""
        form: SavedConversationForm = context["adminform"].form
        model = model_if_any()
        outcomes = rehearse(obj, model).turns if obj and model else ()
        before = form.before
        context["rows"] = [
            {
                "form": line,
                "expected": before[place] if place < len(before) else None,
                "outcome": outcomes[place] if place < len(outcomes) else None,
                "verdict": verdict(outcomes[place]) if place < len(outcomes) else "",
            }
            for place, line in enumerate(form.lines.forms)
        ]
        context["n_wrong"] = sum(not turn.is_right for turn in outcomes)
        context["model_version"] = model.version if model else ""
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.recorded:
            text = ngettext(
                "%d turno nuevo espera lo que el bot responde ahora.",
                "%d turnos nuevos esperan lo que el bot responde ahora.",
                form.recorded,
            )
            self.message_user(request, text % form.recorded, messages.INFO)
