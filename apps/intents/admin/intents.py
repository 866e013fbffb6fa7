"""Intents in Django admin: staff make the bot better on their own."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.admin import moment
from apps.core.db import atomic
from apps.core.errors import AppError
from apps.intents import insight
from apps.intents.admin.checks import live_checks
from apps.intents.admin.console import ConsolePages
from apps.intents.admin.filters import NeedFilter, OwnerFilter, TagFilter, sizes_of
from apps.intents.admin.transfer import IntentTransfer
from apps.intents.forms import IntentForm
from apps.intents.models import Answer, Example, Intent, IntentQuerySet
from apps.intents.selectors import examples_from_review, intents_matching
from apps.intents.services import intents
from apps.intents.stale import with_stale


class IntentList(ChangeList):
    """Counts the warnings of a page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        counts = insight.warning_counts(rows, sizes_of(request))
        for row in rows:
            row.n_warnings = counts[row.pk]
        self.result_list: Any = rows


@admin.register(Intent)
class IntentAdmin(ConsolePages, IntentTransfer):
    form = IntentForm
    change_list_template = "admin/intents/intent/change_list.html"
    list_display = (
        "name",
        "title",
        "examples",
        "answers",
        "warnings",
        "is_active",
        "requires_auth",
        "changed",
    )
    list_filter = ("is_active", "requires_auth", NeedFilter, TagFilter, OwnerFilter)
    search_fields = ("name", "title")
    search_help_text = gettext_lazy("Busca por nombre, título o texto de un ejemplo")
    show_full_result_count = False
    ordering = ("name",)
    readonly_fields = ("changed",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "title"),
                    "description",
                    ("requires_auth", "is_active"),
                    ("tags", "owner"),
                    "changed",
                )
            },
        ),
    )

    class Media:
        css = {"all": ["css/messages.css", "css/choices.css", "css/intents.css", "css/models.css"]}
        js = [Script("js/intents/main.js", type="module")]

    @admin.display(description=gettext_lazy("ejemplos"), ordering="n_examples")
    def examples(self, intent: Any) -> int:
        return intent.n_examples

    @admin.display(description=gettext_lazy("respuestas"), ordering="n_answers")
    def answers(self, intent: Any) -> int:
        return intent.n_answers

    @admin.display(description=gettext_lazy("avisos"))
    def warnings(self, intent: Any) -> str:
        return (
            ngettext("%d aviso", "%d avisos", intent.n_warnings) % intent.n_warnings
            if intent.n_warnings
            else "–"
        )

    @admin.display(description=gettext_lazy("actualizada"), ordering="updated_at")
    def changed(self, intent: Intent) -> str:
        return moment(None if intent._state.adding else intent.updated_at)

    def get_urls(self) -> list[Any]:
        checks = self.admin_site.admin_view(live_checks)
        return [path("checks/", checks, name="intents_intent_checks"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intent]:
        return with_stale(IntentQuerySet(Intent).with_counts()).order_by(*self.ordering)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return IntentList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Intent], search_term: str
    ) -> tuple[QuerySet[Intent], bool]:
        if not search_term.strip():
            return queryset, False
        return intents_matching(q=search_term.strip(), among=queryset), False

    def get_readonly_fields(self, request: HttpRequest, obj: Intent | None = None) -> Any:
        """The name is what rules, turns and models know it by: it stays."""
        return self.readonly_fields if obj is None else ("name", *self.readonly_fields)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.empty_label = _("Nadie")
        return field

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Intent | None = None,
    ) -> HttpResponse:
        """Adds what there is to say of the intent, as it is saved or, after an error, as it was typed."""
        form: IntentForm = context["adminform"].form
        lines = form.typed_lines
        context["count"] = insight.count_distinct(lines)
        if obj is not None or form.is_bound:
            name = obj.name if obj else str(form["name"].value() or "")
            notes = insight.notes_on(
                pk=obj.pk if obj else None,
                name=name,
                lines=lines,
                answers=form.answers_shown,
                dates=form.dates_shown,
            )
            context["notes"] = [note for note in notes if not note.line]
            context["line_notes"] = sorted((n for n in notes if n.line), key=lambda note: note.line)
            context["from_review"] = examples_from_review(obj) if obj else []
            context["holders"] = insight.rules_holding(name) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change or form.changed_data:
            self.say_train(request)
        repeated = insight.repeated_lines(form.typed_lines)
        if repeated:
            text = ngettext(
                "%d línea repetida no se guardó.", "%d líneas repetidas no se guardaron.", len(repeated)
            )
            self.message_user(request, text % len(repeated), messages.WARNING)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with an intent needs no permission of its own."""
        keys = [intent.pk for intent in objs]
        examples = Example.objects.filter(intent__in=keys).count()
        answers = Answer.objects.filter(intent__in=keys).count()
        counts = {
            self.opts.verbose_name_plural: len(keys),
            Example._meta.verbose_name_plural: examples,
            Answer._meta.verbose_name_plural: answers,
        }
        return (
            [f"{intent.name} ({intent.title})" if intent.title else intent.name for intent in objs],
            counts,
            set(),
            [],
        )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The log entry and the deletion together, on every engine; a refusal leads back with its reason.

        What would be refused is not asked.
        """
        try:
            with atomic():
                answer = super().delete_view(request, object_id, extra_context)
            if request.method == "GET" and answer.status_code == 200:
                intents.check_free(intent=Intent.objects.get(pk=unquote(object_id)))
        except AppError as error:
            self.message_user(request, error.said, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:intents_intent_change", args=[object_id]))
        if request.method == "POST" and answer.status_code == 302:
            self.say_train(request)
        return answer

    def delete_model(self, request: HttpRequest, obj: Intent) -> None:
        intents.delete_intent(intent=obj)
