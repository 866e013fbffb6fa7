"""Making, changing and deleting people: the same rules for API, admin and commands."""

import secrets
import string
import uuid
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import MAX_NAME, User, UserSettings, normalise_email
from apps.accounts.roles import Role
from apps.accounts.services import lockout, second_factor, sessions
from apps.accounts.services.passwords import check_policy, hashed_password, set_password, store_password
from apps.accounts.validators import validate_mailbox
from apps.core import audit
from apps.core.db import lock_rows, run_atomically
from apps.core.errors import Conflict, Invalid, NotFound

SYMBOLS = "-_.+*"
FIRST_ADMIN = uuid.uuid5(uuid.NAMESPACE_URL, "tutorbot:first-admin")
"""The key of an administrator who registered first: a second one at the same moment finds it taken."""


@dataclass(frozen=True, slots=True)
class CreatedPerson:
    """`password` is set only when it was made here: show it once, keep it nowhere."""

    user: User
    password: str | None = None


def create_person(
    *,
    email: str,
    nombre: str = "",
    rol: str = Role.USUARIO,
    password: str | None = None,
    is_email_verified: bool = True,
    key: uuid.UUID | None = None,
) -> CreatedPerson:
    """A new account; without a password it gets a random one that must be changed at the next login.

    Raises Invalid (fields email, nombre, rol, password) and Conflict when the e-mail is taken.
    """
    email = checked_email(email)
    nombre = checked_name(nombre)
    user = User(email=email, nombre=nombre, rol=checked_role(rol), email_verified=is_email_verified)
    if key is not None:
        user.pk = key
    generated = None if password else random_password()
    if password:
        check_policy(password, user)
    user.set_password(password or generated)
    user.must_change_password = generated is not None
    store_person(user)
    return CreatedPerson(user, generated)


def store_person(user: User) -> None:
    """Writes an account that is not stored yet. Raises Conflict when the e-mail is taken."""
    try:
        with transaction.atomic():  # on MongoDB none: two at once are a taken key there, not a conflict
            _refuse_taken(user.email)
            user.save(force_insert=True)
    except IntegrityError:
        raise _taken() from None


def create_admin(*, email: str, nombre: str = "", password: str | None = None) -> CreatedPerson:
    """A new administrator, with a random password when none is given. Raises as create_person does."""
    return create_person(email=email, nombre=nombre or _("Administración"), rol=Role.ADMIN, password=password)


def change_person(*, user: User, by: User | None = None, password: str | None = None, **changes: Any) -> User:
    """Changes what is given, all or nothing; ending sessions when access shrinks or the password changes.

    A password that somebody else chose (not `by` themselves) must be changed at the next login.
    Raises Invalid, NotFound, and Conflict for a taken e-mail or the last active administrator.
    """
    changes = _checked(changes)
    _refuse_unconfirmed_staff(user, changes)
    old = copy(user)
    hashed = None
    if password is not None:  # checked against the new name and e-mail; work, before the lock is held
        changed = copy(user)
        for name, value in changes.items():
            setattr(changed, name, value)
        hashed = hashed_password(password, changed)

    def change() -> None:
        _keep_an_admin(user, **{k: v for k, v in changes.items() if k in {"rol", "is_active"}})
        if changes.get("email", old.email) != old.email:
            _refuse_taken(changes["email"], but=user)
        _write(user, changes)
        if (old.is_active and not user.is_active) or (not old.is_staff and _signed_in_without_code(user)):
            sessions.end_all_sessions(user=user)
        if hashed is not None:
            store_password(user=user, hashed=hashed, must_change=by is None or by.pk != user.pk)

    try:
        run_atomically(change)
    except IntegrityError:
        raise _taken() from None
    return user


def _refuse_unconfirmed_staff(user: User, changes: dict[str, Any]) -> None:
    """Whoever registered with somebody's e-mail must not get that person's role."""
    is_raised = changes.get("rol", user.rol) != user.rol and changes.get("rol") != Role.USUARIO
    if is_raised and not changes.get("email_verified", user.email_verified):
        text = _(
            "Su correo no está confirmado: puede ser de otra persona. Confírmalo antes de darle ese rol."
        )
        raise Invalid.field("rol", text, "email_not_verified")


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - {"nombre", "email", "rol", "is_active", "must_change_password", "email_verified"}
    if unknown:
        raise TypeError(f"not changeable: {', '.join(sorted(unknown))}")
    checks = {"email": checked_email, "nombre": checked_name, "rol": checked_role}
    return {name: checks[name](value) if name in checks else value for name, value in changes.items()}


