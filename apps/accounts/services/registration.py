"""Registering: students by themselves, and the administrators that the environment lets in."""

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import mails, people
from apps.accounts.services.sessions import SignedIn, open_session
from apps.core.errors import Conflict, Forbidden


def register(
    *, nombre: str, email: str, password: str, address: str | None = None, user_agent: str = ""
) -> SignedIn:
    """A new student, signed in. Raises Forbidden when registration is closed, Invalid and Conflict."""
    user = _register_student(nombre=nombre, email=email, password=password)
    return open_session(user=user, ip=address or "", user_agent=user_agent)


def register_at_panel(*, nombre: str, email: str, password: str, key: str = "") -> User:
    """A new administrator for the right key, or the first one of all where that is open; else a student.

    Raises as register does.
    """
    if _is_admin_key(key):
        return _register(nombre=nombre, email=email, password=password, rol=Role.ADMIN)
    if settings.ENV.ADMIN_REGISTRATION_OPEN and not User.objects.filter(rol=Role.ADMIN).exists():
        return _register_first_admin(nombre=nombre, email=email, password=password)
    return _register_student(nombre=nombre, email=email, password=password)


def _is_admin_key(key: str) -> bool:
    wanted = settings.ENV.ADMIN_REGISTER_KEY
    return bool(wanted and key) and constant_time_compare(key, wanted)


def _register_first_admin(*, nombre: str, email: str, password: str) -> User:
    """Of two at the same moment one gets the one key that there is; the other is told so."""
    try:
        return _register(nombre=nombre, email=email, password=password, rol=Role.ADMIN, is_first=True)
    except Conflict:
        if not User.objects.filter(pk=people.FIRST_ADMIN).exists():
            raise
        raise Conflict(
            _("Otra persona ya se registró como la primera administradora. Pídele una cuenta."),
            code="first_admin_taken",
        ) from None


def _register_student(*, nombre: str, email: str, password: str) -> User:
    if not settings.ENV.ALLOW_REGISTRATION:
        raise Forbidden(
            _("El registro está cerrado. Pide una cuenta a quien administra el sitio."),
            code="registration_closed",
        )
    return _register(nombre=nombre, email=email, password=password, rol=Role.USUARIO)


def _register(*, nombre: str, email: str, password: str, rol: Role, is_first: bool = False) -> User:
    user = people.create_person(
        email=email,
        nombre=nombre,
        rol=rol,
        password=password,
        is_email_verified=False,
        key=people.FIRST_ADMIN if is_first else None,
    ).user
    mails.request_email_confirmation(user=user)
    return user
