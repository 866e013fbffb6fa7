"""What pages of Django admin have in common."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.db import atomic
from apps.core.errors import AppError

MAX_CHOSEN = 500
"""Rows that one bulk action takes: a page must answer within the clients' 15 s (http.md, rule 1.12)."""
SHOWN = 50
SHORT_SENDER = 12
"""Letters of a sender in a list: the chat page's have 36, and would make each row five lines high."""


def moment(value: datetime | None) -> str:
    """A local date and time that fits a column."""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT") if value else "–"


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows are read here, never made, changed or deleted."""

    show_full_result_count = False  # counting a large table costs more than the page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FactsAdmin(ReadOnlyAdmin):
    """A row's page is a template of its own; `facts` is all that it says."""

    def facts(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        raise NotImplementedError

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context.update(self.facts(request, obj))
        return super().render_change_form(request, context, add, change, form_url, obj)


class ServiceForm(forms.BaseForm):
    """A form whose saving is one service call; what the service refuses is said at the fields.

    The call is the end of validation: later than that, Django admin can show no form any more.
    """

    service_fields: ClassVar[dict[str, str]] = {}
    """A service's name of a field → the form's, where they differ."""

    def apply(self) -> Any:
        """Calls the service; what it returns becomes the form's instance."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # every kind of form has it
        if self.errors:
            return
        try:
            self.instance = self.apply()
        except AppError as error:
            self.refuse(error)

    def refuse(self, error: AppError) -> None:
        for row in getattr(error, "errors", None) or [{"field": "", "message": str(error.text)}]:
            name = self.service_fields.get(row["field"], row["field"])
            self.add_error(name if name in self.fields else None, row["message"])

    def save(self, commit: bool = True) -> Any:
        return self.instance

    def save_m2m(self) -> None:
        """Django admin asks for it after save(commit=False)."""


class ServiceAdmin(admin.ModelAdmin):
    """A model whose forms are ServiceForms, and bulk actions that ask first and go row by row."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form's service has saved it."""

    def chosen(self, request: HttpRequest, queryset: QuerySet[Any], most: int = MAX_CHOSEN) -> list[Any]:
        """The chosen rows; none, and a message, when there are too many for one request."""
        rows = list(queryset[: most + 1])
        if len(rows) <= most:
            return rows
        text = _("Elige hasta %(most)d a la vez.") % {"most": most}
        self.message_user(request, text, messages.ERROR)
        return []

    def ask(
        self, request: HttpRequest, rows: list[Any], *, question: str, note: str = "", button: str
    ) -> TemplateResponse | None:
        """The page that names what the action is about to do; nothing when it has been answered."""
        if not rows or "confirmed" in request.POST:
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": question,
            "note": note,
            "button": button,
            "opts": self.opts,
            "rows": rows,
            "shown": rows[:SHOWN],
            "more": max(0, len(rows) - SHOWN),
            "action": request.POST.get("action", ""),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)

    def each(
        self, request: HttpRequest, rows: Iterable[Any], do: Callable[[Any], Any], done: Callable[[int], str]
    ) -> list[tuple[Any, Any]]:
        """`do` for every row; what is refused becomes a message, and the rest is counted in one."""
        results = []
        for row in rows:
            try:
                results.append((row, do(row)))
            except AppError as error:
                self.message_user(request, f"{row}: {error.said}", messages.ERROR)
        if results:
            self.message_user(request, done(len(results)), messages.SUCCESS)
        return results

    def each_logged(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        do: Callable[[Any], Any],
        done: Callable[[int], str],
        history: str,
    ) -> list[tuple[Any, Any]]:
        """As each(), with a line in the history of every row it was done to."""
        results = self.each(request, rows, do, done)
        for row, _result in results:
            self.log_change(request, row, history)
        return results

    def delete_logged(self, request: HttpRequest, row: Any, delete: Callable[[], None]) -> None:
        """The line in the history and the deletion by its service: both or none."""
        with atomic():
            self.log_deletions(request, self.model._default_manager.filter(pk=row.pk))
            delete()
