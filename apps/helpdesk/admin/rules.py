"""Opening hours, closed days, terms and canned answers in Django admin."""

from typing import Any

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.helpdesk.admin.ticket_texts import business_term
from apps.helpdesk.models import BusinessHours, CannedAnswer, ClosedDay, ServiceLevel


@admin.register(CannedAnswer)
class CannedAnswerAdmin(admin.ModelAdmin):
    empty_note = _("Añade lo que más repites: al responder un caso lo traes con «/» y su atajo.")
    list_display = ("name", "slash", "said", "is_active")
    list_filter = ("is_active",)
    list_per_page = 50
    search_fields = ("name", "shortcut", "text", "text_en")
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("atajo"), ordering="shortcut")
    def slash(self, row: CannedAnswer) -> str:
        return f"/{row.shortcut}"

    @admin.display(description=_("texto"))
    def said(self, row: CannedAnswer) -> str:
        return Truncator(row.text).chars(80)


class RulesAdmin(admin.ModelAdmin):
    """Rules hold for tickets that come in, or change, from now on."""

    list_per_page = 50


@admin.register(BusinessHours)
class BusinessHoursAdmin(RulesAdmin):
    list_display = ("weekday", "opens", "closes")
    list_display_links = ("weekday",)


@admin.register(ClosedDay)
class ClosedDayAdmin(RulesAdmin):
    empty_note = _("Añade los festivos y los días en que nadie atiende: no cuentan para los plazos.")
    list_display = ("day", "name")
    search_fields = ("name",)


@admin.register(ServiceLevel)
class ServiceLevelAdmin(RulesAdmin):
    list_display = ("kind", "for_priority", "answered_in", "solved_in")
    list_filter = ("kind",)
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("prioridad"), ordering="priority")
    def for_priority(self, row: ServiceLevel) -> Any:
        return row.get_priority_display() or _("Todas las demás")

    @admin.display(description=_("primera respuesta"))
    def answered_in(self, row: ServiceLevel) -> str:
        return business_term(row.first_response, row.first_response_unit)

    @admin.display(description=_("solución"))
    def solved_in(self, row: ServiceLevel) -> str:
        return business_term(row.solution, row.solution_unit)
