"""Accounts from a CSV file: a bad row is reported and stops no other."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services.mails import request_invitation
from apps.accounts.services.passwords import check_policy
from apps.accounts.services.people import checked_email, checked_role, store_person
from apps.core.errors import Conflict, Invalid

COLUMNS = {
    "email": {"email", "e-mail", "correo", "correo electrónico"},
    "nombre": {"nombre", "nombre completo", "name"},
    "rol": {"rol", "role"},
    "password": {"password", "contraseña", "contrasena"},
}
MAX_NAME = 150
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
Row = dict[str, str]


@dataclass(slots=True)
class ImportReport:
    """`errors` are line numbers with texts."""

    created: int = 0
    existing: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def import_people(
    *,
    text: str,
    allow_admins: bool = False,
    invite: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda line: None,
) -> ImportReport:
    """Makes the accounts of a CSV's rows; those whose e-mail exists stay as they are.

    A row without password gets an account that a mailed link opens. Raises Invalid for a file without the
    column `email`. `progress` is told the line after each row.
    """
    report, seen = ImportReport(), set[str]()
    for line, row in _rows(text):
        try:
            if isinstance(row, Invalid):
                raise row
            user = _person(row, allow_admins=allow_admins)
            if user.email in seen or User.objects.filter(email=user.email).exists():
                raise Conflict
            _set_password(user, row.get("password", ""))
            if not dry_run:
                store_person(user)
                if invite:
                    request_invitation(user=user)
            seen.add(user.email)
            report.created += 1
        except Conflict:
            report.existing += 1
        except Invalid as error:
            report.errors.append((line, str(error.text)))
        progress(line)
    return report


def checked_name(nombre: str) -> str:
    """Without spaces around. Raises Invalid (field nombre)."""
    nombre = nombre.strip()
    if len(nombre) > MAX_NAME:
        text = _("El nombre puede tener hasta %(max)d caracteres.") % {"max": MAX_NAME}
        raise Invalid.field("nombre", text, "max_length")
    return nombre


def _person(row: Row, *, allow_admins: bool) -> User:
    rol = checked_role(row.get("rol", "").strip().lower() or Role.USUARIO)
    if rol == Role.ADMIN and not allow_admins:
        text = _("Para importar personas administradoras usa --allow-admins.")
        raise Invalid.field("rol", text, "admin_not_allowed")
    return User(email=checked_email(row["email"]), nombre=checked_name(row.get("nombre", "")), rol=rol)


def _set_password(user: User, password: str) -> None:
    """None: one that nothing equals. Hashing is slow, so this comes after everything else."""
    if password:
        check_policy(password, user)
    user.set_password(password or None)


def _rows(text: str) -> Iterator[tuple[int, Row | Invalid]]:
    """Line numbers with rows, or with what is wrong with them; blank lines are left out."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = _column_names(next(reader, []))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, Invalid(_("No se puede leer. Revisa las comillas."))
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
    if any(CONTROL.search(cell) for cell in cells):
        return Invalid(_("Hay saltos de línea o caracteres que no son texto. Revisa las comillas."))
    return {"email": "", **{name: cell for name, cell in zip(names, cells, strict=False) if name}}
