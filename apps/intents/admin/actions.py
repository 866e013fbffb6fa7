"""Bulk actions on intents, by the services, row by row."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.admin import ServiceAdmin
from apps.intents.models import Intent
from apps.intents.services import intents

Intents = QuerySet[Intent]


class IntentActions(ServiceAdmin):
    actions = ("activate", "deactivate", "delete_selected")

    @admin.action(description=gettext_lazy("Activar"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: Intents) -> None:
        self.switch(
            request,
            queryset.filter(is_active=False),
            True,
            lambda n: ngettext("%d intención activada.", "%d intenciones activadas.", n) % n,
        )

    @admin.action(description=gettext_lazy("Desactivar"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: Intents) -> None:
        self.switch(
            request,
            queryset.filter(is_active=True),
            False,
            lambda n: ngettext("%d intención desactivada.", "%d intenciones desactivadas.", n) % n,
        )

    @admin.action(description=gettext_lazy("Eliminar…"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: Intents) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        page = self.ask(
            request,
            rows,
            question=ngettext("¿Eliminar %d intención?", "¿Eliminar %d intenciones?", len(rows)) % len(rows),
            note=_("Se borran con sus %(examples)d ejemplos y %(answers)d respuestas. No se puede deshacer.")
            % {
                "examples": sum(row.n_examples for row in rows),
                "answers": sum(row.n_answers for row in rows),
            },
            button=_("Sí, eliminar"),
        )
        if page is None and self.each(
            request,
            rows,
            lambda intent: self.delete_logged(request, intent, lambda: intents.delete_intent(intent=intent)),
            lambda n: ngettext("%d intención eliminada.", "%d intenciones eliminadas.", n) % n,
        ):
            self.say_train(request)
        return page

    def switch(
        self, request: HttpRequest, queryset: Intents, is_active: bool, done: Callable[[int], str]
    ) -> None:
        """Intents that already are so stay untouched."""
        rows = self.chosen(request, queryset)
        history = _("Activó la intención.") if is_active else _("Desactivó la intención.")
        if self.each_logged(
            request, rows, lambda row: intents.change_intent(intent=row, is_active=is_active), done, history
        ):
            self.say_train(request)

    def say_train(self, request: HttpRequest) -> None:
        """What was changed is not in the bot yet; whoever may train is led there."""
        text = _("Los cambios estarán en el bot después de entrenar.")
        if request.user.has_perm("intents.add_trainingrun"):
            url = reverse("admin:intents_trainingrun_start")
            text = format_html('{} <a href="{}">{}</a>', text, url, _("Entrenar ahora"))
        self.message_user(request, text, messages.WARNING)
