"""Bulk actions on saved conversations, by the services, row by row."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.chat.engines.embedded.model import LoadedModel
from apps.core.admin import ServiceAdmin
from apps.core.errors import AppError
from apps.intents.models import SavedConversation
from apps.intents.services import rehearsals
from apps.intents.services.loading import answering_model

Rows = QuerySet[SavedConversation]
MOST = 100
RUN_SECONDS = 12.0
"""A page must answer within the clients' 15 s (contract http.md, rule 1.12)."""
TOLD = 10


class ConversationActions(ServiceAdmin):
    actions = ("run", "accept", "activate", "deactivate")

    @admin.action(description=gettext_lazy("Ensayar"), permissions=["view"])
    def run(self, request: HttpRequest, queryset: Rows) -> None:
        rows = self.chosen(request, queryset)
        model = self.model_or_message(request)
        if model is None or not rows:
            return
        outcome = rehearsals.rehearse_each(rows, model, RUN_SECONDS)
        if outcome.passed:
            text = ngettext(
                "%d conversación responde lo esperado.",
                "%d conversaciones responden lo esperado.",
                outcome.passed,
            )
            self.message_user(request, text % outcome.passed, messages.SUCCESS)
        for failure in outcome.failed[:TOLD]:
            text = _("«%(name)s», turno %(turn)d («%(say)s»): respondió %(got)s") % failure
            self.message_user(request, text, messages.ERROR)
        rest = len(outcome.failed) - TOLD
        if rest > 0:
            text = ngettext("Y %d más que falla.", "Y %d más que fallan.", rest)
            self.message_user(request, text % rest, messages.ERROR)
        if outcome.untried:
            text = _("No hubo tiempo de ensayar %(n)d. Ejecuta «%(command)s» en el servidor.")
            given = {"n": len(outcome.untried), "command": "python manage.py rehearse"}
            self.message_user(request, text % given, messages.WARNING)

    @admin.action(description=gettext_lazy("Aceptar como lo esperado…"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        rows = self.chosen(request, queryset, MOST)
        model = self.model_or_message(request)
        if model is None or not rows:
            return None
        changes = {row.pk: rehearsals.turns_to_accept(row, model) for row in rows}
        changed = [row for row in rows if changes[row.pk]]
        if not changed:
            self.message_user(request, _("Nada cambia: todas responden lo esperado."), messages.SUCCESS)
            return None
        n_turns = sum(changes.values())
        page = self.ask(
            request,
            changed,
            question=ngettext(
                "¿Aceptar lo que responde el bot en %d turno?",
                "¿Aceptar lo que responde el bot en %d turnos?",
                n_turns,
            )
            % n_turns,
            note=_("Pasa a ser lo esperado en estas conversaciones; lo que se esperaba antes se pierde."),
            button=_("Sí, aceptar"),
        )
        if page is None:
            self.each_logged(
                request,
                changed,
                lambda row: rehearsals.accept_as_expected(row, model),
                lambda n: ngettext("%d conversación aceptada.", "%d conversaciones aceptadas.", n) % n,
                _("Aceptó como lo esperado lo que respondía el bot."),
            )
        return page

    @admin.action(description=gettext_lazy("Activar"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: Rows) -> None:
        self.switch(
            request,
            queryset.filter(is_active=False),
            True,
            lambda n: ngettext("%d conversación activada.", "%d conversaciones activadas.", n) % n,
        )

    @admin.action(description=gettext_lazy("Desactivar"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: Rows) -> None:
        self.switch(
            request,
            queryset.filter(is_active=True),
            False,
            lambda n: ngettext("%d conversación desactivada.", "%d conversaciones desactivadas.", n) % n,
        )

    def switch(
        self, request: HttpRequest, queryset: Rows, is_active: bool, done: Callable[[int], str]
    ) -> None:
        """Those that already are so stay untouched."""
        history = _("La activó.") if is_active else _("La desactivó.")
        self.each_logged(
            request,
            self.chosen(request, queryset),
            lambda row: rehearsals.change_conversation(saved=row, is_active=is_active),
            done,
            history,
        )

    def model_or_message(self, request: HttpRequest) -> LoadedModel | None:
        try:
            return answering_model()
        except AppError as error:
            self.message_user(request, error.said, messages.ERROR)
            return None
