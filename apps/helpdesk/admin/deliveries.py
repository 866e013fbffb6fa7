"""Deliveries to the outside helpdesk in Django admin: what waits, what failed, sent again by hand."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, moment
from apps.core.errors import AppError
from apps.helpdesk.clients.webhook import delivers_outside
from apps.helpdesk.models import Delivery, Ticket
from apps.helpdesk.services.deliveries import resend

NOTE = gettext_lazy(
    "La mesa de ayuda externa reconoce por su número lo que ya tenía. Se intenta durante 24 horas."
)


def delivery_state(delivery: Delivery) -> str:
    """A word in its colour."""
    return format_html(
        '<span class="delivery delivery-{}">{}</span>', delivery.state, delivery.get_state_display()
    )


def delivery_link(ticket: Ticket) -> str:
    """Of a ticket that has one."""
    delivery: Delivery = ticket.delivery
    address = reverse("admin:helpdesk_delivery_change", args=[delivery.pk])
    return format_html('<a href="{}">{}</a>', address, delivery_state(delivery))


class ShowsDelivery(admin.ModelAdmin):
    """For the list and the page of tickets: how the outside helpdesk got them, where there is one."""

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return (*shown, "delivered") if delivers_outside() else shown

    @admin.display(description=gettext_lazy("entrega"), ordering="delivery__state")
    def delivered(self, ticket: Ticket) -> str:
        return delivery_link(ticket) if hasattr(ticket, "delivery") else "–"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin, ServiceAdmin):
    list_display = ("number", "told_state", "attempts", "problem_text", "next_try", "created", "taken")
    list_filter = ("state", "last_error", "created_at")
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("ticket__number", "ticket__subject")
    search_help_text = gettext_lazy("Busca por número o asunto del caso")
    fields = readonly_fields = (
        *("case", "told_state", "attempts", "problem_text", "last_status", "next_try", "until"),
        *("identity", "created", "taken"),
    )
    actions = ("send_again",)

    class Media:
        css = {"all": ["css/helpdesk.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("ticket")

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("helpdesk.change_delivery")

    @admin.display(description=gettext_lazy("caso"), ordering="ticket__number")
    def number(self, delivery: Delivery) -> str:
        return delivery.ticket.number

    @admin.display(description=gettext_lazy("caso"))
    def case(self, delivery: Delivery) -> str:
        address = reverse("admin:helpdesk_ticket_change", args=[delivery.ticket_id])
        return format_html('<a href="{}">{}</a>', address, delivery.ticket)

    @admin.display(description=gettext_lazy("estado"), ordering="state")
    def told_state(self, delivery: Delivery) -> str:
        return delivery_state(delivery)

    @admin.display(description=gettext_lazy("último error"), ordering="last_error")
    def problem_text(self, delivery: Delivery) -> str:
        return delivery.problem or "–"

    @admin.display(description=gettext_lazy("próximo intento"), ordering="next_at")
    def next_try(self, delivery: Delivery) -> str:
        return moment(delivery.next_at) if delivery.state == Delivery.State.WAITING else "–"

    @admin.display(description=gettext_lazy("se intenta hasta"))
    def until(self, delivery: Delivery) -> str:
        return moment(delivery.give_up_at)

    @admin.display(description=gettext_lazy("número de entrega"))
    def identity(self, delivery: Delivery) -> str:
        return str(delivery.pk)

    @admin.display(description=gettext_lazy("creada"), ordering="created_at")
    def created(self, delivery: Delivery) -> str:
        return moment(delivery.created_at)

    @admin.display(description=gettext_lazy("entregada"), ordering="delivered_at")
    def taken(self, delivery: Delivery) -> str:
        return moment(delivery.delivered_at)

    @admin.action(description=gettext_lazy("Enviar de nuevo"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> TemplateResponse | None:
        rows = self.chosen(request, queryset)
        question = ngettext("¿Enviar de nuevo %d caso?", "¿Enviar de nuevo %d casos?", len(rows)) % len(rows)
        page = self.ask(request, rows, question=question, note=str(NOTE), button=_("Sí, enviar de nuevo"))
        if page is None:
            self.each_logged(
                request,
                rows,
                lambda row: resend(delivery=row),
                lambda n: ngettext("%d caso se envía de nuevo.", "%d casos se envían de nuevo.", n) % n,
                _("La mandó a enviar de nuevo."),
            )
        return page

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.resend_page)
        return [path("<path:object_id>/resend/", view, name="helpdesk_delivery_resend"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        if obj is not None and self.has_resend_permission(request):
            context["resend_url"] = reverse("admin:helpdesk_delivery_resend", args=[obj.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def resend_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first; one row's own way to what the list does with many."""
        if not self.has_resend_permission(request):
            raise PermissionDenied
        row: Delivery | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if request.method != "POST":
            question = _("¿Enviar de nuevo el caso %(number)s?") % {"number": row.ticket.number}
            page = self.ask(
                request, [row], question=question, note=str(NOTE), button=_("Sí, enviar de nuevo")
            )
            if page is not None:
                return page
        try:
            resend(delivery=row)
        except AppError as error:
            self.message_user(request, str(error.text), messages.ERROR)
        else:
            self.log_change(request, row, _("La mandó a enviar de nuevo."))
            self.message_user(request, _("El caso se envía de nuevo."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:helpdesk_delivery_change", args=[row.pk]))
