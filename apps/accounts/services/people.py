"""Making, changing and deleting people: the same rules for API, admin and commands."""

import secrets
import string
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.accounts.models import User, UserSettings, normalise_email
from apps.accounts.roles import Role
from apps.accounts.services import lockout, sessions
from apps.accounts.services.passwords import check_policy
from apps.accounts.validators import validate_mailbox
from apps.core.db import atomic, lock_rows
from apps.core.errors import Conflict, Invalid

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

    Raises Invalid (fields email, rol, password) and Conflict when the e-mail is taken.
    """
    email = checked_email(email)
    user = User(email=email, nombre=nombre.strip(), rol=checked_role(rol), email_verified=is_email_verified)
    if key is not None:
        user.pk = key
    generated = None if password else random_password()
    if password:
        check_policy(password, user)
    user.set_password(password or generated)
    user.must_change_password = generated is not None
    try:
        with atomic():
            _refuse_taken(email)
            user.save(force_insert=True)
    except IntegrityError:
        raise _taken() from None
    return CreatedPerson(user, generated)


def create_admin(*, email: str, nombre: str = "", password: str | None = None) -> CreatedPerson:
    """A new administrator, with a random password when none is given. Raises as create_person does."""
    return create_person(email=email, nombre=nombre or _("Administración"), rol=Role.ADMIN, password=password)


def change_person(*, user: User, **changes: Any) -> User:
    """Changes `nombre`, `email`, `rol` and `is_active` where given; ending sessions when access shrinks.

    Raises Invalid, and Conflict for a taken e-mail or the last active administrator.
    """
    unknown = set(changes) - {"nombre", "email", "rol", "is_active", "must_change_password", "email_verified"}
    if unknown:
        raise TypeError(f"not changeable: {', '.join(sorted(unknown))}")
    if "email" in changes:
        changes["email"] = checked_email(changes["email"])
    if "rol" in changes:
        changes["rol"] = checked_role(changes["rol"])
    try:
        with atomic():
            _keep_an_admin(user, **{k: v for k, v in changes.items() if k in {"rol", "is_active"}})
            if changes.get("email", user.email) != user.email:
                _refuse_taken(changes["email"], but=user)
            was_active = user.is_active
            for name, value in changes.items():
                setattr(user, name, value)
            user.save(update_fields=[*changes, "updated_at"])
            if was_active and not user.is_active:
                sessions.end_all_sessions(user=user)
    except IntegrityError:
        raise _taken() from None
    return user


def delete_person(*, user: User) -> None:
    """Deletes the account with its sessions and preferences. Raises Conflict for the last administrator."""
    with atomic():
        _keep_an_admin(user, is_active=False)
        UserSettings.objects.filter(pk=str(user.pk)).delete()
        lockout.unlock(email=user.email)
        user.delete()


def checked_email(email: str) -> str:
    """The e-mail in its one spelling. Raises Invalid."""
    email = normalise_email(email)
    try:
        validate_mailbox(email)
    except ValidationError as error:
        raise Invalid.field("email", " ".join(error.messages), "invalid_email") from None
    return email


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
        raise Conflict(
            _("Es la última persona administradora activa. Nombra a otra antes de hacer esto."),
            code="last_admin",
        )


def _refuse_taken(email: str, *, but: User | None = None) -> None:
    others = User.objects.filter(email=email)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise _taken()


def _taken() -> Conflict:
    return Conflict(_("Ya existe una persona con ese correo."), code="email_taken")


def random_password(length: int = 16) -> str:
    """Random, within the policy, without look-alike characters."""
    letters = "".join(c for c in string.ascii_letters + string.digits if c not in "0OoIl1")
    picks = [secrets.choice(letters) for _ in range(length - 4)]
    picks += [secrets.choice(kind) for kind in ("ABCDEFGH", "abcdefgh", "23456789", SYMBOLS)]
    secrets.SystemRandom().shuffle(picks)
    return "".join(picks)
