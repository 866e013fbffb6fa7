"""Failed logins in Django admin: read them, and end a lock. What else the libraries show there is hidden."""

from typing import Any

from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.services import lockout
from apps.core import network
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, moment

for model in (
    AccessAttempt,  # shown by the class below
    AccessAttemptExpiration,
    AccessFailureLog,
    AccessLog,
    StaticDevice,  # recovery codes
    TOTPDevice,  # secrets
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

# The library speaks English here; its migrations are made of `original_attrs`, which stay.
AccessAttempt._meta.verbose_name = gettext_lazy("intento fallido")
AccessAttempt._meta.verbose_name_plural = gettext_lazy("intentos fallidos")
AccessAttempt.__str__ = lambda self: self.username or "–"
apps.get_app_config("axes").verbose_name = gettext_lazy("Acceso")


class LockedNowFilter(admin.SimpleListFilter):
    title = gettext_lazy("estado")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Bloqueados ahora"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return lockout.only_locked(queryset) if self.value() == "yes" else queryset


@admin.register(AccessAttempt)
class LockoutAdmin(ServiceAdmin, ReadOnlyAdmin):
    empty_note = gettext_lazy(
        "Aquí aparecerá cada correo con intentos fallidos de entrar; desde aquí se desbloquea."
    )
    list_display = ("email", "locked_until", "failures", "last_attempt", "address")
    list_filter = (LockedNowFilter,)
    search_fields = ("username", "ip_address")
    search_help_text = gettext_lazy("Busca por correo o dirección")
    ordering = ("-attempt_time",)
    fields = ("email", "address", "failures", "last_attempt", "locked_until")
    readonly_fields = fields
    actions = ("delete_selected",)

    class Media:
        css = {"all": ["css/people-admin.css"]}

    @admin.display(description=gettext_lazy("correo"), ordering="username")
    def email(self, attempt: Any) -> str:
        return attempt.username or "–"

    @admin.display(description=gettext_lazy("dirección"), ordering="ip_address")
    def address(self, attempt: Any) -> str:
        return "–" if attempt.ip_address == network.UNKNOWN else attempt.ip_address

    @admin.display(description=gettext_lazy("intentos"), ordering="failures_since_start")
    def failures(self, attempt: Any) -> int:
        return attempt.failures_since_start

    @admin.display(description=gettext_lazy("último intento"), ordering="attempt_time")
    def last_attempt(self, attempt: Any) -> str:
        return moment(attempt.attempt_time)

    @admin.display(description=gettext_lazy("bloqueado hasta"))
    def locked_until(self, attempt: Any) -> str:
        return moment(lockout.end_of_lock(attempt))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        lockout.forget_attempts(email=obj.username or "", address=obj.ip_address)

    @admin.action(description=gettext_lazy("Desbloquear…"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        page = self.ask(
            request,
            rows,
            question=ngettext("¿Quitar %d bloqueo?", "¿Quitar %d bloqueos?", len(rows)) % len(rows),
            note=_("Se podrá intentar entrar otra vez desde esas direcciones."),
            button=_("Sí, desbloquear"),
        )
        if page is None:
            self.each(
                request,
                rows,
                lambda attempt: self.delete_model(request, attempt),
                lambda n: ngettext("%d bloqueo quitado.", "%d bloqueos quitados.", n) % n,
            )
        return page
