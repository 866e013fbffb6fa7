"""Retention and personal data in Django admin: what was done, and a page that does it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.core.admin import ReadOnlyAdmin, moment
from apps.core.csv_stream import stamped
from apps.core.errors import AppError
from apps.logs import erasure
from apps.logs.models import PersonalDataRequest, PurgeRun

MAY = "logs.erase_personaldatarequest"


WORDS = {
    "accounts": gettext_lazy("cuentas"),
    "audit": gettext_lazy("cambios registrados"),
    "audit_entries": gettext_lazy("menciones en el registro de cambios"),
    "certificates": gettext_lazy("certificados"),
    "conversations": gettext_lazy("conversaciones"),
    "examples": gettext_lazy("ejemplos"),
    "feedback": gettext_lazy("valoraciones"),
    "history_lines": gettext_lazy("líneas del histórico"),
    "login_attempts": gettext_lazy("intentos de ingreso"),
    "preferences": gettext_lazy("preferencias"),
    "rasa_failed": gettext_lazy("sin respuesta de Rasa"),
    "rasa_restarted": gettext_lazy("reiniciadas en Rasa"),
    "review_groups": gettext_lazy("grupos de la bandeja"),
    "review_messages": gettext_lazy("mensajes de la bandeja"),
    "saved_forms": gettext_lazy("formularios a medias"),
    "student_records": gettext_lazy("registros de estudiante"),
    "surveys": gettext_lazy("encuestas"),
    "tickets": gettext_lazy("casos"),
    "turns": gettext_lazy("turnos"),
    "tutor_messages": gettext_lazy("mensajes al tutor"),
}


def in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{WORDS.get(name, name)}: {count}" for name, count in counts.items() if count) or "–"


class PersonDataForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("Correo"), required=False)
    sender = forms.CharField(
        label=gettext_lazy("O remitente del chat"),
        required=False,
        max_length=128,
        help_text=gettext_lazy("De quien escribió sin identificarse: solo esa conversación."),
    )

    def who(self) -> dict[str, str]:
        given = self.cleaned_data if self.is_bound else self.initial
        return {name: str(given.get(name) or "") for name in ("email", "sender")}


@admin.register(PurgeRun)
class PurgeRunAdmin(ReadOnlyAdmin):
    empty_note = gettext_lazy(
        "Aquí aparecerá cada limpieza de lo que ya no se debe guardar. Se hace sola cada noche."
    )
    list_display = ("at", "what", "limit", "state", "is_dry", "told")
    fields = ("what", "before", "is_dry", "state", "told", "via", "started_at", "ended_at")
    list_filter = ("kind", "state", "is_dry")
    list_per_page = 50

    class Media:
        css = {"all": ["css/audit.css"]}

    @admin.display(description=gettext_lazy("qué"), ordering="kind")
    def what(self, run: PurgeRun) -> str:
        return str(WORDS.get(run.kind, run.kind))

    @admin.display(description=gettext_lazy("empezó"), ordering="started_at")
    def at(self, run: PurgeRun) -> str:
        return moment(run.started_at)

    @admin.display(description=gettext_lazy("anterior a"), ordering="before")
    def limit(self, run: PurgeRun) -> str:
        return moment(run.before)

    @admin.display(description=gettext_lazy("borrado"))
    def told(self, run: PurgeRun) -> str:
        return in_words(run.counts)


@admin.register(PersonalDataRequest)
class PersonalDataRequestAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "by", "state", "told", "asked_by")
    list_filter = ("kind", "state")
    list_select_related = ("asked_by",)
    list_per_page = 50
    search_fields = ("=fingerprint",)
    fields = (
        "kind",
        "by",
        "fingerprint",
        "with_account",
        "state",
        "told",
        "asked_by",
        "started_at",
        "ended_at",
    )
    change_list_template = "admin/logs/personaldatarequest/change_list.html"

    class Media:
        css = {"all": ["css/audit.css"]}

    @admin.display(description=gettext_lazy("cuándo"), ordering="started_at")
    def at(self, row: PersonalDataRequest) -> str:
        return moment(row.started_at)

    @admin.display(description=gettext_lazy("cuánto"))
    def told(self, row: PersonalDataRequest) -> str:
        return in_words(row.counts)

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "person/", self.admin_site.admin_view(self.person), name="logs_personaldatarequest_person"
        )
        return [page, *super().get_urls()]

    def person(self, request: HttpRequest) -> HttpResponse:
        """What there is of one person; from there it is taken away or erased."""
        if not request.user.has_perm(MAY):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form = PersonDataForm(posted, initial=_named_in(request))
        is_named = form.is_valid() if posted else any(form.initial.values())
        try:
            if posted and is_named and "erase" in posted:
                return self._erase(request, form)
            if posted and is_named and "export" in posted:
                return self._export(request, form)
            found = self._found(form) if is_named else {}
        except AppError as error:
            self.message_user(request, str(error.text), messages.ERROR)
            found = {}
        return self._page(request, form, found)

    def _found(self, form: PersonDataForm) -> dict[str, Any]:
        who = form.who()
        person = erasure.find_person(**who)
        every = erasure.counts_of(person, with_account=True)
        plain = {name for name, _label, _count in erasure.counts_of(person, with_account=False)}
        return {
            "who": who,
            "kept": [(label, count) for name, label, count in every if name not in plain],
            "erased": [(label, count) for name, label, count in every if name in plain],
            "others": erasure.others_naming(person),
            "is_found": True,
        }

    def _page(self, request: HttpRequest, form: PersonDataForm, found: dict[str, Any]) -> HttpResponse:
        total = sum(count for _label, count in found.get("erased", ()))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Los datos de una persona"),
            "form": form,
            "opts": self.opts,
            "media": self.media,
            "button": ngettext("Borrar %d elemento", "Borrar %d elementos", total) % total,
            **found,
        }
        return TemplateResponse(request, "admin/logs/personaldatarequest/person.html", context)

    def _export(self, request: HttpRequest, form: PersonDataForm) -> HttpResponse:
        text = erasure.as_json(erasure.export_person(**form.who(), asked_by=_by(request)))
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename={stamped('persona', 'json')}"
        response["Cache-Control"] = "no-store"
        return response

    def _erase(self, request: HttpRequest, form: PersonDataForm) -> HttpResponse:
        who = form.who()
        receipt = erasure.begin(
            PersonalDataRequest.Kind.ERASE,
            **who,
            with_account="with_account" in request.POST,
            asked_by=_by(request),
        )
        erasure.erase_data.later(str(receipt.pk), who["email"], who["sender"])
        text = _("En marcha. Esta página es el comprobante; actualízala para ver cómo va.")
        self.message_user(request, text, messages.SUCCESS)
        page = reverse("admin:logs_personaldatarequest_change", args=[receipt.pk])
        return HttpResponseRedirect(page)


def _named_in(request: HttpRequest) -> dict[str, str]:
    """By the key of an account, not by its e-mail: addresses stay in browsers and proxies."""
    try:
        user = User.objects.filter(pk=request.GET.get("user", "")).first() if "user" in request.GET else None
    except (ValueError, forms.ValidationError):
        user = None
    return {"email": user.email if user else "", "sender": request.GET.get("sender", "")[:128]}


def _by(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
