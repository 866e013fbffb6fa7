"""What all actions have in common that show a student's own records."""

from .backend import Backend, BackendUnavailable, Refused
from .types import Action, Message, Result, Tracker, say
from .wish_slot import remembered

REFUSALS = {
    "no_record": "utter_no_record",
    "no_tutor": "utter_no_tutor",
    "email_not_verified": "utter_email_not_verified",
    "password_change_required": "utter_cambiar_contrasena",
    "limited": "utter_limite",
}


def refused(refusal: Refused) -> Message:
    return say(REFUSALS.get(refusal.code, "utter_backend_unavailable"))


def own(show: Action) -> Action:
    """The action, for verified callers alone; what the back end refuses or cannot do is told."""

    def action(tracker: Tracker, backend: Backend) -> Result:
        if tracker.claims is None:
            return Result((say("utter_need_auth"),), (remembered(tracker),))
        try:
            return show(tracker, backend)
        except BackendUnavailable:
            return Result((say("utter_backend_unavailable"),))
        except Refused as refusal:
            return Result((refused(refusal),))

    return action
