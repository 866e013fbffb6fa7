"""The queue of tickets in Django admin: tabs with counters, filters, and a key for what is done often."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.admin import moment
from apps.helpdesk.admin.deliveries import ShowsDelivery
from apps.helpdesk.admin.ticket_pages import TicketPages
from apps.helpdesk.admin.ticket_texts import due_cell
from apps.helpdesk.models import Status, Ticket
from apps.helpdesk.models.tickets import ACTIVE, overdue_at
from apps.helpdesk.queue_selectors import by_next_due, queue_counts

Tickets = QuerySet[Ticket]
ALL = "todos"
ACTIVE_TAB = "abiertos"
NO_FILTERS = {"o", "p", "all", "_changelist_filters", "_facets"}
TABS: dict[str, tuple[Any, str, Callable[[Tickets, User], Tickets]]] = {
    "mios": (_("Míos"), "mine", lambda rows, user: rows.filter(status__in=ACTIVE, assignee=user)),
    "sin-asignar": (
        _("Sin asignar"),
        "unassigned",
        lambda rows, user: rows.filter(status__in=ACTIVE, assignee=None),
    ),
    "vencidos": (_("Vencidos"), "overdue", lambda rows, user: rows.filter(overdue_at(timezone.now()))),
    ACTIVE_TAB: (_("Abiertos y en espera"), "active", lambda rows, user: rows.filter(status__in=ACTIVE)),
    "resueltos": (_("Resueltos"), "solved", lambda rows, user: rows.filter(status=Status.SOLVED)),
    ALL: (_("Todos"), "", lambda rows, user: rows),
}
"""By the word in the address: title, name of its counter, and which tickets it has."""


def tab_of(request: HttpRequest) -> str:
    """What is open, unless something else is asked for: a search looks through all."""
    wanted = request.GET.get(TabFilter.parameter_name, "")
    if wanted in TABS:
        return wanted
    is_asked = any(value for name, value in request.GET.items() if name not in NO_FILTERS)
    return ALL if is_asked else ACTIVE_TAB


class TabFilter(admin.SimpleListFilter):
    """Shown as tabs above the list."""

    title = _("cola")
    parameter_name = "cola"
    template = "admin/helpdesk/ticket/_no_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, title) for key, (title, _counter, _rows) in TABS.items()]

    def queryset(self, request: HttpRequest, queryset: Tickets) -> Tickets:
        return TABS[tab_of(request)][2](queryset, request.user)  # type: ignore[arg-type]  # staff


class AssigneeFilter(admin.SimpleListFilter):
    title = _("responsable")
    parameter_name = "responsable"
    NOBODY, ME = "nadie", "yo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.ME, _("Yo")), (self.NOBODY, _("Nadie"))]

    def queryset(self, request: HttpRequest, queryset: Tickets) -> Tickets:
        if self.value() == self.NOBODY:
            return queryset.filter(assignee=None)
        return queryset.filter(assignee_id=request.user.pk) if self.value() == self.ME else queryset


class Queue(ChangeList):
    """Adds the tabs to what the list shows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        counts, chosen = queue_counts(request.user), tab_of(request)  # type: ignore[arg-type]  # staff
        self.now, self.may_change = timezone.now(), self.model_admin.has_change_permission(request)
        self.tabs = [
            {
                "title": title,
                "count": counts.get(counter),
                "is_late": key == "vencidos" and counts[counter],
                "is_chosen": key == chosen,
                "query": self.get_query_string({TabFilter.parameter_name: key}, ["p"]),
            }
            for key, (title, counter, _rows) in TABS.items()
        ]
        for row in self.result_list:
            row.may_take = self.may_change and row.assignee_id is None and row.is_active


@admin.register(Ticket)
class TicketAdmin(ShowsDelivery, TicketPages):
    list_display = ("number", "about", "due", "state", "in_charge")
    list_filter = (TabFilter, "status", "kind", "priority", AssigneeFilter, "created_at", "source")
    list_select_related = ("assignee", "delivery")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("number", "subject", "name", "email", "cedula", "conversation_id")
    search_help_text = _("Busca por número, asunto, nombre, correo, documento o conversación")
    change_list_template = "admin/helpdesk/ticket/change_list.html"

    class Media:
        css = {"all": ["css/helpdesk.css", "css/rows.css", "css/tickets.css"]}
        js = [Script("js/tickets.js", type="module")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Queue

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _now("Casos"), **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What must be done first stands first; what is done, newest first."""
        is_work = tab_of(request) not in {ALL, "resueltos"}
        return ("next_due", "id") if is_work else ("-created_at", "id")

    def get_queryset(self, request: HttpRequest) -> Tickets:
        return by_next_due(Ticket.objects.all()).order_by(*self.get_ordering(request))

    @admin.display(description=_("asunto"), ordering="subject")
    def about(self, ticket: Ticket) -> SafeString:
        subject, who = Truncator(ticket.subject).chars(90), Truncator(ticket.name).chars(40)
        return format_html("{} <small>{} · {}</small>", subject, who, moment(ticket.created_at))

    @admin.display(description=_("plazo"), ordering="next_due")
    def due(self, ticket: Ticket) -> SafeString:
        return due_cell(ticket, timezone.now())

    @admin.display(description=_("estado"), ordering="status")
    def state(self, ticket: Ticket) -> SafeString:
        more = f"{ticket.get_kind_display()} · {ticket.get_priority_display()}"
        return format_html("{} <small>{}</small>", ticket.get_status_display(), more)

    @admin.display(description=_("responsable"), ordering="assignee")
    def in_charge(self, ticket: Any) -> str:
        if not ticket.may_take:
            return str(ticket.assignee or "–")
        button = (
            '<button type="submit" form="queue-form" name="take" value="{}" class="queue-take">{}</button>'
        )
        return format_html(button, ticket.pk, _now("Encargarme"))
