"""A student's own state and tutor."""

from .backend import Backend
from .own_records import own
from .support_form import NOTHING, TUTOR
from .support_start import begin
from .types import FollowupAction, Result, Tracker, say
from .words import day


@own
def action_student_state(tracker: Tracker, backend: Backend) -> Result:
    state = backend.student_state(tracker)
    fields = {
        "estado": state.label,
        "programa": state.program,
        "ficha": state.course,
        "inicio": day(state.starts, tracker),
        "fin": day(state.ends, tracker),
    }
    return Result((say("utter_student_state", **_shown(fields)),))


@own
def action_tutor(tracker: Tracker, backend: Backend) -> Result:
    tutor = backend.tutor(tracker)
    fields = {
        "nombre": tutor.name,
        "correo": tutor.email,
        "telefono": tutor.phone,
        "horario": tutor.hours,
    }
    return Result((say("utter_tutor", **_shown(fields)),))


@own
def action_mail_tutor(tracker: Tracker, backend: Backend) -> Result:
    """The support form asks for the message and sends it to the tutor."""
    backend.tutor(tracker)  # who has none is told so before writing
    return Result(events=(*begin(tracker, TUTOR), FollowupAction("soporte_form")))


def _shown(fields: dict[str, str]) -> dict[str, str]:
    return {name: value or NOTHING for name, value in fields.items()}
