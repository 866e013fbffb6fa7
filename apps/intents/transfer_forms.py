"""The two steps of an import in Django admin, and what an export asks for."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.sheets.storage import ImportFolder
from apps.intents.exchange import MAX_BYTES, READERS

MODES = (
    ("skip", gettext_lazy("Solo las nuevas: las que ya existen se quedan como están.")),
    (
        "merge",
        gettext_lazy(
            "Sumar: a las que existen se les agregan los ejemplos, respuestas y textos que les falten."
        ),
    ),
    (
        "replace",
        gettext_lazy(
            "Reemplazar: las que existen quedan como dice el archivo; lo demás que tenían se borra. "
            "Una celda vacía no cambia nada."
        ),
    ),
)
FORMATS = (
    ("csv", gettext_lazy("CSV, para hojas de cálculo y otros programas")),
    ("xlsx", gettext_lazy("XLSX, para Excel y LibreOffice")),
    ("json", gettext_lazy("JSON, con todo y sin límite de tamaño por respuesta")),
    ("rasa", gettext_lazy("Proyecto de Rasa (zip), solo con las intenciones activas")),
)


class UploadForm(forms.Form):
    """One file; how it is read follows from its name."""

    file = forms.FileField(
        label=gettext_lazy("Archivo"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in READERS)}),
        allow_empty_file=True,  # the reader says it better
        error_messages={"required": gettext_lazy("Elige un archivo.")},
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Qué hacer con las que ya existen"),
        choices=MODES,
        initial="skip",
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            text = _("El archivo pasa de %(max)d MB. Divídelo en varios.") % {"max": MAX_BYTES >> 20}
            raise forms.ValidationError(text, code="too_large")
        return file


class ConfirmForm(forms.Form):
    """Names a file that waits, and what its preview showed."""

    stored = forms.CharField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=MODES, widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_stored(self) -> ImportFolder:
        folder = ImportFolder(name=self.cleaned_data["stored"])
        if not folder.exists():
            raise forms.ValidationError(
                _("La vista previa venció. Sube el archivo otra vez."), code="expired"
            )
        return folder


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("Formato"), choices=FORMATS, initial="csv", widget=forms.RadioSelect
    )


def confirmation(**initial: Any) -> ConfirmForm:
    return ConfirmForm(initial=initial)
