"""Decisions of the review inbox in Django admin: from a row, from a group's page, and on many at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.core.admin import ServiceAdmin
from apps.core.errors import AppError, Invalid
from apps.intents import review_selectors as selectors
from apps.intents.admin.review_texts import progress_text, taught_text, together, undo_label, undone_text
from apps.intents.models import ReviewGroup
from apps.intents.services.intents import intent_named
from apps.intents.services.review import decisions
from apps.intents.services.review.decisions import Decided
from apps.intents.services.review.teaching import MAX_WORDINGS, Wording

Groups = QuerySet[ReviewGroup]


@dataclass(slots=True)
class Outcome:
    """What a decision came to; `message` is for staff."""

    message: str
    done: list[ReviewGroup] = field(default_factory=list)
    reopened: list[ReviewGroup] = field(default_factory=list)
    has_warning: bool = False


def wordings_in(request: HttpRequest) -> list[Wording] | None:
    """The lines that are ticked on a group's page; nothing where it shows none, as for a row's buttons."""
    if "lines" not in request.POST:
        return None
    given = request.POST.getlist("use")[:MAX_WORDINGS]
    return [Wording(request.POST.get(f"text-{n}", ""), request.POST.get(f"key-{n}", "")) for n in given]


class ReviewDecisions(ServiceAdmin):
    actions = ("assign_many", "discard_many", "undo_many")

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """`do` is a verb, for a row's button with group and intent: `assign <group> <intent>`."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        is_script = "application/json" in request.headers.get("Accept", "")
        try:
            outcome = self.decide(request)
        except AppError as error:
            return self.told(request, is_script, error=error.said, status=error.status)
        return self.told(request, is_script, outcome=outcome)

    def decide(self, request: HttpRequest) -> Outcome:
        given, by = request.POST, cast(User, request.user)  # staff alone come here
        verb, group, intent = (*given.get("do", "").split(), "", "", "")[:3]
        group, intent = group or given.get("group", ""), intent or given.get("intent", "").strip()
        if verb == "assign" and not intent and given.get("name", "").strip():
            verb = "create"  # Enter in a field of the new intent presses the form's first button
        if verb == "assign" and not intent:
            raise Invalid(_("Escribe o elige una intención."))
        if verb == "create":
            return self.create(request, group)
        if verb == "assign":
            is_forced = "force" in given and by.has_perm("intents.change_intent")
            done = decisions.assign_group(
                group=group,
                intent=intent,
                by=by,
                wordings=wordings_in(request),
                is_forced=is_forced,
            )
            return self.assigned(request, done)
        if verb == "discard":
            row = decisions.discard_group(group=group, by=by).group
            self.log_change(request, row, _("Descartó el grupo."))
            return Outcome(_("Descartado."), [row])
        if verb == "undo":
            return self.undone(request, [decisions.undo_group(group=group)])
        if verb == "undo-last":
            return self.undone(request, decisions.undo_last(by=by).done)
        raise Invalid(_("No se reconoce la acción. Actualiza la página."))

    def create(self, request: HttpRequest, group: str) -> Outcome:
        if not request.user.has_perm("intents.add_intent"):
            raise PermissionDenied
        given = request.POST
        done = decisions.create_intent_from_group(
            group=group,
            name=given.get("name", ""),
            title=given.get("title", ""),
            answer=given.get("answer", ""),
            by=cast(User, request.user),
            wordings=wordings_in(request),
        )
        return self.assigned(request, done)

    def assigned(self, request: HttpRequest, done: Decided) -> Outcome:
        text = taught_text(str(done.group.intent), done.taught)
        self.log_change(request, done.group, text)
        return Outcome(text, [done.group], has_warning=bool(done.taught.refused))

    def undone(self, request: HttpRequest, done: list[Decided]) -> Outcome:
        rows = [one.group for one in done]
        for row in rows:
            self.log_change(request, row, _("Deshizo la decisión."))
        has_warning = any(one.taught.refused for one in done)
        return Outcome(undone_text(done), reopened=rows, has_warning=has_warning)

    def told(
        self,
        request: HttpRequest,
        is_script: bool,
        *,
        outcome: Outcome | None = None,
        error: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """JSON for our script; a message on the page that it came from for everybody else."""
        if is_script:
            return JsonResponse(self.as_json(request, outcome, error), status=status)
        level = (
            messages.ERROR
            if outcome is None
            else messages.WARNING
            if outcome.has_warning
            else messages.SUCCESS
        )
        self.message_user(request, outcome.message if outcome else error, level)
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = reverse("admin:intents_reviewgroup_changelist")
        return HttpResponseRedirect(back)

    def as_json(self, request: HttpRequest, outcome: Outcome | None, error: str) -> dict[str, Any]:
        if outcome is None:
            return {"ok": False, "message": error}
        figures = selectors.progress()
        return {
            "ok": True,
            "message": outcome.message,
            "done": [str(row.pk) for row in outcome.done],
            "reopened": [str(row.pk) for row in outcome.reopened],
            "progress": {
                "decided": figures.decided_today,
                "total": figures.total,
                "text": progress_text(figures),
            },
            "undo": undo_label(decisions.last_decision(by=cast(User, request.user))),
        }

    @admin.action(description=gettext_lazy("Asignar a…"), permissions=["change"])
    def assign_many(self, request: HttpRequest, queryset: Groups) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        question = ngettext("¿A qué intención va %d grupo?", "¿A qué intención van %d grupos?", len(rows))
        note = _("Todas sus formas pasan a ser ejemplos. Las que tengan datos personales no se añaden.")
        page = self.ask(request, rows, question=question % len(rows), note=note, button=_("Asignar"))
        if page is not None:
            page.template_name = "admin/intents/reviewgroup/assign_many.html"
            page.context_data["intents"] = selectors.intent_choices()  # type: ignore[index]
            return page
        name = request.POST.get("intent", "").strip()
        try:
            intent_named(name)
        except AppError as error:
            self.message_user(request, error.said, messages.ERROR)
            return None
        by = cast(User, request.user)
        self.decide_rows(
            request,
            rows,
            lambda key, at: decisions.assign_group(group=key, intent=name, by=by, at=at),
            lambda done: taught_text(name, together([one.taught for one in done])),
        )
        return None

    @admin.action(description=gettext_lazy("Descartar…"), permissions=["change"])
    def discard_many(self, request: HttpRequest, queryset: Groups) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        question = ngettext("¿Descartar %d grupo?", "¿Descartar %d grupos?", len(rows)) % len(rows)
        count = sum(row.message_count for row in rows)
        note = ngettext("Tiene %d mensaje.", "Tienen %d mensajes.", count) % count
        page = self.ask(request, rows, question=question, note=note, button=_("Sí, descartar"))
        if page is None:
            by = cast(User, request.user)
            self.decide_rows(
                request,
                rows,
                lambda key, at: decisions.discard_group(group=key, by=by, at=at),
                lambda done: (
                    ngettext("%d grupo descartado.", "%d grupos descartados.", len(done)) % len(done)
                ),
            )
        return page

    @admin.action(description=gettext_lazy("Deshacer la decisión"), permissions=["change"])
    def undo_many(self, request: HttpRequest, queryset: Groups) -> None:
        self.decide_rows(
            request,
            self.chosen(request, queryset),
            lambda key, at: decisions.undo_group(group=key),
            undone_text,
        )

    def decide_rows(
        self,
        request: HttpRequest,
        rows: list[ReviewGroup],
        decide: Callable[[Any, Any], Decided],
        text: Callable[[list[Decided]], str],
    ) -> None:
        many = decisions.decide_many([row.pk for row in rows], decide)
        names = {str(row.pk): str(row) for row in rows}
        for error in many.errors:
            self.message_user(request, f"{names[error['id']]}: {error['message']}", messages.ERROR)
        if many.done:
            said = text(many.done)
            self.message_user(request, said, messages.SUCCESS)
            for one in many.done:
                self.log_change(request, one.group, said)
