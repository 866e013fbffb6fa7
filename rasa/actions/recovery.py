"""A forgotten password: the address, and a mail if there is such an account."""

from .answers import find_email, read_email
from .backend import Backend, BackendError
from .form_checks import Check, Checked, validate, wrong
from .form_slots import QUESTION, RECUPERAR, RETRIED, cleared, text_of
from .support import LISTEN, not_done
from .types import Result, SlotSet, Tracker, say


def check_email(text: str, tracker: Tracker) -> Checked:
    email = read_email(text)
    return Checked({"recuperar_email": email}) if email else wrong("recuperar_email", "utter_email_invalido")


CHECKS: dict[str, Check] = {"recuperar_email": check_email}


def action_begin_recuperar(tracker: Tracker, backend: Backend) -> Result:
    said = None if tracker.text.startswith("/") else find_email(tracker.text)
    return Result(events=(*cleared(RECUPERAR), SlotSet("recuperar_email", said), SlotSet(QUESTION, None)))


def validate_recuperar_form(tracker: Tracker, backend: Backend) -> Result:
    return validate(tracker, RECUPERAR, CHECKS, readable=frozenset(CHECKS))


def action_submit_recuperar(tracker: Tracker, backend: Backend) -> Result:
    """Never says whether there is such an account."""
    email = read_email(text_of(tracker, "recuperar_email"))
    if email is None:
        return Result((say("utter_email_invalido"),), (*cleared(RECUPERAR), LISTEN))
    try:
        backend.request_password_reset(tracker, email)
    except BackendError as error:
        return not_done(tracker, "action_submit_recuperar", error)
    closed = (SlotSet(RETRIED, None), SlotSet(QUESTION, None))
    return Result((say("utter_recuperar_enviado"),), (*cleared(RECUPERAR), *closed, LISTEN))
