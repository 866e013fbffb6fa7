"""The two steps of an import: a file, and the confirmation of what it would change."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.forms import ConfirmImportForm, ImportForm

from apps.core.sheets.formats import FORMATS, MAX_BYTES
from apps.core.sheets.storage import ImportFolder


class SheetForm(ImportForm):
    """One file; its format follows from its name."""

    import_file = forms.FileField(
        label=gettext_lazy("Archivo"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Elige un archivo .csv o .xlsx."),
            "empty": gettext_lazy("El archivo está vacío."),
        },
    )

    def __init__(self, formats: list[Any], resources: list[Any], **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.extensions = [f().get_extension() for f in formats]
        self.fields["format"] = forms.CharField(required=False, widget=forms.HiddenInput())
        self.fields["import_file"].widget.attrs.pop("class", None)

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if (file.size or 0) > MAX_BYTES:
            text = _("El archivo pesa más de %(max)d MB. Divídelo en varios.") % {"max": MAX_BYTES >> 20}
            raise forms.ValidationError(text, code="too_large")
        if self._extension(file) not in self.extensions:
            raise forms.ValidationError(_("Elige un archivo .csv o .xlsx."), code="bad_format")
        return file

    def clean(self) -> dict[str, Any]:
        file = self.cleaned_data.get("import_file")
        if file is not None:
            self.cleaned_data["format"] = str(self.extensions.index(self._extension(file)))
        return self.cleaned_data

    def _extension(self, file: UploadedFile) -> str:
        return (file.name or "").rpartition(".")[2].lower()


class SheetConfirmForm(ConfirmImportForm):
    """Names a file that is waiting; its format is the one of the preview."""

    format = None  # Django's way to leave out a parent's field

    def clean_import_file_name(self) -> str:
        name: str = self.cleaned_data["import_file_name"]
        if not ImportFolder(name=name).exists():
            raise forms.ValidationError(
                _("La vista previa venció. Sube el archivo otra vez."), code="expired"
            )
        return name

    def clean(self) -> dict[str, Any]:
        if name := self.cleaned_data.get("import_file_name"):
            extensions = [f().get_extension() for f in FORMATS]
            self.cleaned_data["format"] = str(extensions.index(ImportFolder(name=name).extension))
        return self.cleaned_data
