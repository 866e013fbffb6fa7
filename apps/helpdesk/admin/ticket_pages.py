"""The page of a ticket in Django admin: what is asked, what was said, and what can be done now."""

from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.errors import AppError, Invalid, NotFound
from apps.helpdesk import queue_selectors as selectors
from apps.helpdesk.admin.deliveries import delivery_link
from apps.helpdesk.admin.ticket_actions import NOBODY, TicketActions, person_chosen, team
from apps.helpdesk.admin.ticket_conversation import answered_where, conversation_context
from apps.helpdesk.admin.ticket_texts import business_span, due_of, history_line
from apps.helpdesk.canned import canned_for
from apps.helpdesk.flow import TRANSITIONS
from apps.helpdesk.models import Kind, Priority, Status, Survey, Ticket
from apps.helpdesk.services.changes import change_ticket, take_ticket
from apps.helpdesk.services.comments import add_comment

LIST = "admin:helpdesk_ticket_changelist"
PAGE = "admin:helpdesk_ticket_change"
STEPS = {
    Status.OPEN: gettext_lazy("Abrir de nuevo"),
    Status.PENDING: gettext_lazy("Poner en espera"),
    Status.SOLVED: gettext_lazy("Marcar como resuelto"),
    Status.CLOSED: gettext_lazy("Cerrar"),
}


class TicketPages(TicketActions):
    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("take/", self.take_view, "helpdesk_ticket_take"),
            ("<str:key>/do/", self.do_view, "helpdesk_ticket_do"),
        )
        own = [path(rest, self.admin_site.admin_view(view), name=name) for rest, view, name in pages]
        return [*own, *super().get_urls()]

    def take_view(self, request: HttpRequest) -> HttpResponse:
        """From a row of the queue, and back to where it was."""
        ticket = self._changed(request, request.POST.get("take", ""))
        try:
            take_ticket(ticket=ticket, by=cast(User, request.user))
        except AppError as error:
            self.message_user(request, f"{ticket}: {error.said}", "error")
        else:
            self.log_change(request, ticket, _("Se encargó del caso."))
            self.message_user(request, _("Te encargas de %(case)s.") % {"case": ticket}, "success")
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
            back = reverse(LIST)
        return HttpResponseRedirect(back)

    def do_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """`do` is a verb of the page's buttons; what was written is not lost when it is refused."""
        ticket = self._changed(request, key)
        try:
            done = self._do(request, ticket)
        except AppError as error:
            self.message_user(request, error.said, "error")
            if request.POST.get("text", "").strip():
                return self._page(request, selectors.ticket_by(str(ticket.pk)), status=error.status)
        else:
            self.log_change(request, ticket, done)
            self.message_user(request, done, "success")
        return HttpResponseRedirect(reverse(PAGE, args=[ticket.pk]))

    def _do(self, request: HttpRequest, ticket: Ticket) -> str:
        """What was done, for people."""
        given, by = request.POST, cast(User, request.user)
        verb, _colon, value = given.get("do", "").partition(":")
        version = int(given["version"]) if given.get("version", "").isdecimal() else None
        if verb == "take":
            take_ticket(ticket=ticket, by=by)
            return _("Se encargó del caso.")
        if verb == "status":
            changed = change_ticket(ticket=ticket, by=by, version=version, status=value)
            return _("Estado: %(status)s.") % {"status": changed.get_status_display()}
        if verb == "facts":
            change_ticket(ticket=ticket, by=by, version=version, **self._facts_given(request))
            return _("Cambios guardados.")
        if verb in {"answer", "note"}:
            is_public = verb == "answer"
            text = given.get("text", "")
            written = add_comment(ticket=ticket, by=by, text=text, is_public=is_public, status=value or None)
            return answered_where(written) if is_public else _("Dejó una nota.")
        raise Invalid(_("No se reconoce la acción. Actualiza la página."))

    def _facts_given(self, request: HttpRequest) -> dict[str, Any]:
        given = request.POST
        changes: dict[str, Any] = {name: given[name] for name in ("priority", "kind") if name in given}
        if "assignee" in given:
            changes["assignee"] = person_chosen(given["assignee"])
            if changes["assignee"] is None and given["assignee"] != NOBODY:
                raise Invalid(_("Solo el equipo puede encargarse de un caso."))
        return changes

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, self._found(unquote(object_id)))

    def _page(self, request: HttpRequest, ticket: Ticket, status: int = 200) -> HttpResponse:
        agent, may_change = cast(User, request.user), self.has_change_permission(request)
        context = {
            **self.admin_site.each_context(request),
            **conversation_context(request, ticket),
            "opts": self.opts,
            "media": self.media,
            "original": ticket,
            "title": ticket.number,
            "subtitle": None,
            "due": due_of(ticket, timezone.now()),
            "comments": selectors.comments_of(ticket),
            "history": [history_line(event) for event in selectors.events_of(ticket)],
            "metadata": list(ticket.metadata.items()),  # in a template a key named "items" would come first
            "surveys": list(Survey.objects.filter(ticket=ticket)[:20]),
            "delivery": delivery_link(ticket) if hasattr(ticket, "delivery") else "",
            "first_response": _span(ticket.first_response_minutes),
            "solution": _span(ticket.solution_minutes),
            "may_change": may_change,
            "draft": request.POST.get("text", ""),
            "nobody": NOBODY,
            **(self._choices(ticket, agent) if may_change else {}),
        }
        return TemplateResponse(request, "admin/helpdesk/ticket/change_form.html", context, status=status)

    def _choices(self, ticket: Ticket, agent: User) -> dict[str, Any]:
        people = list(team())
        if ticket.assignee and ticket.assignee not in people:
            people.append(ticket.assignee)  # somebody who left the team
        return {
            "steps": [(step, STEPS[step]) for step in TRANSITIONS[ticket.status]],
            "team": people,
            "kinds": Kind.choices,
            "priorities": Priority.choices,
            "canned": canned_for(ticket, agent),
            "may_take": ticket.assignee is None and ticket.is_active,
        }

    def _changed(self, request: HttpRequest, key: str) -> Ticket:
        """The ticket that a form is about. Raises PermissionDenied and Http404."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        return self._found(unquote(key))

    def _found(self, key: str) -> Ticket:
        try:
            return selectors.ticket_by(key)
        except NotFound as error:
            raise Http404 from error


def _span(minutes: int | None) -> str:
    return "–" if minutes is None else business_span(minutes)
