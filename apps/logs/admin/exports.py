"""Exports in Django admin: asked for with filters, watched, downloaded, cancelled."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.acting import current
from apps.core.admin import ServiceAdmin, ServiceForm, moment
from apps.logs.exports import registry, services
from apps.logs.exports.files import signed
from apps.logs.exports.models import Export
from apps.logs.fields import Status
from apps.logs.models import ChatTurn

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ANY = ("", gettext_lazy("Todos"))


class ExportForm(ServiceForm, forms.ModelForm):
    """What goes into the file; a job makes it."""

    kind = forms.ChoiceField(label=gettext_lazy("Qué"))
    desde = forms.DateField(label=gettext_lazy("Desde"), required=False, widget=DAY)
    hasta = forms.DateField(label=gettext_lazy("Hasta"), required=False, widget=DAY)
    q = forms.CharField(label=gettext_lazy("Palabras del mensaje"), required=False, max_length=200)
    intent = forms.CharField(label=gettext_lazy("Intención"), required=False, max_length=128)
    status = forms.ChoiceField(label=gettext_lazy("Estado"), required=False, choices=[ANY, *Status.choices])
    engine = forms.ChoiceField(
        label=gettext_lazy("Motor"),
        required=False,
        choices=[ANY, ("embedded", gettext_lazy("Embebido")), ("rasa", "Rasa")],
    )
    origen = forms.ChoiceField(
        label=gettext_lazy("Origen"), required=False, choices=[ANY, *ChatTurn.Origin.choices]
    )
    person: Any = None

    class Meta:
        model = Export
        fields = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [kind for kind in registry.kinds() if self.person.has_perm(kind.permission)]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.name, kind.label) for kind in allowed
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("desde") and data.get("hasta") and data["desde"] > data["hasta"]:
            self.add_error("desde", _("«Desde» es posterior a «Hasta». Cambia una de las dos fechas."))
        return data

    def apply(self) -> Export:
        given = {name: value for name, value in self.cleaned_data.items() if value and name != "kind"}
        filters = {n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in given.items()}
        return services.start_export(
            kind=self.cleaned_data["kind"],
            filters=filters,
            user=self.person,
            endpoint="/admin/logs/export/add/",
        )


@admin.register(Export)
class ExportAdmin(ServiceAdmin):
    list_display = ("asked", "what", "download", "status", "row_count", "until", "who")
    list_filter = ("state", "kind")
    search_fields = ("email",)
    search_help_text = gettext_lazy("Busca por correo")
    list_select_related = ("user",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("asked",)
    list_display_links = ("asked",)
    form = ExportForm
    fieldsets = (
        (None, {"fields": ("kind", "desde", "hasta")}),
        (gettext_lazy("Solo estos mensajes"), {"fields": ("q", "intent", "status", "engine", "origen")}),
    )
    shown = (
        "what", "asked", "who", "asked_filters", "status", "row_count", "bytes", "until", "error", "download",
    )  # fmt: skip
    actions = ("cancel", "expire")

    class Media:
        css = {"all": ["css/turns.css"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": self.shown})] if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, form=forms.ModelForm, fields=())
        return type("AskedForm", (ExportForm,), {"person": request.user})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        self.message_user(request, _("La exportación empezó. Puedes irte: aquí quedará el archivo."))
        return HttpResponseRedirect(reverse("admin:logs_export_changelist"))

    @admin.display(description=gettext_lazy("pedida"), ordering="created_at")
    def asked(self, export: Export) -> str:
        return moment(export.created_at)

    @admin.display(description=gettext_lazy("qué"))
    def what(self, export: Export) -> str:
        return registry.label_of(export.kind)

    @admin.display(description=gettext_lazy("quién"))
    def who(self, export: Export) -> str:
        return export.email or "–"

    @admin.display(description=gettext_lazy("filtros"))
    def asked_filters(self, export: Export) -> str:
        return ", ".join(f"{name}: {value}" for name, value in export.filters.items()) or _("Todo")

    @admin.display(description=gettext_lazy("estado"))
    def status(self, export: Export) -> str:
        text = export.get_state_display()
        if export.state != Export.State.RUNNING:
            return text
        value = "" if export.share is None else format_html(' value="{}"', f"{export.share:.2f}")
        return format_html('<progress max="1"{}></progress> {}', value, text)

    @admin.display(description=gettext_lazy("filas"))
    def row_count(self, export: Export) -> str:
        return f"{export.rows:,}".replace(",", ".") if export.rows else "–"

    @admin.display(description=gettext_lazy("tamaño"))
    def bytes(self, export: Export) -> str:
        return filesizeformat(export.size) if export.size else "–"

    @admin.display(description=gettext_lazy("vence"))
    def until(self, export: Export) -> str:
        return moment(export.expires_at) if export.state == Export.State.DONE else "–"

    @admin.display(description=gettext_lazy("archivo"))
    def download(self, export: Export) -> str:
        if export.state != Export.State.DONE:
            return "–"
        address = f"{reverse('export-file')}?firma={signed(export, current().actor)}"
        return format_html('<a href="{}">{}</a>', address, _("Descargar"))

    @admin.action(description=gettext_lazy("Cancelar"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Export]) -> None:
        def done(number: int) -> str:
            return _("Exportaciones canceladas: %d.") % number

        rows = self.chosen(request, queryset)
        self.each_logged(
            request, rows, lambda row: services.cancel_export(export=row), done, _("La canceló.")
        )

    @admin.action(description=gettext_lazy("Borrar el archivo…"), permissions=["change"])
    def expire(self, request: HttpRequest, queryset: QuerySet[Export]) -> HttpResponse | None:
        rows = self.chosen(request, queryset.filter(state=Export.State.DONE))
        question = _("¿Borrar los archivos de %d exportaciones?") % len(rows)
        note = _("Quedará escrito qué se exportó, quién y cuándo.")
        page = self.ask(request, rows, question=question, note=note, button=_("Sí, borrar"))
        if page is None and rows:
            self.each_logged(
                request,
                rows,
                lambda row: services.expire_export(row),
                lambda number: _("Archivos borrados: %d.") % number,
                _("Borró su archivo."),
            )
        return page
