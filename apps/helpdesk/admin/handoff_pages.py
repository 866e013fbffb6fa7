"""Taking a conversation, answering in it and giving it back, from its page and from a case's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.chat.models import Conversation
from apps.chat.services import handoff
from apps.core.admin import ServiceAdmin
from apps.core.errors import AppError
from apps.helpdesk.admin.handoff_view import ANSWER, StaffView
from apps.helpdesk.said import said_since
from apps.helpdesk.services.handoff import answer_student, take_conversation
from apps.helpdesk.services.waiting import waiting_note

CHANGE = "admin:chat_conversation_change"
Do = Callable[[Conversation], Any]


class HandoffPages(ServiceAdmin):
    """Small pages under a conversation's; each leads back to `next`, the page it was asked from."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("take", self.take),
            ("reply", self.reply),
            ("back", self.give_back),
            ("queue", self.queue),
            ("said", self.news),
        )
        own = [
            path(f"<str:key>/{name}/", self.admin_site.admin_view(view), name=f"chat_conversation_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    def take(self, request: HttpRequest, key: str) -> HttpResponse:
        """From a colleague (`?instead=`, whom the page named) after a question; else at once."""
        row, instead = self._answered(request, key), _uuid(request.GET.get("instead", ""))
        if instead is not None:
            page = self.ask(
                request,
                [row],
                question=_("¿Quitarle esta conversación a %(name)s?") % {"name": row.agent or "–"},
                note=_(
                    "El estudiante leerá que ahora habla contigo. Lo que tu colega no ha enviado no se envía."
                ),
                button=_("Sí, tomarla"),
            )
            if page is not None:
                return page
        return self._done(
            request,
            row,
            lambda one: take_conversation(conversation=one, by=_staff(request), instead_of=instead),
            _("La tienes tú. El estudiante ya lo sabe."),
            _("Tomó la conversación."),
        )

    def give_back(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._done(
            request,
            self._answered(request, key),
            lambda one: handoff.hand_back(conversation=one, by=_staff(request)),
            _("El bot responde otra vez. El estudiante ya lo sabe."),
            _("Devolvió la conversación al bot."),
        )

    def queue(self, request: HttpRequest, key: str) -> HttpResponse:
        note = waiting_note(timezone.now())
        return self._done(
            request,
            self._answered(request, key),
            lambda one: handoff.put_back(conversation=one, by=_staff(request), note=note),
            _("Quedó en espera de otra persona."),
            _("Dejó la conversación en espera."),
        )

    def reply(self, request: HttpRequest, key: str) -> HttpResponse:
        """What the page's script sends is answered as JSON; a form without it, by the page."""
        row = self._answered(request, key)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        text, once = request.POST.get("text", ""), request.POST.get("key", "")[:30]

        def do(one: Conversation) -> Any:
            return answer_student(conversation=one, by=_staff(request), text=text, key=once)

        if request.headers.get("Accept") != "application/json":
            self.each(request, [row], do, lambda n: _("Enviado."))
            return self._back(request, row)
        try:
            do(row)
        except AppError as error:
            return JsonResponse({"ok": False, "message": error.said}, status=error.status)
        return JsonResponse({"ok": True})

    def news(self, request: HttpRequest, key: str) -> HttpResponse:
        """What came since `?after=`, and the buttons and the box as they are now."""
        row = self._readable(request, key)
        after = _moment(request.GET.get("after", ""))
        view = StaffView.of(row, request, said_since(row.sender_id, after), back=self._next(request, row))
        parts = {"talk": view}
        return JsonResponse(
            {
                "html": render_to_string("admin/helpdesk/conversation/_said.html", parts, request),
                "panel": render_to_string("admin/helpdesk/conversation/_panel.html", parts, request),
                "state": view.state,
                "cursor": view.cursor if view.items else after.isoformat(),
                "is_bots": not (view.is_mine or view.is_others or view.row.is_waiting),
            }
        )

    def _done(self, request: HttpRequest, row: Conversation, do: Do, done: str, history: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self.each_logged(request, [row], do, lambda n: done, history)
        return self._back(request, row)

    def _back(self, request: HttpRequest, row: Conversation) -> HttpResponse:
        return HttpResponseRedirect(self._next(request, row))

    def _next(self, request: HttpRequest, row: Conversation) -> str:
        wanted = request.POST.get("next") or request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
        return wanted if is_ours else reverse(CHANGE, args=[row.pk])

    def _answered(self, request: HttpRequest, key: str) -> Conversation:
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied
        return self._readable(request, key)

    def _readable(self, request: HttpRequest, key: str) -> Conversation:
        """Raises PermissionDenied, and Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: Conversation | None = self.get_object(request, unquote(key))
        if row is None:
            raise Http404
        return row


def _staff(request: HttpRequest) -> Any:
    return request.user


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    """Where to read on from; from now on, when it cannot be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return timezone.now()
    is_readable = timezone.is_aware(moment) and 1970 < moment.year < 9999
    return moment if is_readable else timezone.now()
