"""Students' records in Django admin: by hand, and from tables."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Certificate, StudentRecord, Tutor
from apps.accounts.resources import CertificateResource, StudentRecordResource, TutorResource
from apps.core.sheets.admin import SheetAdmin

STYLES = {"all": ["css/people-admin.css"]}


class CertificateInline(admin.TabularInline):
    model = Certificate
    extra = 0


@admin.register(Tutor)
class TutorAdmin(SheetAdmin):
    resource = TutorResource
    sheet_name = "tutores"
    list_display = ("nombre", "email", "telefono", "horario")
    search_fields = ("nombre", "email")
    search_help_text = _("Busca por nombre o correo")

    class Media:
        css = STYLES


@admin.register(StudentRecord)
class StudentRecordAdmin(SheetAdmin):
    resource = StudentRecordResource
    sheet_name = "estudiantes"
    list_display = ("nombre", "documento", "estado", "programa", "ficha", "tutor")
    list_filter = ("estado", "modalidad", "jornada", "programa", "tutor")
    list_select_related = ("tutor",)
    search_fields = ("documento", "nombre", "email")
    search_help_text = _("Busca por documento, nombre o correo")
    autocomplete_fields = ("tutor",)
    readonly_fields = ("updated_at",)
    inlines = (CertificateInline,)
    fieldsets = (
        (None, {"fields": ("nombre", "email", "documento", "estado", "tutor")}),
        (_("Formación"), {"fields": ("programa", "ficha", "modalidad", "jornada")}),
        (_("Fechas"), {"fields": ("fecha_inicio", "fecha_fin", "updated_at")}),
    )

    class Media:
        css = STYLES


@admin.register(Certificate)
class CertificateAdmin(SheetAdmin):
    resource = CertificateResource
    sheet_name = "certificados"
    list_display = ("student", "tipo", "programa", "fecha_emision")
    list_filter = ("tipo", "fecha_emision")
    list_select_related = ("student",)
    search_fields = ("student__documento", "student__nombre", "student__email", "programa")
    search_help_text = _("Busca por estudiante o programa")
    autocomplete_fields = ("student",)

    class Media:
        css = STYLES
