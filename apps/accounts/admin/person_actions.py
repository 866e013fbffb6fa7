"""Bulk actions on people: each asks first where something ends, and goes by the services, row by row."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.accounts.selectors import EXPORT_COLUMNS, export_rows
from apps.accounts.services import enrolment, lockout, people, sessions
from apps.core.admin import MAX_CHOSEN, ServiceAdmin
from apps.core.csv_stream import csv_response

MAX_PASSWORDS = 50
"""Hashing one takes about a tenth of a second."""
People = QuerySet[User]


class PersonActions(ServiceAdmin):
    actions = (
        "disable",
        "enable",
        "revoke",
        "unlock",
        "reset_passwords",
        "remove_2fa",
        "export",
        "personal_data",
        "delete_selected",
    )

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.export_user")

    def chosen(self, request: HttpRequest, queryset: People, most: int = MAX_CHOSEN) -> list[User]:
        """Whoever is doing it comes last: what they do to others is written down in their name."""
        return sorted(super().chosen(request, queryset, most), key=lambda user: user == request.user)

    @admin.action(description=gettext_lazy("Desactivar…"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: People) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        page = self.ask(
            request,
            rows,
            question=ngettext("¿Desactivar a %d persona?", "¿Desactivar a %d personas?", len(rows))
            % len(rows),
            note=_("No podrán entrar, y sus sesiones terminan ahora. Puedes activarlas después."),
            button=_("Sí, desactivar"),
        )
        if page is None:
            self.each_logged(
                request,
                rows,
                lambda user: people.change_person(user=user, is_active=False),
                lambda n: ngettext("%d persona desactivada.", "%d personas desactivadas.", n) % n,
                _("Desactivó a la persona."),
            )
        return page

    @admin.action(description=gettext_lazy("Activar"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: People) -> None:
        self.each_logged(
            request,
            self.chosen(request, queryset),
            lambda user: people.change_person(user=user, is_active=True),
            lambda n: ngettext("%d persona activada.", "%d personas activadas.", n) % n,
            _("Activó a la persona."),
        )

    @admin.action(description=gettext_lazy("Terminar sesiones…"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: People) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        page = self.ask(
            request,
            rows,
            question=ngettext(
                "¿Terminar las sesiones de %d persona?", "¿Terminar las sesiones de %d personas?", len(rows)
            )
            % len(rows),
            note=_("Tendrán que iniciar sesión otra vez en todos sus dispositivos."),
            button=_("Sí, terminar sesiones"),
        )
        if page is None:
            self.each_logged(
                request,
                rows,
                lambda user: sessions.end_all_sessions(user=user),
                lambda n: (
                    ngettext("Sesiones de %d persona terminadas.", "Sesiones de %d personas terminadas.", n)
                    % n
                ),
                _("Terminó sus sesiones."),
            )
        return page

    @admin.action(description=gettext_lazy("Desbloquear"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: People) -> None:
        self.each_logged(
            request,
            self.chosen(request, queryset),
            lambda user: lockout.unlock_person(user=user),
            lambda n: (
                ngettext("%d persona puede intentar entrar.", "%d personas pueden intentar entrar.", n) % n
            ),
            _("Quitó los bloqueos."),
        )

    @admin.action(description=gettext_lazy("Restablecer contraseña…"), permissions=["change"])
    def reset_passwords(self, request: HttpRequest, queryset: People) -> HttpResponse | None:
        rows = self.chosen(request, queryset, MAX_PASSWORDS)
        page = self.ask(
            request,
            rows,
            question=ngettext(
                "¿Dar una contraseña temporal a %d persona?",
                "¿Dar una contraseña temporal a %d personas?",
                len(rows),
            )
            % len(rows),
            note=_("La contraseña de ahora deja de servir y sus sesiones terminan."),
            button=_("Sí, restablecer"),
        )
        if page is not None:
            return page
        given = self.each_logged(
            request,
            rows,
            lambda user: people.give_password(user=user),
            lambda n: ngettext("%d contraseña restablecida.", "%d contraseñas restablecidas.", n) % n,
            _("Restableció la contraseña."),
        )
        return self.show_passwords(request, given) if given else None

    @admin.action(description=gettext_lazy("Quitar verificación en dos pasos…"), permissions=["change"])
    def remove_2fa(self, request: HttpRequest, queryset: People) -> HttpResponse | None:
        rows = [user for user in self.chosen(request, queryset) if user != request.user]
        page = self.ask(
            request,
            rows,
            question=ngettext(
                "¿Quitar la verificación en dos pasos de %d persona?",
                "¿Quitar la verificación en dos pasos de %d personas?",
                len(rows),
            )
            % len(rows),
            note=_("Entrarán solo con su contraseña, y sus sesiones terminan. Para la tuya, usa su página."),
            button=_("Sí, quitar"),
        )
        if page is None:
            self.each_logged(
                request,
                rows,
                lambda user: enrolment.take_off(user=user),
                lambda n: (
                    ngettext("Verificación de %d persona quitada.", "Verificación de %d personas quitada.", n)
                    % n
                ),
                _("Quitó la verificación en dos pasos."),
            )
        return page

    @admin.action(description=gettext_lazy("Exportar a CSV"), permissions=["export"])
    def export(self, request: HttpRequest, queryset: People) -> HttpResponseBase:
        return csv_response(
            "personas", EXPORT_COLUMNS, export_rows(queryset), request=request, kind="usuarios"
        )

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("logs.erase_personaldatarequest")

    @admin.action(description=gettext_lazy("Sus datos: descargar o borrar…"), permissions=["erase"])
    def personal_data(self, request: HttpRequest, queryset: People) -> HttpResponse | None:
        """To the page that says what there is of one person."""
        rows = self.chosen(request, queryset, 1)
        if not rows:
            return None
        page = reverse("admin:logs_personaldatarequest_person")
        return HttpResponseRedirect(f"{page}?user={rows[0].pk}")

    @admin.action(description=gettext_lazy("Eliminar…"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: People) -> HttpResponse | None:
        rows = self.chosen(request, queryset)
        page = self.ask(
            request,
            rows,
            question=ngettext("¿Eliminar a %d persona?", "¿Eliminar a %d personas?", len(rows)) % len(rows),
            note=_("Se borran con sus sesiones y preferencias. No se puede deshacer."),
            button=_("Sí, eliminar"),
        )
        if page is None:
            self.each(
                request,
                rows,
                lambda user: self.delete_logged(request, user, lambda: people.delete_person(user=user)),
                lambda n: ngettext("%d persona eliminada.", "%d personas eliminadas.", n) % n,
            )
        return page

    def show_passwords(self, request: HttpRequest, passwords: list[tuple[User, str]]) -> TemplateResponse:
        """The answer itself, never a redirect: a temporary password is kept nowhere, not even in a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": ngettext("Contraseña temporal", "Contraseñas temporales", len(passwords)),
            "passwords": passwords,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/accounts/temporary_passwords.html", context)