def give_password(*, user: User, password: str | None = None) -> str | None:
    """A password to be changed at the next login; a random one, which is returned, when none is given.

    Ends all sessions of the person, and the locks of their e-mail. Raises Invalid (field new_password).
    """
    generated = None if password is not None else random_password()
    set_password(user=user, password=password or generated or "", must_change=True, field="new_password")
    lockout.unlock(email=user.email)
    return generated


def delete_person(*, user: User) -> None:
    """Deletes the account with its sessions and preferences. Raises Conflict for the last administrator."""

    def delete() -> None:
        _keep_an_admin(user, is_active=False)
        UserSettings.objects.filter(pk=str(user.pk)).delete()
        lockout.unlock(email=user.email)
        User.objects.filter(pk=user.pk).delete()

    run_atomically(delete)


def check_deletable(*, user: User) -> None:
    """Raises Conflict for the last active administrator; delete_person asks again, with a lock."""
    others = active_admins().exclude(pk=user.pk)
    if user.rol == Role.ADMIN and user.is_active and not others.exists():
        raise _last_admin()


def checked_email(email: str) -> str:
    """The e-mail in its one spelling. Raises Invalid."""
    email = normalise_email(email)
    try:
        validate_mailbox(email)
    except ValidationError as error:
        raise Invalid.field("email", " ".join(error.messages), "invalid_email") from None
    return email


def checked_name(nombre: str) -> str:
    """Without spaces around. Raises Invalid."""
    nombre = nombre.strip()
    if len(nombre) > MAX_NAME:
        text = _("El nombre puede tener hasta %(max)d caracteres.") % {"max": MAX_NAME}
        raise Invalid.field("nombre", text, "max_length")
    return nombre


def checked_role(rol: str) -> str:
    """Raises Invalid for a role that does not exist."""
    if rol not in Role.values:
        text = _("El rol debe ser uno de: %(roles)s.") % {"roles": ", ".join(Role.values)}
        raise Invalid.field("rol", text, "invalid_role")
    return rol


def active_admins() -> Any:
    return User.objects.filter(rol=Role.ADMIN, is_active=True)


def _keep_an_admin(user: User, **changes: Any) -> None:
    """Inside a transaction: two administrators cannot take each other's role at the same moment."""
    stays = changes.get("rol", Role.ADMIN) == Role.ADMIN and changes.get("is_active", True)
    if stays or not changes:
        return
    admins = lock_rows(active_admins())
    if {a.pk for a in admins} == {user.pk}:
        raise _last_admin()


def _last_admin() -> Conflict:
    return Conflict(
        _("Es la última persona administradora activa. Nombra a otra antes de hacer esto."),
        code="last_admin",
    )


def _write(user: User, changes: dict[str, Any]) -> None:
    """Onto the row and the object. Raises NotFound when somebody deleted the person meanwhile."""
    changes = {**changes, "updated_at": timezone.now()}
    if not audit.update(User.objects.filter(pk=user.pk), **changes):
        raise NotFound
    for name, value in changes.items():
        setattr(user, name, value)


def _signed_in_without_code(user: User) -> bool:
    """Whether sign-ins from before somebody became staff lack a code that staff would have given."""
    return second_factor.must_enrol(user) or second_factor.confirmed_device(user) is not None


def _refuse_taken(email: str, *, but: User | None = None) -> None:
    others = User.objects.filter(email=email)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise _taken()


def _taken() -> Conflict:
    return Conflict(_("Ya existe una persona con ese correo."), code="email_taken")


def random_password(length: int = 16) -> str:
    """Random, within the policy, without look-alike characters; no symbol at the ends, where copying by a
    double click would lose it.
    """
    letters = "".join(c for c in string.ascii_letters + string.digits if c not in "0OoIl1")
    picks = [secrets.choice(letters) for _ in range(length - 4)]
    picks += [secrets.choice(kind) for kind in ("ABCDEFGH", "abcdefgh", "23456789")]
    secrets.SystemRandom().shuffle(picks)
    picks.insert(1 + secrets.randbelow(len(picks) - 1), secrets.choice(SYMBOLS))
    return "".join(picks)
