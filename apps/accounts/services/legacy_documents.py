"""What the old system's documents say: field names, roles, hashes and dates in all their spellings."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError

from apps.accounts.models import User, UserSettings
from apps.accounts.roles import Role
from apps.accounts.services.people import checked_email, checked_name
from apps.core.errors import Invalid
from apps.core.text import storable

Document = Mapping[str, Any]
EMAIL = ("email", "correo", "mail", "useremail")
NAME = ("nombre", "name", "fullname", "nombrecompleto")
PASSWORD = ("hashedpassword", "passwordhash", "password", "contrasena", "hash")
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
YEARS = range(1970, 2200)
YES = {True, "true", "1", "si", "sí", "yes", "active", "activo", "activa"}
NO = {False, "false", "0", "no", "inactive", "inactivo", "inactiva", "disabled"}


class Unusable(Exception):
    """The document is left out; the text says why, and quotes no password."""


@dataclass(slots=True)
class LegacyPerson:
    """An account ready to be stored; `notes` say what was taken over otherwise than it stood there."""

    user: User
    updated_at: datetime | None = None
    notes: list[str] = field(default_factory=list)


def read_person(document: Document, *, allow_superadmins: bool, emails_verified: bool) -> LegacyPerson:
    """Raises Unusable. An e-mail counts as confirmed for staff, by the document's word, or by the flag."""
    fields = _by_plain_name(document)
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
    is_said_verified = _first(fields, ("emailverified", "isverified", "verified")) is True
    user.email_verified = emails_verified or is_said_verified or user.is_staff
    made = getattr(document.get("_id"), "generation_time", None)
    created = _date(fields, ("createdat", "created", "fechacreacion", "fecharegistro"), person.notes)
    user.created_at = created or made or user.created_at
    user.last_login = _date(fields, ("lastlogin", "lastloginat", "ultimoacceso", "ultimologin"), person.notes)
    person.updated_at = _date(fields, ("updatedat", "updated", "fechaactualizacion"), person.notes)
    return person


def read_preferences(document: Document) -> tuple[list[str], dict[str, Any]]:
    """Whose they may be (ids and e-mails, likeliest first), and the values. Raises Unusable."""
    fields = _by_plain_name(document)
    owners = [str(fields[name]).strip() for name in ("userid", "user", "usuario", "sub") if fields.get(name)]
    owners += [str(fields[name]).strip().lower() for name in EMAIL if fields.get(name)]
    owners += [str(document["_id"])] if document.get("_id") else []
    for inner in ("prefs", "preferences", "settings"):
        if isinstance(fields.get(inner), Mapping):
            fields = {**fields, **_by_plain_name(fields[inner])}
    found = {
        "language": _first(fields, ("language", "idioma", "lang")),
        "theme": _first(fields, ("theme", "tema")),
        "font_scale": _first(fields, ("fontscale", "fontsize")),
        "high_contrast": _first(fields, ("highcontrast", "contrastealto", "altocontraste")),
    }
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


def _by_plain_name(document: Document) -> dict[str, Any]:
    """createdAt, created_at and CreatedAt are one name; of two that are set the first stands."""
    fields: dict[str, Any] = {}
    for name, value in document.items():
        plain = str(name).lower().replace("_", "").replace("ñ", "n")
        if fields.get(plain) is None:
            fields[plain] = value
    return fields


def _first(fields: Document, names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _text(fields: Document, names: tuple[str, ...]) -> str:
    value = _first(fields, names)
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
    value = _first(fields, ("rol", "role", "roles"))
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
    is_active = _yes_or_no(_first(fields, ("isactive", "active", "activo", "enabled", "estado", "status")))
    is_disabled = _yes_or_no(_first(fields, ("isdisabled", "disabled", "inactivo", "blocked", "bloqueado")))
    return is_active is not False and is_disabled is not True


def _yes_or_no(value: Any) -> bool | None:
    plain = value.strip().lower() if isinstance(value, str) else value
    if plain is None or plain == "":
        return None
    if isinstance(plain, bool | int | float | str) and plain in YES | NO:
        return plain in YES
    raise Unusable("no se entiende si está activa")


def _date(fields: Document, names: tuple[str, ...], notes: list[str]) -> datetime | None:
    """With a zone (UTC where none is said); an unreadable one is noted and left out."""
    value = _first(fields, names)
    if value is None or value == "":
        return None
    try:
        return _as_datetime(value)
    except (ValueError, TypeError, OverflowError, OSError):
        notes.append(f"fecha {names[0]} ilegible: no se toma")
        return None


def _as_datetime(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    if not isinstance(value, datetime) or value.year not in YEARS:
        raise ValueError
    return value if value.tzinfo else value.replace(tzinfo=UTC)
