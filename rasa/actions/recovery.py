"""A forgotten password: the address, and a mail if there is such an account."""

from .answers import find_email, read_email
from .backend import Backend, BackendError
from .form_checks import Check, Checked, validate, wrong
from .form_slots import OMITTED, QUESTION, RECUPERAR, RETRIED, cleared, text_of
from .phrases import SHORT_ANSWER, folded, says
from .support import LISTEN, not_done
from .types import Result, SlotSet, Tracker, say

_LEAVES = (
    "no|no gracias|no quiero|ya no|ya no quiero|mejor no|dejalo|dejalo asi|listo|ya|ok|gracias|"
    "muchas gracias|listo gracias|ya pude|no thanks|thanks|thank you|no thank you|done"
)
_FORGOT = (
    "no se|no lo se|no me acuerdo|no recuerdo|no me se|ya no me acuerdo|se me olvido|no tengo correo|"
    "no tengo|ni idea|i don t know|i do not know|i don t remember|i forgot"
)


def check_email(text: str, tracker: Tracker) -> Checked:
    """An address anywhere in what was said; "no" and "thanks" leave the form, "I forgot" is helped."""
    words, email = folded(text), read_email(text) or find_email(text)
    if email:
        return Checked({"recuperar_email": email})
    if words in _LEAVES.split("|"):
        return Checked({"recuperar_email": OMITTED})
    forgot = len(words.split()) <= SHORT_ANSWER and says(words, tuple(_FORGOT.split("|")))
    return wrong("recuperar_email", "utter_recuperar_sin_correo" if forgot else "utter_email_invalido")


CHECKS: dict[str, Check] = {"recuperar_email": check_email}


def action_begin_recuperar(tracker: Tracker, backend: Backend) -> Result:
    said = None if tracker.text.startswith("/") else find_email(tracker.text)
    return Result(events=(*cleared(RECUPERAR), SlotSet("recuperar_email", said), SlotSet(QUESTION, None)))


def validate_recuperar_form(tracker: Tracker, backend: Backend) -> Result:
    return validate(tracker, RECUPERAR, CHECKS, readable=frozenset(CHECKS))


def action_submit_recuperar(tracker: Tracker, backend: Backend) -> Result:
    """Never says whether there is such an account."""
    email = read_email(text_of(tracker, "recuperar_email"))
    if tracker.slots.get("recuperar_email") == OMITTED:
        return Result((say("utter_form_cancelled"),), (*cleared(RECUPERAR), LISTEN))
    if email is None:
        return Result((say("utter_email_invalido"),), (*cleared(RECUPERAR), LISTEN))
    try:
        backend.request_password_reset(tracker, email)
    except BackendError as error:
        return not_done(tracker, "action_submit_recuperar", error)
    closed = (SlotSet(RETRIED, None), SlotSet(QUESTION, None))
    return Result((say("utter_recuperar_enviado"),), (*cleared(RECUPERAR), *closed, LISTEN))
