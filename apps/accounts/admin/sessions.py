"""Who is signed in where, in Django admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import TokenFamily
from apps.accounts.services import sessions
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, moment


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("estado")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Abiertas")), ("no", _("Terminadas o vencidas"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> QuerySet[TokenFamily]:
        is_open = {"revoked_at": None, "expires_at__gt": timezone.now()}
        if self.value() == "yes":
            return queryset.filter(**is_open)
        return queryset.exclude(**is_open) if self.value() == "no" else queryset


@admin.register(TokenFamily)
class TokenFamilyAdmin(ServiceAdmin, ReadOnlyAdmin):
    list_display = ("user", "is_open", "used_at", "device", "ip", "ends_at")
    list_filter = (OpenFilter,)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__nombre", "ip")
    search_help_text = gettext_lazy("Busca por persona o dirección")
    fields = ("user", "ip", "user_agent", "started_at", "rotated_at", "expires_at", "revoked_at")
    readonly_fields = ("started_at", "rotated_at")
    actions = ("end",)

    class Media:
        css = {"all": ["css/people-admin.css"]}

    @admin.display(description=gettext_lazy("último uso"), ordering="rotated_at")
    def used_at(self, family: TokenFamily) -> str:
        return moment(family.rotated_at)

    @admin.display(description=gettext_lazy("vence"), ordering="expires_at")
    def ends_at(self, family: TokenFamily) -> str:
        return moment(family.expires_at)

    @admin.display(description=gettext_lazy("navegador"), ordering="user_agent")
    def device(self, family: TokenFamily) -> str:
        return Truncator(family.user_agent).chars(40)

    @admin.display(description=gettext_lazy("abierta"), boolean=True)
    def is_open(self, family: TokenFamily) -> bool:
        return family.revoked_at is None and family.expires_at > timezone.now()

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_tokenfamily")

    @admin.action(description=gettext_lazy("Terminar…"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        page = self.ask(
            request,
            rows,
            question=ngettext("¿Terminar %d sesión?", "¿Terminar %d sesiones?", len(rows)) % len(rows),
            note=_("Esas personas tendrán que iniciar sesión otra vez en ese dispositivo."),
            button=_("Sí, terminar"),
        )
        if page is None:
            self.each(
                request,
                rows,
                lambda family: sessions.end_family(family=family),
                lambda n: ngettext("%d sesión terminada.", "%d sesiones terminadas.", n) % n,
            )
        return page
