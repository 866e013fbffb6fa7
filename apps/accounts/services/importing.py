"""Accounts from a CSV file: a bad row is reported and stops no other."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services.mails import request_invitation
from apps.accounts.services.passwords import policy_errors
from apps.accounts.services.people import checked_email, checked_name, checked_role, store_person
from apps.core.errors import Conflict, Invalid
from apps.core.sheets.formats import CsvText

COLUMNS = {
    "email": {"email", "e-mail", "correo", "correo electrónico"},
    "nombre": {"nombre", "nombre completo", "name"},
    "rol": {"rol", "role"},
    "password": {"password", "contraseña", "contrasena"},
}
NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
Row = dict[str, str]


@dataclass(slots=True)
class ImportReport:
    """`repeated` are line numbers with the earlier line of the same e-mail; `errors` are line numbers with
    all that is wrong there, a text for each column.
    """

    created: int = 0
    existing: int = 0
    repeated: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, list[str]]] = field(default_factory=list)


def import_people(
    *,
    content: bytes,
    allow_admins: bool = False,
    invite: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda line: None,
) -> ImportReport:
    """Makes the accounts of a CSV's rows; those whose e-mail exists stay as they are.

    A row without password gets an account that a mailed link opens. Raises Invalid for a file without a
    readable header or the column `email`. `progress` is told the line after each row.
    """
    report, lines = ImportReport(), dict[str, int]()
    for line, row in _rows(CsvText(content)):
        try:
            if isinstance(row, Invalid):
                raise row
            user = _person(row, allow_admins=allow_admins)
            if lines.setdefault(user.email, line) != line:
                report.repeated.append((line, lines[user.email]))
                continue
            if User.objects.filter(email=user.email).exists():
                raise Conflict
            user.set_password(row.get("password") or None)  # None: one that nothing equals
            if not dry_run:
                store_person(user)
                if invite:
                    request_invitation(user=user)
            report.created += 1
        except Conflict:
            report.existing += 1
        except Invalid as error:
            report.errors.append((line, _texts(error)))
        finally:
            progress(line)
    return report


def _person(row: Row, *, allow_admins: bool) -> User:
    """Without a password: hashing is slow, and not every row needs it.

    Raises Invalid with all that is wrong.
    """

    def role(cell: str) -> str:
        rol = checked_role(cell.strip().lower() or Role.USUARIO)
        if rol == Role.ADMIN and not allow_admins:
            text = _("Para importar personas administradoras usa --allow-admins.")
            raise Invalid.field("rol", text, "admin_not_allowed")
        return rol

    user, errors = User(), list[dict[str, str]]()
    for name, checked in {"email": checked_email, "nombre": checked_name, "rol": role}.items():
        try:
            setattr(user, name, checked(row.get(name, "")))
        except Invalid as error:
            errors += error.errors
    if password := row.get("password"):
        errors += policy_errors(password, user)
    if errors:
        raise Invalid(errors=errors)
    return user


def _texts(error: Invalid) -> list[str]:
    """One for each column, or one for the whole row."""
    columns: dict[str, list[str]] = {}
    for each in error.errors:
        columns.setdefault(each["field"], []).append(each["message"])
    return [f"{name}: {' '.join(texts)}" for name, texts in columns.items()] or [str(error.text)]


def _rows(text: CsvText) -> Iterator[tuple[int, Row | Invalid]]:
    """Line numbers with rows, or with what is wrong with them; blank lines are left out.

    Raises Invalid for the header.
    """
    unreadable = Invalid(_("No se puede leer. Revisa las comillas."))
    reader = csv.reader(text.lines(), delimiter=text.delimiter)
    try:
        names = _column_names(next(reader, []))
    except csv.Error:  # a cell over 131,072 characters
        raise unreadable from None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, unreadable
            continue
        if any(cell.strip() for cell in cells):
            yield reader.line_num, _row(names, cells)


def _column_names(header: list[str]) -> list[str]:
    """Our names of the columns, "" for those that are not ours. Raises Invalid without `email`."""
    given = [cell.strip().lower() for cell in header]
    names = [next((name for name, known in COLUMNS.items() if cell in known), "") for cell in given]
    if "email" not in names:
        text = _("Falta la columna «email». La primera línea debe ser: email,nombre,rol,password")
        raise Invalid(text, code="no_email_column")
    return names


def _row(names: list[str], cells: list[str]) -> Row | Invalid:
    if len(cells) > len(names):
        return Invalid(_("Sobran columnas. Revisa las comillas y los separadores."))
    if any(NO_TEXT.search(cell) for cell in cells):
        return Invalid(_("Hay saltos de línea o caracteres que no son texto. Revisa las comillas."))
    return {"email": "", **{name: cell for name, cell in zip(names, cells, strict=False) if name}}
