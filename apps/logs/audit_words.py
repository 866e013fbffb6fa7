"""An audit entry in words that staff know: fields by their names, values as the pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import acting, audit
from apps.logs.models import AuditEntry

EMPTY = "–"
NOTES = {
    "answers": gettext_lazy("respuestas"),
    "cancelled": gettext_lazy("cancelado"),
    "examples": gettext_lazy("ejemplos"),
    "export": gettext_lazy("datos descargados"),
    "erasure": gettext_lazy("datos borrados"),
    "lock": gettext_lazy("bloqueo por intentos"),
    "second_factor": gettext_lazy("verificación en dos pasos"),
    "session": gettext_lazy("sesión"),
    "sessions": gettext_lazy("sesiones"),
    "state": gettext_lazy("lo que el bot recuerda"),
}
WORDS = {
    "open": gettext_lazy("abiertas"),
    "ended": gettext_lazy("terminada"),
    "all_ended": gettext_lazy("terminadas"),
    "kept": gettext_lazy("guardado"),
    "forgotten": gettext_lazy("olvidado"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field; of lists what went and what came, each text for itself."""

    name: str
    before: list[str]
    after: list[str]


def lines_of(entry: AuditEntry) -> list[Line]:
    """With the names of what keys point to: a query for each of them."""
    model = entry.content_type.model_class()
    return [Line(*_line(model, name, pair)) for name, pair in sorted((entry.changes or {}).items())]


def names_of(entry: AuditEntry) -> str:
    """The fields alone, for lists: no queries."""
    model = entry.content_type.model_class()
    return ", ".join(_name(model, name) for name in sorted(entry.changes or {}))


def kind_of(entry: AuditEntry) -> str:
    model = entry.content_type.model_class()
    return capfirst(str(model._meta.verbose_name)) if model else entry.model_label


def who(entry: AuditEntry) -> str:
    """The account, or what did it for nobody."""
    return entry.actor_email or via(entry) or _("Nadie en particular")


def via(entry: AuditEntry) -> str:
    kind, _space, name = entry.via.partition(" ")
    if kind == acting.COMMAND:
        return _("Comando %(name)s") % {"name": name}
    if kind == acting.JOB:
        return _("Trabajo %(name)s") % {"name": name}
    return {acting.API: _("API"), acting.PAGES: _("Administración")}.get(kind, entry.via)


def page_of(entry: AuditEntry) -> str:
    """The address of the row in Django admin; "" when it has none or is gone."""
    if entry.action == audit.DELETE or not entry.object_pk:
        return ""
    kind = entry.content_type
    try:
        return reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[entry.object_pk])
    except NoReverseMatch:
        return ""


def _line(model: type[Model] | None, name: str, pair: Any) -> tuple[str, list[str], list[str]]:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    field = _field(model, name)
    return _name(model, name), list(_shown(field, before)), list(_shown(field, after))


def _field(model: type[Model] | None, name: str) -> Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _name(model: type[Model] | None, name: str) -> str:
    field = _field(model, name)
    return str(NOTES.get(name) or (field.verbose_name if field else name))


def _shown(field: Field[Any, Any] | None, value: Any) -> Iterator[str]:
    if isinstance(value, list) and value:
        for one in value:
            yield from _shown(None, one)
    else:
        yield _text(field, value)


def _text(field: Field[Any, Any] | None, value: Any) -> str:
    if value in (None, "", "None", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return _("Sí") if value else _("No")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_text(None, one)}" for key, one in value.items() if one)
    text = str(value)
    if field is None:
        return str(WORDS.get(text, text))
    if field.choices:
        return str(dict(field.flatchoices).get(value, text))
    if field.is_relation:
        return _related(field, text)
    return _moment(text) if field.get_internal_type() == "DateTimeField" else text


def _related(field: Field[Any, Any], key: str) -> str:
    try:
        row = field.related_model._base_manager.filter(pk=UUID(key)).first()  # type: ignore[union-attr]
    except ValueError:
        return key
    return str(row) if row is not None else _("%(key)s (ya no está)") % {"key": key[:8]}


def _moment(text: str) -> str:
    """auditlog keeps moments in UTC without saying so."""
    found = parse_datetime(text)
    if found is None:
        return text
    aware = found if timezone.is_aware(found) else found.replace(tzinfo=UTC)
    return date_format(timezone.localtime(aware), "SHORT_DATETIME_FORMAT")


def plain(pair: Any) -> str:
    """A change in one line, as it is stored: for tables that programs read."""
    if not (isinstance(pair, list) and len(pair) == 2):
        return str(pair)
    return " → ".join("|".join(map(str, one)) if isinstance(one, list) else str(one) for one in pair)
