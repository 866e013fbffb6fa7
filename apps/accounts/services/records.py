"""A caller's own records: by the caller's e-mail alone, and only when somebody confirmed it."""

from django.utils.translation import gettext as _

from apps.accounts import record_selectors
from apps.accounts.callers import Caller
from apps.accounts.models import Certificate, StudentRecord, Tutor
from apps.core.errors import Forbidden, NotFound


def own_state(*, caller: Caller) -> StudentRecord:
    """Raises Forbidden (e-mail not confirmed) and NotFound (no record)."""
    record = record_selectors.state_of(confirmed_email(caller))
    if record is None:
        raise _no_record()
    return record


def own_tutor(*, caller: Caller) -> Tutor:
    """Raises Forbidden and NotFound (no record, or nobody assigned)."""
    tutor = own_state(caller=caller).tutor
    if tutor is None:
        text = _("Todavía no tienes un tutor asignado. Pregunta en tu centro de formación.")
        raise NotFound(text, code="no_tutor")
    return tutor


def own_certificates(*, caller: Caller) -> list[Certificate]:
    """Raises Forbidden and NotFound (no record); without certificates an empty list."""
    certificates = record_selectors.certificates_of(confirmed_email(caller))
    if certificates is None:
        raise _no_record()
    return certificates


def confirmed_email(caller: Caller) -> str:
    """Raises Forbidden: what somebody merely typed when registering opens no student's data."""
    if caller.email and caller.is_email_verified:
        return caller.email
    if caller.user is not None:
        text = _(
            "Confirma tu correo para ver tus datos: abre el enlace que te enviamos o pide otro "
            "con «Olvidé mi contraseña»."
        )
    else:
        text = _("Confirma tu correo en la plataforma, entra de nuevo y vuelve a intentarlo.")
    raise Forbidden(text, code="email_not_verified")


def _no_record() -> NotFound:
    return NotFound(
        _("No encontramos un registro de estudiante con tu correo. Pregunta en tu centro de formación."),
        code="no_record",
    )
