"""Every action by the name that rules and forms use."""

from collections.abc import Callable, Mapping

from . import (
    certificates,
    crisis_handoff,
    progress,
    recovery,
    session,
    student,
    support,
    support_form,
    support_start,
    survey,
    tickets,
    understanding,
)
from .backend import Backend
from .form_slots import QUESTION, RETRIED
from .types import Action, Result, SlotSet, Tracker, say


def action_retry(tracker: Tracker, backend: Backend) -> Result:
    """Does again what failed."""
    again = RETRIABLE.get(str(tracker.slots.get(RETRIED)))
    if again is None:
        return Result((say("utter_afirmar"),), (SlotSet(QUESTION, None), support.LISTEN))
    return again(tracker, backend)


RETRIABLE: Mapping[str, Action] = {
    "action_submit_soporte": support.action_submit_soporte,
    "action_handoff": support.action_handoff,
    "action_handoff_crisis": crisis_handoff.action_handoff_crisis,
    "action_submit_encuesta": survey.action_submit_encuesta,
    "action_submit_recuperar": recovery.action_submit_recuperar,
}


def _named(*modules: object) -> dict[str, Action]:
    """The actions of modules, by their own names."""
    found: dict[str, Callable[..., Result]] = {}
    for module in modules:
        for name, value in vars(module).items():
            if name.startswith(("action_", "validate_")):
                found[name] = value
    return dict(found)


ACTIONS: Mapping[str, Action] = {
    "action_retry": action_retry,
    **_named(certificates, crisis_handoff, progress, recovery, session, student, support, support_form),
    **_named(support_start, survey, tickets, understanding),
}
