"""What is done to several tickets at once in Django admin."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.accounts.roles import STAFF
from apps.core.admin import ServiceAdmin
from apps.helpdesk.models import Priority, Status, Ticket
from apps.helpdesk.services.changes import change_ticket, take_ticket

Tickets = QuerySet[Ticket]
NOBODY = "-"
CHOOSE = "admin/helpdesk/ticket/choose.html"


def team() -> QuerySet[User]:
    """Who may be in charge of a ticket."""
    return User.objects.filter(rol__in=STAFF, is_active=True).order_by("nombre", "email")


def person_chosen(key: str) -> User | None:
    """Of a select of the team; nobody for NOBODY."""
    return None if key in {"", NOBODY} else next((one for one in team() if str(one.pk) == key), None)


class TicketActions(ServiceAdmin):
    actions = ("take", "assign", "set_status", "set_priority")

    @admin.action(description=gettext_lazy("Encargarme"), permissions=["change"])
    def take(self, request: HttpRequest, queryset: Tickets) -> None:
        """Of those that nobody has; of the others it is said who has them."""
        self.each_logged(
            request,
            self.chosen(request, queryset),
            lambda ticket: take_ticket(ticket=ticket, by=cast(User, request.user)),
            lambda n: ngettext("Te encargas de %d caso.", "Te encargas de %d casos.", n) % n,
            _("Se encargó del caso."),
        )

    @admin.action(description=gettext_lazy("Asignar a…"), permissions=["change"])
    def assign(self, request: HttpRequest, queryset: Tickets) -> HttpResponse | None:
        options = [(NOBODY, _("Nadie")), *((str(one.pk), str(one)) for one in team())]
        return self._choose(
            request,
            queryset,
            lambda n: ngettext("¿Quién se encarga de %d caso?", "¿Quién se encarga de %d casos?", n) % n,
            (_("Responsable"), options),
            lambda key: {"assignee": person_chosen(key)},
        )

    @admin.action(description=gettext_lazy("Cambiar el estado…"), permissions=["change"])
    def set_status(self, request: HttpRequest, queryset: Tickets) -> HttpResponse | None:
        return self._choose(
            request,
            queryset,
            lambda n: ngettext("¿A qué estado pasa %d caso?", "¿A qué estado pasan %d casos?", n) % n,
            (_("Estado"), Status.choices),
            lambda key: {"status": key},
            _("A quien pidió un caso que pase a «Resuelto» le llega un correo."),
        )

    @admin.action(description=gettext_lazy("Cambiar la prioridad…"), permissions=["change"])
    def set_priority(self, request: HttpRequest, queryset: Tickets) -> HttpResponse | None:
        return self._choose(
            request,
            queryset,
            lambda n: ngettext("¿Qué prioridad tiene %d caso?", "¿Qué prioridad tienen %d casos?", n) % n,
            (_("Prioridad"), Priority.choices),
            lambda key: {"priority": key},
            _("Sus plazos se calculan de nuevo desde que se abrieron."),
        )

    def _choose(
        self,
        request: HttpRequest,
        queryset: Tickets,
        question: Callable[[int], str],
        choice: tuple[str, Any],
        changes: Callable[[str], dict[str, Any]],
        note: str = "",
    ) -> HttpResponse | None:
        """Asks for the new value of them all, and then sets it."""
        rows, (label, options) = self.chosen(request, queryset), choice
        page = self.ask(request, rows, question=question(len(rows)), note=note, button=_("Cambiar"))
        if page is not None:
            page.template_name = CHOOSE
            page.context_data.update(label=label, options=options)  # type: ignore[union-attr]
            return page
        key = request.POST.get("choice", "")
        if key not in {str(value) for value, _label in options}:
            self.message_user(request, _("Elige uno de la lista."), "error")
            return None
        self.change_rows(request, rows, changes(key))
        return None

    def change_rows(self, request: HttpRequest, rows: list[Ticket], changes: dict[str, Any]) -> None:
        differ = [row for row in rows if any(getattr(row, name) != changes[name] for name in changes)]
        if same := len(rows) - len(differ):
            said = ngettext("%d caso ya estaba así.", "%d casos ya estaban así.", same)
            self.message_user(request, said % same, "info")
        self.each_logged(
            request,
            differ,
            lambda ticket: change_ticket(ticket=ticket, by=cast(User, request.user), **changes),
            lambda n: ngettext("%d caso cambiado.", "%d casos cambiados.", n) % n,
            _("Cambió el caso."),
        )
