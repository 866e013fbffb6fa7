"""Two pages of saved conversations: accepting what the bot answers, and taking a real conversation over."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import ServiceAdmin
from apps.core.errors import AppError
from apps.intents.admin.shown import verdict
from apps.intents.models import SavedConversation
from apps.intents.rehearsal_forms import DraftFormSet, FromLogForm, written
from apps.intents.rehearsal_selectors import conversation_by_id
from apps.intents.rehearsals.turns import to_json
from apps.intents.services.loading import answering_model, model_if_any
from apps.intents.services.rehearsal_drafts import DraftTurn, draft_from_sender, save_from_sender
from apps.intents.services.rehearsals import accept_as_expected, rehearse

LIST = "admin:intents_savedconversation_changelist"
CHANGE = "admin:intents_savedconversation_change"


class ConversationPages(ServiceAdmin):
    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("from-log/", self.from_log, "intents_savedconversation_from_log"),
            ("<str:key>/accept/", self.accept_page, "intents_savedconversation_accept"),
        )
        own = [path(rest, self.admin_site.admin_view(view), name=name) for rest, view, name in pages]
        return [*own, *super().get_urls()]

    def accept_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """GET names what would change, turn by turn; POST changes the chosen ones."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            saved = conversation_by_id(key)
            model = answering_model()
            seen = f"{model.version} {saved.updated_at.isoformat()}"
            if request.method == "POST" and request.POST.get("seen") == seen:
                return self._accepted(request, saved, model)
            turns = rehearse(saved, model).to_accept
        except AppError as error:
            return self._back(request, reverse(LIST), error.said)
        changes = [{"turn": turn, "verdict": verdict(turn)} for turn in turns if turn.got is not None]
        question = ngettext(
            "¿Aceptar lo que responde el bot en %d turno?",
            "¿Aceptar lo que responde el bot en %d turnos?",
            len(changes),
        )
        context = {"original": saved, "changes": changes, "seen": seen, "title": question % len(changes)}
        if request.method == "POST":
            context["problem"] = _("El modelo o la conversación cambió mientras mirabas. Mira otra vez.")
        return self._page(request, "accept", context)

    def _accepted(self, request: HttpRequest, saved: SavedConversation, model: Any) -> HttpResponse:
        numbers = [int(number) for number in request.POST.getlist("turn") if number.isdecimal()]
        count = accept_as_expected(saved, model, numbers) if numbers else 0
        if count:
            self.log_change(request, saved, _("Aceptó como lo esperado lo que respondía el bot."))
        text = ngettext(
            "%d turno espera ahora lo que responde el bot.",
            "%d turnos esperan ahora lo que responde el bot.",
            count,
        )
        self.message_user(request, text % count, messages.SUCCESS)
        return HttpResponseRedirect(reverse(CHANGE, args=[saved.pk]))

    def from_log(self, request: HttpRequest) -> HttpResponse:
        """A sender's last messages, masked, to be looked at, corrected and kept."""
        if not (self.has_add_permission(request) and request.user.has_perm("logs.view_chatturn")):
            raise PermissionDenied
        if request.method == "POST":
            return self._keep_draft(request)
        sender = request.GET.get("sender", "").strip()[:128]
        if not sender:
            return self._draft_page(request, FromLogForm(), None, [], [])
        try:
            drafts = draft_from_sender(sender)
        except AppError as error:
            form = FromLogForm(initial={"sender": sender})
            return self._draft_page(request, form, None, [], [error.said])
        rows = [{"say": draft.turn.say, "verified": draft.turn.verified} for draft in drafts]
        lines = DraftFormSet(prefix="turns", initial=rows)
        return self._draft_page(request, FromLogForm(initial={"sender": sender}), lines, drafts, [])

    def _keep_draft(self, request: HttpRequest) -> HttpResponse:
        form, lines = FromLogForm(request.POST), DraftFormSet(request.POST, prefix="turns")
        if not (form.is_valid() and lines.is_valid()):
            return self._draft_page(request, form, lines, [], [])
        kept = [(at, line) for at, line in enumerate(lines.forms) if not line.cleaned_data.get("DELETE")]
        try:
            saved = save_from_sender(
                form.cleaned_data["sender"],
                name=form.cleaned_data["name"],
                turns=to_json(written(kept)),
                created_by=request.user,
                model=model_if_any(),
            )
        except AppError as error:
            told = [row["message"] for row in getattr(error, "errors", [])] or [error.said]
            return self._draft_page(request, form, lines, [], told)
        self.log_addition(request, saved, [{"added": {}}])
        text = _("Guardada. Revisa que lo que responde el bot sea lo correcto.")
        return self._back(request, reverse(CHANGE, args=[saved.pk]), text, messages.SUCCESS)

    def _draft_page(
        self,
        request: HttpRequest,
        form: FromLogForm,
        lines: Any,
        drafts: list[DraftTurn],
        problems: list[str],
    ) -> HttpResponse:
        notes = [*drafts, *[None] * (len(lines.forms) - len(drafts))] if lines else []
        context = {
            "form": form,
            "lines": lines,
            "rows": list(zip(lines.forms, notes, strict=True)) if lines else [],
            "n_masked": sum(draft.is_masked for draft in drafts),
            "problems": problems,
            "title": _("Prueba a partir de una conversación real"),
        }
        return self._page(request, "from_log", context)

    def _back(
        self, request: HttpRequest, address: str, text: str, level: int = messages.ERROR
    ) -> HttpResponse:
        self.message_user(request, text, level)
        return HttpResponseRedirect(address)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        known = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, f"admin/intents/savedconversation/{name}.html", known)
