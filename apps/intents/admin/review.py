"""The review inbox in Django admin: one group a row, decided by key, by mouse, or without JavaScript."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.models import DEFAULT_SENDER
from apps.core.admin import moment
from apps.core.charts import percent
from apps.core.errors import AppError
from apps.intents import review_selectors as selectors
from apps.intents.admin.review_actions import ReviewDecisions
from apps.intents.admin.review_texts import progress_text, undo_label
from apps.intents.models import ReviewGroup, ReviewItem
from apps.intents.services.review import decisions
from apps.intents.services.review.collecting import collect_for_page
from apps.intents.services.review.guesses import add_current_guesses
from apps.intents.services.review.personal import personal_data_in

Groups = QuerySet[ReviewGroup]
REASONS = dict(ReviewItem.Reason.choices)
FOLDER = "admin/intents/reviewgroup"


class StateFilter(admin.SimpleListFilter):
    """Open ones, unless something else is asked for."""

    title = gettext_lazy("estado")
    parameter_name = "estado"
    ALL = "todos"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in ReviewGroup.State.choices] + [
            (self.ALL, _("Todos"))
        ]

    def value(self) -> str:
        return super().value() or ReviewGroup.State.OPEN

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: Groups) -> Groups:
        return queryset if self.value() == self.ALL else queryset.filter(state=self.value())


class ReasonFilter(admin.SimpleListFilter):
    title = gettext_lazy("motivo")
    parameter_name = "motivo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ReviewItem.Reason.choices

    def queryset(self, request: HttpRequest, queryset: Groups) -> Groups:
        wanted = self.value()
        return queryset.filter(reasons__contains=wanted) if wanted in REASONS else queryset


class ReviewList(ChangeList):
    """Adds to a page's groups what the model makes of them now, and the intents to choose from."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        add_current_guesses([row for row in rows if row.is_open])
        self.intents = selectors.intent_choices()
        for row in rows:
            add_buttons(row, dict(self.intents))
            row.may_decide = self.model_admin.has_change_permission(request)
            row.may_create = request.user.has_perm("intents.add_intent")
        self.result_list: Any = rows


def add_buttons(group: Any, titles: dict[str, str]) -> None:
    """The guesses that can be chosen: of intents that exist and are active."""
    known = [guess for guess in group.guesses if guess.get("intent") in titles]
    group.buttons = [
        {
            "intent": guess["intent"],
            "percent": percent(guess["confidence"], 0),
            "title": titles[guess["intent"]],
        }
        for guess in known
    ]
    group.reason_labels = [REASONS[word] for word in group.reasons.split() if word in REASONS]
    found = getattr(group, "known", None)
    group.known_text = (
        _("El modelo actual ya lo entiende como «%(intent)s» (%(percent)s)")
        % {"intent": found.intent, "percent": percent(found.confidence, 0)}
        if found
        else ""
    )


@admin.register(ReviewGroup)
class ReviewGroupAdmin(ReviewDecisions):
    list_display = ("message", "choices", "last")
    list_display_links = None
    list_filter = (StateFilter, ReasonFilter, "last_at")
    list_select_related = ("intent", "decided_by")
    list_per_page = 50
    search_fields = ("text",)
    search_help_text = gettext_lazy("Busca en todas las formas de los mensajes")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = f"{FOLDER}/change_list.html"

    class Media:
        css = {"all": ["css/rows.css", "css/review.css"]}
        js = [Script("js/review.js", type="module")]

    @admin.display(description=gettext_lazy("mensaje"), ordering="message_count")
    def message(self, group: Any) -> SafeString:
        return render_to_string(f"{FOLDER}/_message.html", {"group": group})

    @admin.display(description=gettext_lazy("qué quiso decir"))
    def choices(self, group: Any) -> SafeString:
        return render_to_string(f"{FOLDER}/_choices.html", {"group": group})

    @admin.display(description=gettext_lazy("último"), ordering="last_at")
    def last(self, group: Any) -> str:
        return moment(group.last_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReviewList

    def get_search_results(
        self, request: HttpRequest, queryset: Groups, search_term: str
    ) -> tuple[Groups, bool]:
        return selectors.groups_matching(q=search_term, among=queryset), False

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide_view)
        return [path("decide/", decide, name="intents_reviewgroup_decide"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "GET" and self.has_view_permission(request):
            collect_for_page()
        last: list[ReviewGroup] = []
        may_decide = self.has_change_permission(request)
        if request.method == "GET" and may_decide:
            last = decisions.last_decision(by=request.user)  # type: ignore[arg-type]
        figures = selectors.progress()
        context = {
            "title": _("Bandeja de revisión"),
            "figures": figures,
            "progress_text": progress_text(figures),
            "undo_label": undo_label(last),
            "may_decide": may_decide,
            "may_add_intent": request.user.has_perm("intents.add_intent"),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A group with its wordings; with `panel` only what the inbox shows in its dialog."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            group: Any = decisions.group_by_id(object_id)
        except AppError as error:
            self.message_user(request, error.said, "error")
            return HttpResponseRedirect(reverse("admin:intents_reviewgroup_changelist"))
        is_panel = "panel" in request.GET
        context = {
            **({} if is_panel else self.admin_site.each_context(request)),
            **self.group_context(request, group),
            "title": str(group),
            "opts": self.opts,
            "media": self.media,
        }
        name = "_group" if is_panel else "group"
        return TemplateResponse(request, f"{FOLDER}/{name}.html", context)

    def group_context(self, request: HttpRequest, group: Any) -> dict[str, Any]:
        intents = selectors.intent_choices()
        if group.is_open:
            add_current_guesses([group])
        add_buttons(group, dict(intents))
        group.may_decide = self.has_change_permission(request)
        lines = selectors.lines_of(group)
        for line in lines:
            line.personal = personal_data_in(line.text)
            line.conversation = conversation_url(line.newest)
        return {
            "group": group,
            "lines": lines,
            "hidden_lines": max(0, group.wording_count - len(lines)),
            "intents": intents,
            "may_add_intent": request.user.has_perm("intents.add_intent"),
            "may_force": request.user.has_perm("intents.change_intent"),
        }


def conversation_url(item: ReviewItem) -> str:
    """The turns of that sender, oldest first; of those who gave none, only that day's."""
    turn = item.turn
    query = {"sender_id": turn.sender_id}
    if turn.sender_id == DEFAULT_SENDER:
        query["day"] = turn.day.isoformat()
    return f"{reverse('admin:logs_chatturn_changelist')}?{urlencode(query)}"
