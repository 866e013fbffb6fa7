"""Tickets in Django admin: read, taken on, and moved along."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.accounts.roles import STAFF
from apps.core.admin import ServiceAdmin, ServiceForm, moment
from apps.helpdesk.admin.deliveries import ShowsDelivery
from apps.helpdesk.admin.links import conversation_link
from apps.helpdesk.models import Status, Survey, Ticket
from apps.helpdesk.services.tickets import change_ticket

CHANGED = ("status", "priority", "assignee")
ASKED = ("subject", "message", "kind", "motivo_soporte", "tipo_soporte")
PERSON = ("name", "email", "email_verified", "user", "cedula", "phone", "prefer_contacto")
ORIGIN = ("conversation", "source", "opened", "changed", "delivered", "metadata")


class AssigneeFilter(admin.SimpleListFilter):
    title = _("responsable")
    parameter_name = "responsable"
    NOBODY, ME = "nadie", "yo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(self.ME, _("Yo")), (self.NOBODY, _("Nadie"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        if self.value() == self.NOBODY:
            return queryset.filter(assignee=None)
        return queryset.filter(assignee_id=request.user.pk) if self.value() == self.ME else queryset


class TicketForm(ServiceForm, forms.ModelForm):
    class Meta:
        model = Ticket
        fields = CHANGED

    def apply(self) -> Ticket:
        changes = {name: self.cleaned_data[name] for name in CHANGED if name in self.changed_data}
        ticket = Ticket.objects.get(pk=self.instance.pk)
        return change_ticket(ticket=ticket, **changes) if changes else ticket


class SurveyInline(admin.TabularInline):
    """What the requester thought."""

    model = Survey
    fields = readonly_fields = ("level", "comment", "updated_at")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Ticket)
class TicketAdmin(ShowsDelivery, ServiceAdmin):
    form = TicketForm
    list_display = ("number", "about", "kind", "status", "priority", "assignee", "requester", "opened")
    list_filter = ("status", "kind", "priority", AssigneeFilter, "created_at", "source")
    list_select_related = ("assignee", "delivery")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("number", "subject", "name", "email", "cedula", "conversation_id")
    search_help_text = _("Busca por número, asunto, nombre, correo, documento o conversación")
    readonly_fields = (*ASKED, *PERSON, *ORIGIN)
    fieldsets = (
        (None, {"fields": (CHANGED,)}),
        (_("Lo que pide"), {"fields": ASKED}),
        (_("Quién lo pide"), {"fields": PERSON}),
        (_("De dónde viene"), {"fields": ORIGIN}),
    )
    inlines = (SurveyInline,)
    actions = ("take", "solve")

    class Media:
        css = {"all": ["css/helpdesk.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assignee":
            team = User.objects.filter(rol__in=STAFF, is_active=True)
            kwargs["queryset"] = team.order_by("nombre", "email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Without the buttons that would add, change and delete people."""
        form = super().get_form(request, obj, change, **kwargs)
        if (assignee := form.base_fields.get("assignee")) is not None:
            assignee.widget = assignee.widget.widget
        return form

    @admin.display(description=_("asunto"), ordering="subject")
    def about(self, ticket: Ticket) -> str:
        return Truncator(ticket.subject).chars(70)

    @admin.display(description=_("quién"), ordering="name")
    def requester(self, ticket: Ticket) -> str:
        return ticket.name

    @admin.display(description=_("creado"), ordering="created_at")
    def opened(self, ticket: Ticket) -> str:
        return moment(ticket.created_at)

    @admin.display(description=_("actualizado"))
    def changed(self, ticket: Ticket) -> str:
        return moment(ticket.updated_at)

    @admin.display(description=_("conversación"))
    def conversation(self, ticket: Ticket) -> str:
        return conversation_link(ticket.conversation_id)

    @admin.action(description=_("Encargarme"), permissions=["change"])
    def take(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self.each_logged(
            request,
            self.chosen(request, queryset),
            lambda ticket: change_ticket(ticket=ticket, assignee=request.user),
            lambda n: ngettext("Te encargas de %d caso.", "Te encargas de %d casos.", n) % n,
            str(_("Se encargó del caso.")),
        )

    @admin.action(description=_("Marcar como resueltos"), permissions=["change"])
    def solve(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self.each_logged(
            request,
            self.chosen(request, queryset),
            lambda ticket: change_ticket(ticket=ticket, status=Status.SOLVED),
            lambda n: ngettext("%d caso resuelto.", "%d casos resueltos.", n) % n,
            str(_("Marcó el caso como resuelto.")),
        )
