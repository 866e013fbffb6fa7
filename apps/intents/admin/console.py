"""The test console in Django admin: a sentence as the bot understands it, and a small conversation."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.core.admin import ServiceAdmin
from apps.core.errors import AppError
from apps.intents.admin.shown import ShownTurn, shown_turns, shown_understanding
from apps.intents.console_forms import SentenceForm, TalkForm, talk_data
from apps.intents.models import SavedConversation
from apps.intents.rehearsal_selectors import conversation_by_id
from apps.intents.rehearsals.turns import MAX_TURNS, Turn, to_json
from apps.intents.services.loading import model_named
from apps.intents.services.rehearsals import change_conversation, create_conversation, record_conversation
from apps.intents.services.understanding import understand_sentence

ADD, CHANGE = "intents.add_savedconversation", "intents.change_savedconversation"


def _history(shown: list[ShownTurn]) -> str:
    return json.dumps([{"say": one.turn.say, "verified": one.turn.verified} for one in shown])


class ConsolePages(ServiceAdmin):
    """Two pages under the list of intents, for whoever may read them; nothing is remembered of a try."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("console/", self.console, "intents_intent_console"),
            ("console/conversation/", self.talk, "intents_intent_talk"),
        )
        own = [path(rest, self.admin_site.admin_view(view), name=name) for rest, view, name in pages]
        return [*own, *super().get_urls()]

    def console(self, request: HttpRequest) -> HttpResponse:
        """A plain GET form: the address is the try, and can be sent to somebody."""
        self._check(request)
        form = SentenceForm(request.GET if "text" in request.GET else None)
        found, problems = [], []
        if form.is_bound and form.is_valid():
            for name in form.models:
                try:
                    text, verified = form.cleaned_data["text"], form.cleaned_data["verified"]
                    found.append(
                        shown_understanding(understand_sentence(text=text, verified=verified, model=name))
                    )
                except AppError as error:
                    problems.append(error.said)
        context = {
            "tab": "sentence",
            "form": form,
            "found": found,
            "problems": problems,
            "title": _("Consola de prueba"),
        }
        return self._page(request, "sentence", context)

    def talk(self, request: HttpRequest) -> HttpResponse:
        """What was said is in the page alone; each time all of it is said again."""
        self._check(request)
        form = TalkForm(request.POST if request.method == "POST" else talk_data(request.GET))
        if not form.is_valid():
            return self._talk_page(request, form, [], [])
        try:
            said = form.said()
            if request.method == "POST" and {"save", "keep"} & set(request.POST):
                return self._save(request, form, said)
            shown = shown_turns(said, model_named(form.cleaned_data["model"])) if said else []
        except AppError as error:
            return self._talk_page(request, form, [], [error.said])
        return self._talk_page(request, form, shown, [])

    def _save(self, request: HttpRequest, form: TalkForm, said: list[Turn]) -> HttpResponse:
        """As a new conversation or, opened from one, as what that one says and expects."""
        is_new = "save" in request.POST
        if not request.user.has_perm(ADD if is_new else CHANGE):
            raise PermissionDenied
        model = model_named(form.cleaned_data["model"])
        try:
            turns = to_json(record_conversation(said, model))
            saved = (self._made if is_new else self._kept)(request, form, turns)
        except AppError as error:
            return self._talk_page(request, form, shown_turns(said, model), [error.said])
        text = _("Guardada: se espera lo que el bot responde en cada turno.")
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:intents_savedconversation_change", args=[saved.pk]))

    def _made(self, request: HttpRequest, form: TalkForm, turns: list[Any]) -> SavedConversation:
        saved = create_conversation(name=form.cleaned_data["name"], turns=turns, created_by=request.user)
        self.log_addition(request, saved, [{"added": {}}])
        return saved

    def _kept(self, request: HttpRequest, form: TalkForm, turns: list[Any]) -> SavedConversation:
        saved = change_conversation(saved=conversation_by_id(form.cleaned_data["saved"]), turns=turns)
        self.log_change(request, saved, _("Tomó de la consola lo que se dice y lo que responde el bot."))
        return saved

    def _talk_page(
        self, request: HttpRequest, form: TalkForm, shown: list[ShownTurn], problems: list[str]
    ) -> HttpResponse:
        saved = form.saved_row()
        context = {
            "tab": "talk",
            "form": form,
            "history": form.data.get("history") if problems or form.errors else _history(shown),
            "shown": shown,
            "problems": problems,
            "saved": saved,
            "is_full": len(shown) >= MAX_TURNS,
            "may_add": request.user.has_perm(ADD),
            "may_change": saved is not None and request.user.has_perm(CHANGE),
            "title": _("Conversación de prueba en la consola"),
        }
        return self._page(request, "talk", context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        known = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/intents/console/{name}.html", known)
