"""Import with a preview, and export, for lists of Django admin."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm
from import_export.results import Result, RowResult

from apps.core.csv_stream import csv_response, stamped, tell_download
from apps.core.db import delete_rows
from apps.core.sheets.formats import FORMATS, MAX_BYTES, MAX_ROWS, UnreadableTable
from apps.core.sheets.forms import SheetConfirmForm, SheetForm
from apps.core.sheets.resources import SheetResource
from apps.core.sheets.storage import ImportFolder

SHOWN_ROWS = 200


class SheetAdmin(ImportExportMixin, admin.ModelAdmin):
    """A list that is filled from a table; who may, is asked by `import_…` and `export_…` permissions."""

    resource: ClassVar[type[SheetResource]]
    sheet_name = ""
    formats = FORMATS
    to_encoding = "utf-8-sig"
    tmp_storage_class = ImportFolder
    import_form_class = SheetForm
    confirm_form_class = SheetConfirmForm
    export_form_class = ExportForm

    def get_resource_classes(self, request: HttpRequest) -> list[type[SheetResource]]:
        return [self.resource]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "import")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "export")

    def _may(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def get_urls(self) -> list[Any]:
        name = "{}_{}_import_example".format(*self.get_model_info())
        return [
            path("import/example/", self.admin_site.admin_view(self.example), name=name),
            *super().get_urls(),
        ]

    def url_of(self, page: str) -> str:
        return reverse("admin:{}_{}_{}".format(*self.get_model_info(), page))

    def example(self, request: HttpRequest) -> HttpResponseBase:
        """The example file that the import page offers."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        columns = self.resource.columns
        rows = zip(*(column.examples for column in columns), strict=True)
        return csv_response(f"ejemplo_{self.sheet_name}", [column.name for column in columns], rows)

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "columns": self.resource.columns,
            "example_url": self.url_of("import_example"),
            "max_rows": MAX_ROWS,
            "max_megabytes": MAX_BYTES >> 20,
            "shown_rows": SHOWN_ROWS,
            "shown": f":{SHOWN_ROWS}",
        }

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page; of a file that cannot be confirmed nothing stays."""
        response = super().import_action(request, **kwargs)
        stored = getattr(request.FILES.get("import_file"), "tmp_storage_name", "")
        if stored and "confirm_form" not in response.context_data:
            ImportFolder(name=stored).remove()
        return response

    def write_to_tmp_storage(self, import_file: UploadedFile, input_format: Any) -> ImportFolder:
        stored = ImportFolder(extension=input_format.get_extension())
        stored.save(import_file.read())
        return stored

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        if not self.create_confirm_form(request).is_valid():
            messages.error(request, _("La vista previa venció. Sube el archivo otra vez."))
            return HttpResponseRedirect(self.url_of("import"))
        return super().process_import(request, **kwargs)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """What was right in the preview may be wrong by now: then nothing was written."""
        if not result.has_errors() and not result.has_validation_errors():
            return super().process_result(result, request)
        messages.error(request, _("Los datos cambiaron mientras revisabas. Sube el archivo otra vez."))
        return HttpResponseRedirect(self.url_of("import"))

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        text = _("Listo: %(new)d nuevos, %(update)d cambiados y %(skip)d sin cambios.") % {
            "new": result.totals[RowResult.IMPORT_TYPE_NEW],
            "update": result.totals[RowResult.IMPORT_TYPE_UPDATE],
            "skip": result.totals[RowResult.IMPORT_TYPE_SKIP],
        }
        messages.success(request, text)

    def add_data_read_fail_error_to_form(self, form: SheetForm, error: Exception) -> None:
        unreadable = _("No se puede leer el archivo. Guárdalo como CSV o XLSX y súbelo otra vez.")
        form.add_error("import_file", str(error) if isinstance(error, UnreadableTable) else unreadable)

    def get_export_filename(self, request: HttpRequest, queryset: QuerySet[Any], file_format: Any) -> str:
        tell_download(self.sheet_name, request)
        return stamped(self.sheet_name, file_format.get_extension())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        delete_rows(queryset)
