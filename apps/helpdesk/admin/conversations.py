"""Conversations in Django admin: a list that reads no turns, and each as it was said."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.rasa import RasaEngine
from apps.chat.models import Conversation, Owner
from apps.core.admin import SHORT_SENDER, moment
from apps.core.charts import percent
from apps.helpdesk.admin.conversation_pages import SEE_PERSON, ConversationPages
from apps.helpdesk.models import Ticket


class EngineFilter(admin.SimpleListFilter):
    title = _("motor")
    parameter_name = "motor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(EmbeddedEngine.name, _("Embebido")), (RasaEngine.name, "Rasa")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        return queryset.filter(engine=self.value()) if self.value() else queryset


class OwnerFilter(admin.SimpleListFilter):
    title = _("quién responde")
    parameter_name = "responde"
    MINE = "yo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Owner.QUEUE.value, _("En espera")),
            (self.MINE, _("Yo")),
            (Owner.PERSON.value, _("Con una persona")),
            (Owner.BOT.value, _("El bot")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Who waits longest stands first."""
        if self.value() == self.MINE:
            return queryset.filter(owner=Owner.PERSON, agent_id=request.user.pk)
        if self.value() == Owner.QUEUE:
            return queryset.filter(owner=Owner.QUEUE).order_by("owner_since", "id")
        return queryset.filter(owner=self.value()) if self.value() else queryset


class UnseenFilter(admin.SimpleListFilter):
    title = _("sin ver")
    parameter_name = "vistos"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Con mensajes sin ver"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        return queryset.filter(staff_read__lt=F("turns")) if self.value() else queryset


class TicketFilter(admin.SimpleListFilter):
    title = _("casos")
    parameter_name = "casos"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("si", _("Con caso")), ("no", _("Sin caso"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        have = Ticket.objects.order_by().values("conversation_id")
        if self.value() == "si":
            return queryset.filter(sender_id__in=have)
        return queryset.exclude(sender_id__in=have) if self.value() == "no" else queryset


@admin.register(Conversation)
class ConversationAdmin(ConversationPages):
    list_display = ("sender", "person", "holder", "said", "turns", "unseen", "missed", "active")
    list_filter = (OwnerFilter, UnseenFilter, EngineFilter, TicketFilter, "last_turn_at")
    list_select_related = ("user", "agent")
    list_per_page = 50
    search_help_text = _("Busca por remitente, persona o último mensaje")

    class Media:
        css = {"all": ["css/helpdesk.css", "css/handoff.css"]}

    def get_list_display(self, request: HttpRequest) -> Any:
        may_see = request.user.has_perm(SEE_PERSON)
        return [name for name in self.list_display if may_see or name != "person"]

    def get_search_fields(self, request: HttpRequest) -> Any:
        own = ["sender_id", "last_message"]
        return [*own, "user__nombre", "user__email"] if request.user.has_perm(SEE_PERSON) else own

    @admin.display(description=_("remitente"), ordering="sender_id")
    def sender(self, row: Conversation) -> str:
        return Truncator(row.sender_id).chars(SHORT_SENDER)

    @admin.display(description=_("persona"), empty_value="–")
    def person(self, row: Conversation) -> str | None:
        return str(row.user) if row.user else None

    @admin.display(description=_("responde"), ordering="owner")
    def holder(self, row: Conversation) -> str:
        if row.owner == Owner.BOT:
            return _now("Bot")
        if row.owner == Owner.PERSON and row.agent is not None:
            return str(row.agent)
        return _now("En espera desde %(since)s") % {"since": moment(row.owner_since)}

    @admin.display(description=_("último mensaje"))
    def said(self, row: Conversation) -> str:
        return Truncator(row.last_message).chars(60) or "–"

    @admin.display(description=_("sin ver"))
    def unseen(self, row: Conversation) -> str:
        return str(row.unread or "–")

    @admin.display(description=_("no entendidos"))
    def missed(self, row: Conversation) -> str:
        return percent(row.fallbacks / row.turns if row.turns else None, 0)

    @admin.display(description=_("última actividad"), ordering="last_turn_at")
    def active(self, row: Conversation) -> str:
        return moment(row.last_turn_at)
