"""Intents in and out of files in Django admin: a preview of what would change, then the import."""

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from apps.core.csv_stream import stamped, tell_download
from apps.core.errors import AppError
from apps.core.sheets.storage import ImportFolder
from apps.intents.admin.actions import IntentActions
from apps.intents.exchange import FORMATS, ImportReport, Mode, export_file, read_file
from apps.intents.exchange.report import MAX_CHANGES
from apps.intents.models import Intent
from apps.intents.selectors import known_intents
from apps.intents.services.importing import import_intents
from apps.intents.transfer_forms import ConfirmForm, ExportForm, UploadForm, confirmation

log = structlog.get_logger("tutorbot.intents")
LIST, IMPORT = "admin:intents_intent_changelist", "admin:intents_intent_import"


class IntentTransfer(IntentActions):
    """The list with pages to import and to export, each for those who have its permission."""

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        return [
            path("import/", guarded(self.import_page), name="intents_intent_import"),
            path("import/confirm/", guarded(self.confirm_page), name="intents_intent_import_confirm"),
            path("export/", guarded(self.export_page), name="intents_intent_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        may = {f"may_{verb}": _may(request, verb) for verb in ("import", "export")}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """A file, then its preview; nothing is written."""
        _refuse_without(request, "import")
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file, mode = form.cleaned_data["file"], form.cleaned_data["mode"]
            content = file.read()
            try:
                report = read_and_import(file.name, content, mode, dry_run=True)
            except AppError as error:
                form.add_error("file", error.said)
            else:
                stored = ImportFolder(extension=file.name.rpartition(".")[2].lower())
                if report.created or report.updated:
                    stored.save(content)
                return self.preview(request, report, mode, stored.name)
        return self.shown(request, "import", title=_("Importar intenciones"), form=form)

    def confirm_page(self, request: HttpRequest) -> HttpResponse:
        """What the preview showed is done; when it would be something else by now, that is shown first."""
        _refuse_without(request, "import")
        form = ConfirmForm(request.POST)
        expired = _("La vista previa venció. Sube el archivo otra vez.")
        if not form.is_valid():
            return self.back_to_import(request, expired)
        try:
            return self.confirmed(request, **form.cleaned_data)
        except FileNotFoundError:  # sent twice, and the other was quicker
            return self.back_to_import(request, expired)
        except AppError as error:
            return self.back_to_import(request, error.said)

    def back_to_import(self, request: HttpRequest, text: str) -> HttpResponse:
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(reverse(IMPORT))

    def confirmed(self, request: HttpRequest, *, stored: ImportFolder, mode: Mode, seen: str) -> HttpResponse:
        content = stored.take()
        expected = read_and_import(stored.name, content, mode, dry_run=True)
        if expected.fingerprint != seen:
            stored.save(content)
            text = _("Las intenciones cambiaron mientras revisabas. Esto es lo que cambiaría ahora.")
            self.message_user(request, text, messages.WARNING)
            return self.preview(request, expected, mode, stored.name)
        report = read_and_import(stored.name, content, mode, owner=request.user)
        self.tell(request, report)
        return HttpResponseRedirect(reverse(LIST))

    def export_page(self, request: HttpRequest) -> HttpResponse:
        _refuse_without(request, "export")
        form = ExportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            name = form.cleaned_data["format"]
            try:
                content = export_file(format=name, intents=known_intents())
            except AppError as error:
                form.add_error("format", error.said)
            else:
                tell_download("intents", request)
                answer = HttpResponse(content, content_type=FORMATS[name].content_type)
                file = stamped("intenciones", FORMATS[name].suffix)
                answer["Content-Disposition"] = f"attachment; filename={file}"
                return answer
        return self.shown(request, "export", title=_("Exportar intenciones"), form=form)

    def preview(self, request: HttpRequest, report: ImportReport, mode: Mode, stored: str) -> HttpResponse:
        confirm = confirmation(stored=stored, mode=mode, seen=report.fingerprint)
        total = report.created + report.updated
        for change in report.changes:
            change.fields = [str(label_for_field(name, Intent)) for name in change.fields]
        context = {"report": report, "confirm": confirm, "total": total, "more": total - len(report.changes)}
        context |= {"errors": report.errors[:MAX_CHANGES], "more_errors": len(report.errors) - MAX_CHANGES}
        return self.shown(request, "import_preview", title=_("Qué cambia"), **context)

    def tell(self, request: HttpRequest, report: ImportReport) -> None:
        counts = {"created": report.created, "updated": report.updated, "skipped": report.skipped}
        log.info("intents_imported", user=str(request.user.pk), errors=len(report.errors), **counts)
        text = _("Importación lista: %(created)d nuevas, %(updated)d cambiadas, %(skipped)d sin cambios.")
        self.message_user(request, text % counts, messages.SUCCESS)
        if report.errors:
            bad = _("Filas con errores, que no se importaron: %(count)d.") % {"count": len(report.errors)}
            self.message_user(request, bad, messages.WARNING)
        if report.created or report.updated:
            self.say_train(request)

    def shown(self, request: HttpRequest, page: str, **context: Any) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "shown": MAX_CHANGES}
        return TemplateResponse(request, f"admin/intents/intent/{page}.html", {**shared, **context})


def read_and_import(
    name: str, content: bytes, mode: Mode, *, dry_run: bool = False, owner: Any = None
) -> ImportReport:
    """Raises AppError for a file that cannot be read."""
    rows = read_file(name=name, content=content)
    return import_intents(rows=rows, mode=mode, dry_run=dry_run, owner=owner)


def _may(request: HttpRequest, verb: str) -> bool:
    return bool(request.user.has_perm(f"intents.{verb}_intent"))


def _refuse_without(request: HttpRequest, verb: str) -> None:
    if not _may(request, verb):
        raise PermissionDenied
