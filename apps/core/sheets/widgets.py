"""Cells → values and back; what is wrong with a cell is a ValueError whose text people read."""

import datetime
import unicodedata
from typing import Any

from django.conf import settings
from django.db.models import Choices
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from apps.core.csv_stream import FORMULA_STARTS
from apps.core.sheets.formats import CONTROL

DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without ".0", and without the apostrophe that our exports put."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = CONTROL.sub("", str(value)).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


class TextWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return cell_text(value)


class DateWidget(Widget):
    """2026-05-31 or 31/05/2026, or a spreadsheet's own date."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        text = cell_text(value)
        if not text:
            return None
        for format_ in DATE_FORMATS:
            try:
                return datetime.datetime.strptime(text, format_).date()
            except ValueError:
                continue
        raise ValueError(_("Escribe la fecha como 2026-05-31 o 31/05/2026."))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class ChoiceWidget(Widget):
    """A choice by its name or its label, whatever the case and the accents; labels go out.

    Files speak the project's language, not the browser's: what one exports another can import.
    """

    def __init__(self, choices: type[Choices]) -> None:
        super().__init__()
        with translation.override(settings.LANGUAGE_CODE):
            self.labels = {value: str(label) for value, label in choices.choices}
        self.values = {fold(name): value for value, label in self.labels.items() for name in (value, label)}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = cell_text(value)
        if not text:
            return ""
        found = self.values.get(fold(text))
        if found is None:
            options = ", ".join(self.labels.values())
            raise ValueError(_("Usa uno de estos: %(options)s.") % {"options": options})
        return str(found)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, value or "")


def fold(text: Any) -> str:
    """Without case, accents and the difference between a space and an underscore."""
    plain = unicodedata.normalize("NFKD", str(text).casefold().replace("_", " "))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
