"""One conversation in Django admin: what was said, what the bot remembers, what came of it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.chat.engines.rasa import RasaEngine
from apps.chat.models import Conversation
from apps.chat.services.reading import mark_seen_by_staff
from apps.chat.services.states import Remembered, embedded_state, forget_state, rasa_state
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin
from apps.core.csv_stream import stamped, tell_download
from apps.core.errors import AppError
from apps.core.text import storable
from apps.helpdesk import transcripts
from apps.helpdesk.admin.handoff_pages import HandoffPages
from apps.helpdesk.admin.handoff_view import StaffView
from apps.helpdesk.said import page_of, said_on
from apps.helpdesk.selectors import surveys_in, tickets_in

SEE_PERSON = "accounts.view_user"
EXPORT = "chat.export_conversation"
LIST = "admin:chat_conversation_changelist"
CHANGE = "admin:chat_conversation_change"
TYPES = {"json": "application/json", "csv": "text/csv", "txt": "text/plain"}


class ConversationPages(HandoffPages, ServiceAdmin, ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("of/", self.of_sender, "chat_conversation_of"),
            ("<str:key>/export/<str:kind>/", self.export, "chat_conversation_export"),
            ("<str:key>/forget/", self.forget, "chat_conversation_forget"),
        )
        own = [path(rest, self.admin_site.admin_view(view), name=name) for rest, view, name in pages]
        return [*own, *super().get_urls()]

    def of_sender(self, request: HttpRequest) -> HttpResponse:
        """From a ticket or a turn to the conversation that it is of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sender = storable(request.GET.get("sender", ""))[:128]
        row = Conversation.objects.filter(sender_id=sender).first()
        if row is not None:
            return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))
        self.message_user(request, _("De ese remitente no hay una conversación."), messages.WARNING)
        return HttpResponseRedirect(reverse(LIST))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self._readable(request, object_id)
        problem, remembered = "", embedded_state(row)
        if "rasa" in request.GET and row.engine == RasaEngine.name:
            remembered, problem = self._ask_rasa(row)
        page = page_of(row.sender_id, request.GET.get("p", ""))
        said = said_on(page, row.sender_id)
        mark_seen_by_staff(conversation=row)
        context = {
            "original": row,
            "title": _("Conversación"),
            "subtitle": None,
            "turns": page,
            "talk": StaffView.of(row, request, said, is_live=not page.has_next()),
            "remembered": remembered,
            "problem": problem,
            "is_rasa": row.engine == RasaEngine.name,
            "share": round(100 * row.fallbacks / row.turns) if row.turns else None,
            "person": row.user if request.user.has_perm(SEE_PERSON) else None,
            "tickets": tickets_in(row.sender_id) if request.user.has_perm("helpdesk.view_ticket") else [],
            "surveys": surveys_in(row.sender_id) if request.user.has_perm("helpdesk.view_survey") else [],
            "may_export": request.user.has_perm(EXPORT),
            "may_forget": bool(row.state) and request.user.has_perm("chat.change_conversation"),
            **(extra_context or {}),
        }
        return self._page(request, context)

    def _ask_rasa(self, row: Conversation) -> tuple[Remembered | None, str]:
        try:
            return rasa_state(row.sender_id), ""
        except AppError:
            return None, _("Rasa no responde ahora: no se puede ver lo que recuerda de esta conversación.")

    def export(self, request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
        """What was said, whole, sent as it is read."""
        row = self._readable(request, key)
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        if kind not in TYPES:
            raise Http404
        tell_download("conversacion", request)
        response = StreamingHttpResponse(
            self._lines(request, row, kind), content_type=f"{TYPES[kind]}; charset=utf-8"
        )
        response["Content-Disposition"] = f"attachment; filename={stamped('conversacion', kind)}"
        return response

    def _lines(self, request: HttpRequest, row: Conversation, kind: str) -> Iterator[str]:
        if kind == "txt":
            return transcripts.as_text(row)
        if kind == "csv":
            return transcripts.as_csv(row)
        remembered = embedded_state(row)
        more = {
            "persona": row.user.email if row.user and request.user.has_perm(SEE_PERSON) else None,
            "motor": row.engine,
            "modelo": row.model_version,
            "slots": remembered.slots if remembered else {},
            "casos": [ticket.number for ticket in tickets_in(row.sender_id)],
            "encuestas": [{"nivel": s.level, "comentario": s.comment} for s in surveys_in(row.sender_id)],
        }
        return transcripts.as_json(row, more)

    def forget(self, request: HttpRequest, key: str) -> HttpResponse:
        """GET asks; POST makes the embedded engine begin anew with this sender."""
        row = self._readable(request, key)
        if not request.user.has_perm("chat.change_conversation"):
            raise PermissionDenied
        page = self.ask(
            request,
            [row],
            question=_("¿Borrar lo que el bot recuerda de esta conversación?"),
            note=_(
                "Empezará de nuevo con este estudiante y perderá los formularios a medias. "
                "Lo que se dijo queda en el registro."
            ),
            button=_("Sí, borrar"),
        )
        if page is not None:
            return page
        self.each_logged(
            request,
            [row],
            lambda one: forget_state(conversation=one),
            lambda n: _("El bot empezará de nuevo en esta conversación."),
            _("Borró lo que el bot recordaba."),
        )
        return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        known = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, "admin/chat/conversation/change_form.html", known)
