"""The survey: how content somebody is, from 1 to 5, and why if they like."""

from .answers import MAX_COMMENT, is_skip, read_level
from .backend import Backend, BackendError, Refused
from .form_checks import Check, Checked, validate, wrong
from .form_slots import ENCUESTA, OMITTED, QUESTION, RETRIED, SLOTS, cleared, is_own_form, text_of
from .support import LISTEN, not_done, not_theirs
from .support_start import new_key, taken_over
from .types import Result, SlotSet, Tracker, say

UNSATISFIED = 2
"""Up to this level somebody to talk to is offered."""


def check_level(text: str, tracker: Tracker) -> Checked:
    level = read_level(text)
    return Checked({"encuesta_nivel": level}) if level else wrong("encuesta_nivel", "utter_nivel_invalido")


def check_comment(text: str, tracker: Tracker) -> Checked:
    if len(text) > MAX_COMMENT:
        return wrong("encuesta_comentario", "utter_comentario_largo", maximo=MAX_COMMENT)
    is_none = not text or is_skip(text) or text.startswith("/")
    return Checked({"encuesta_comentario": OMITTED if is_none else text})


CHECKS: dict[str, Check] = {"encuesta_nivel": check_level, "encuesta_comentario": check_comment}


def action_ask_survey(tracker: Tracker, backend: Backend) -> Result:
    """A yes/no question, before the form."""
    return Result((say("utter_pregunta_encuesta"),), (SlotSet(QUESTION, "encuesta"), LISTEN))


def action_begin_encuesta(tracker: Tracker, backend: Backend) -> Result:
    key = {"encuesta_key": new_key(tracker, "encuesta")}
    empty = (SlotSet(slot, key.get(slot)) for slot in SLOTS[ENCUESTA])
    return Result(events=(*taken_over(tracker), *empty, SlotSet(QUESTION, None)))


def validate_encuesta_form(tracker: Tracker, backend: Backend) -> Result:
    return validate(
        tracker, ENCUESTA, CHECKS, frozenset(("encuesta_comentario",)), frozenset(("encuesta_nivel",))
    )


def action_submit_encuesta(tracker: Tracker, backend: Backend) -> Result:
    if not is_own_form(tracker):
        return not_theirs()
    if tracker.slots.get("encuesta_nivel") == OMITTED:
        return Result((say("utter_encuesta_luego"),), (*cleared(ENCUESTA), LISTEN))
    level = read_level(text_of(tracker, "encuesta_nivel"))
    if level is None:
        return Result((say("utter_nivel_invalido"),), (*cleared(ENCUESTA), LISTEN))
    key = text_of(tracker, "encuesta_key") or new_key(tracker, "encuesta")
    try:
        backend.save_survey(tracker, key, level, text_of(tracker, "encuesta_comentario"))
    except BackendError as error:
        failed = not_done(tracker, "action_submit_encuesta", error)
        is_over = isinstance(error, Refused) and error.code != "limited"
        return Result(failed.messages, (*(cleared(ENCUESTA) if is_over else ()), *failed.events))
    thanks = "utter_encuesta_insatisfecho" if level <= UNSATISFIED else "utter_encuesta_gracias"
    closed = (SlotSet(RETRIED, None), SlotSet(QUESTION, None))
    return Result((say(thanks),), (*cleared(ENCUESTA), *closed, LISTEN))
