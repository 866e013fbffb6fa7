"""What the old system's documents say: field names, roles, hashes and dates in all their spellings."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from apps.accounts.models import User, UserSettings
from apps.accounts.roles import Role
from apps.accounts.services.people import checked_email, checked_name
from apps.core.errors import Invalid
from apps.core.old_documents import (
    UNREADABLE,
    Document,
    Unusable,
    by_plain_name,
    first,
    moment,
    yes_or_no,
)
from apps.core.text import storable

EMAIL = ("email", "correo", "mail", "useremail")
NAME = ("nombre", "name", "fullname", "nombrecompleto")
PASSWORD = ("hashedpassword", "passwordhash", "password", "contrasena", "hash")
ROLE = ("rol", "role", "roles")
IS_ACTIVE = ("isactive", "active", "activo", "enabled", "estado", "status")
IS_DISABLED = ("isdisabled", "disabled", "inactivo", "blocked", "bloqueado")
IS_VERIFIED = ("emailverified", "isverified", "verified")
CREATED = ("createdat", "created", "fechacreacion", "fecharegistro")
UPDATED = ("updatedat", "updated", "fechaactualizacion")
LAST_LOGIN = ("lastlogin", "lastloginat", "ultimoacceso", "ultimologin")
PERSON_FIELDS = frozenset(
    (*EMAIL, *NAME, *PASSWORD, *ROLE, *IS_ACTIVE, *IS_DISABLED, *IS_VERIFIED, *CREATED, *UPDATED, *LAST_LOGIN)
)
OWNER = ("userid", "user", "usuario", "sub")
INNER = ("prefs", "preferences", "settings")
PREFERENCES = {
    "language": ("language", "idioma", "lang"),
    "theme": ("theme", "tema"),
    "font_scale": ("fontscale", "fontsize"),
    "high_contrast": ("highcontrast", "contrastealto", "altocontraste"),
}
PREFERENCE_FIELDS = frozenset((*OWNER, *EMAIL, *INNER, *(n for names in PREFERENCES.values() for n in names)))
ROLES = {
    "admin": Role.ADMIN,
    "administrador": Role.ADMIN,
    "soporte": Role.SOPORTE,
    "support": Role.SOPORTE,
    "usuario": Role.USUARIO,
    "user": Role.USUARIO,
    "estudiante": Role.USUARIO,
    "aprendiz": Role.USUARIO,
}
SUPERADMIN = {"superadmin", "superadministrador", "superuser"}
BCRYPT = re.compile(r"\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}")
"""A cost above 15 would keep a login longer than its client waits."""
A_SECOND = timedelta(seconds=1)
"""Databases keep moments more or less exactly."""


@dataclass(slots=True)
class LegacyPerson:
    """An account ready to be stored; `notes` say what was taken over otherwise than it stood there."""

    user: User
    updated_at: datetime | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OldAccount:
    """By what an account here is known to have been this one there."""

    created_at: datetime | None
    password: str

    def became(self, user: User) -> bool:
        """Not for somebody who registered here with the same e-mail: neither can be chosen."""
        is_as_old = self.created_at is not None and abs(user.created_at - self.created_at) < A_SECOND
        return is_as_old or (bool(self.password) and user.password == self.password)


def old_account(document: Document) -> OldAccount:
    """Never raises: of what cannot be read nobody is known."""
    fields = by_plain_name(document)
    try:
        password = _password(fields)
    except Unusable:
        password = ""
    return OldAccount(_created(document, fields, []), password)


def read_person(document: Document, *, allow_superadmins: bool, emails_verified: bool) -> LegacyPerson:
    """Raises Unusable. An e-mail counts as confirmed for staff, by the document's word, or by the flag."""
    fields = by_plain_name(document)
    person = LegacyPerson(User())
    user = person.user
    try:
        user.email = checked_email(_text(fields, EMAIL))
        user.nombre = checked_name(storable(_text(fields, NAME)))
    except Invalid as error:
        raise Unusable(str(error.text)) from None
    user.password = _password(fields)
    user.rol = _role(fields, person.notes, allow_superadmins=allow_superadmins)
    user.is_active = _is_active(fields)
    is_said_verified = first(fields, IS_VERIFIED) is True
    user.email_verified = emails_verified or is_said_verified or user.is_staff
    user.created_at = _created(document, fields, person.notes) or user.created_at
    user.last_login = _date(fields, LAST_LOGIN, person.notes)
    person.updated_at = _date(fields, UPDATED, person.notes)
    return person


