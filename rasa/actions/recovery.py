"""A forgotten password: the address, and a mail if there is such an account."""

from dataclasses import replace

from .answers import find_email, read_email
from .backend import Backend, BackendError
from .form_checks import Check, Checked, validate, wrong
from .form_slots import ERRORS, INTERRUPTIONS, OMITTED, QUESTION, RECUPERAR, RETRIED, cleared, text_of
from .phrases import SHORT_ANSWER, folded, says
from .support import LISTEN, not_done
from .types import Result, SlotSet, Tracker, say

_LEAVES = (
    "listo|ya|ok|gracias|muchas gracias|listo gracias|ya pude|ya entre|thanks|thank you|done|"
    "no tengo|no tengo correo|no tengo un correo|no tengo ningun correo|no tengo email|no uso correo|"
    "no manejo correo|ya no tengo correo|ya no tengo ese correo|i have no email|i have no e mail|"
    "i don t have an email|i don t have email"
)
_FORGOT = (
    "no se|no lo se|no me acuerdo|no recuerdo|no me se|ya no me acuerdo|se me olvido|"
    "ni idea|i don t know|i do not know|i don t remember|i forgot"
)


def check_email(text: str, tracker: Tracker) -> Checked:
    """An address anywhere in what was said; "thanks" and "I have none" leave, "I forgot" is helped."""
    words, email = folded(text), read_email(text) or find_email(text)
    if email:
        return Checked({"recuperar_email": email})
    if words in _LEAVES.split("|"):
        return Checked({"recuperar_email": OMITTED})
    forgot = len(words.split()) <= SHORT_ANSWER and says(words, tuple(_FORGOT.split("|")))
    if forgot:
        return replace(wrong("recuperar_email", "utter_recuperar_sin_correo"), is_meant=True)
    return wrong("recuperar_email", "utter_email_invalido")


CHECKS: dict[str, Check] = {"recuperar_email": check_email}


def action_begin_recuperar(tracker: Tracker, backend: Backend) -> Result:
    said = None if tracker.text.startswith("/") else find_email(tracker.text)
    return Result(events=(*cleared(RECUPERAR), SlotSet("recuperar_email", said), SlotSet(QUESTION, None)))


def validate_recuperar_form(tracker: Tracker, backend: Backend) -> Result:
    return validate(tracker, RECUPERAR, CHECKS, readable=frozenset(CHECKS))


def action_ask_recuperar_email(tracker: Tracker, backend: Backend) -> Result:
    """The offer; after anything but an address a short reminder of it."""
    is_again = tracker.slots.get(INTERRUPTIONS) or tracker.slots.get(ERRORS[RECUPERAR])
    return Result((say("utter_recuperar_recuerdo" if is_again else "utter_ask_recuperar_email"),))


def action_submit_recuperar(tracker: Tracker, backend: Backend) -> Result:
    """Never says whether there is such an account."""
    email = read_email(text_of(tracker, "recuperar_email"))
    if tracker.slots.get("recuperar_email") == OMITTED:
        return Result((say("utter_recuperar_luego"),), (*cleared(RECUPERAR), SlotSet(QUESTION, None), LISTEN))
    if email is None:
        return Result((say("utter_email_invalido"),), (*cleared(RECUPERAR), LISTEN))
    try:
        backend.request_password_reset(tracker, email)
    except BackendError as error:
        return not_done(tracker, "action_submit_recuperar", error)
    closed = (SlotSet(RETRIED, None), SlotSet(QUESTION, None))
    return Result((say("utter_recuperar_enviado"),), (*cleared(RECUPERAR), *closed, LISTEN))