def read_preferences(document: Document) -> tuple[list[str], dict[str, Any]]:
    """Whose they may be (ids and e-mails, likeliest first), and the values. Raises Unusable."""
    fields = by_plain_name(document)
    owners = [str(fields[name]).strip() for name in OWNER if fields.get(name)]
    owners += [str(fields[name]).strip().lower() for name in EMAIL if fields.get(name)]
    owners += [str(document["_id"])] if document.get("_id") else []
    for inner in INNER:
        if isinstance(fields.get(inner), Mapping):
            fields = {**fields, **by_plain_name(fields[inner])}
    found = {name: first(fields, names) for name, names in PREFERENCES.items()}
    values = {name: value for name, value in found.items() if value is not None}
    _check_preferences(values)
    return owners, values


def _check_preferences(values: dict[str, Any]) -> None:
    scale, contrast = values.get("font_scale", 1.0), values.get("high_contrast", False)
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not math.isfinite(scale):
        raise Unusable("fontScale no es un número")
    if not isinstance(contrast, bool):
        raise Unusable("highContrast no es verdadero ni falso")
    try:
        UserSettings(**values).clean_fields(exclude=["subject"])
    except ValidationError as error:
        raise Unusable(f"fuera de lo permitido: {', '.join(sorted(error.message_dict))}") from None


def _created(document: Document, fields: Document, notes: list[str]) -> datetime | None:
    return _date(fields, CREATED, notes) or getattr(document.get("_id"), "generation_time", None)


def _text(fields: Document, names: tuple[str, ...]) -> str:
    value = first(fields, names)
    if value is not None and not isinstance(value, str):
        raise Unusable(f"{names[0]} no es texto")
    return value or ""


def _password(fields: Document) -> str:
    """Django's form of a bcrypt hash. Anything else stays behind: it may be somebody's password in clear."""
    given = [fields[name] for name in PASSWORD if fields.get(name)]
    for value in given:
        text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
        if isinstance(text, str) and BCRYPT.fullmatch(text.strip()):
            return f"bcrypt${text.strip()}"
    raise Unusable("la contraseña no está como bcrypt" if given else "no tiene contraseña")


def _role(fields: Document, notes: list[str], *, allow_superadmins: bool) -> str:
    value = first(fields, ROLE)
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    name = value.strip().lower() if isinstance(value, str) else ""
    if name in SUPERADMIN:
        if not allow_superadmins:
            raise Unusable(f"rol {name}: repite con --superadmins-as-admins")
        return Role.ADMIN
    if name not in ROLES:
        said = f"rol «{storable(name)[:30]}»" if name else "sin rol"
        notes.append(f"{said}: queda como usuario")
    return ROLES.get(name, Role.USUARIO)


def _is_active(fields: Document) -> bool:
    """Raises Unusable for a word that is neither: an account that was closed must not be opened."""
    is_active = _yes_or_no(first(fields, IS_ACTIVE))
    is_disabled = _yes_or_no(first(fields, IS_DISABLED))
    return is_active is not False and is_disabled is not True


def _yes_or_no(value: Any) -> bool | None:
    try:
        return yes_or_no(value)
    except ValueError:
        raise Unusable("no se entiende si está activa") from None


def _date(fields: Document, names: tuple[str, ...], notes: list[str]) -> datetime | None:
    """With a zone (UTC where none is said); an unreadable one is noted and left out."""
    value = first(fields, names)
    if value is None or value == "":
        return None
    try:
        return moment(value)
    except UNREADABLE:
        notes.append(f"fecha {names[0]} ilegible: no se toma")
        return None
