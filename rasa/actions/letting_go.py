"""When a form lets go of somebody: at a plain "no", or when they keep asking for other things."""

import re
from typing import Any

from .form_slots import (
    ENCUESTA,
    INTERRUPTIONS,
    OMITTED,
    RECUPERAR,
    SOPORTE,
    cleared,
    is_own_form,
    text_of,
)
from .phrases import folded, read_yes_no
from .types import FollowupAction, Result, SlotSet, Tracker, say
from .words import word

REMINDERS = {SOPORTE: 2, ENCUESTA: 1, RECUPERAR: 1}
"""So many interruptions in a row are followed by the form's question; the next one ends the form."""
OPTIONAL = frozenset((ENCUESTA, RECUPERAR))
"""Offers of the bot: bad answers end them too."""
GIVEN_UP_AT = frozenset(
    ("recuperar_email", "encuesta_nivel", "soporte_nombre", "soporte_email", "soporte_mensaje")
)
"""Where "no" has no other meaning."""
GOES_ON = frozenset(("continuar", "reanudar"))

_GIVES_UP = re.compile(
    r"(?:ya |mejor |ahora |por ahora |hoy )?(?:no|nop|nope|no gracias|no por ahora|ahora no|por ahora no|"
    r"(?:no quiero|prefiero no)(?: (?:dar|darte|darlo|darla|decir|decirte|decirlo|escribir|escribirlo|poner|"
    r"ponerlo|compartir|compartirlo|seguir|responder|contestar|hacer|hacerlo|hacerla|calificar))?"
    r"(?: (?:el|la|mi|mis|ese|eso|un|una|ningun|esa|esta|este|con))?"
    r"(?: (?:correo|email|mail|nombre|datos|dato|encuesta|mas|nada|eso|esto))?|"
    r"no hace falta|no es necesario|no me interesa|no importa|dejalo|dejelo|dejemoslo|dejemos|olvidalo|"
    r"olvidelo|despues|luego|mas tarde|otro dia|"
    r"no thanks|no thank you|not now|leave it|forget it|never mind|nevermind|"
    r"i do not want to|i don t want to|i d rather not|rather not)"
    r"(?: asi)?(?: por favor| porfa| gracias| please)?"
)


def gives_up(text: str) -> bool:
    """Whether it says that the question will not be answered, and nothing else."""
    return read_yes_no(text) is False if text.startswith("/") else bool(_GIVES_UP.fullmatch(folded(text)))


def is_given_up(tracker: Tracker, requested: str) -> bool:
    return requested in GIVEN_UP_AT and not is_held(tracker) and gives_up(tracker.text.strip())


def is_held(tracker: Tracker) -> bool:
    """Somebody in danger is asked until they are reached or cancel."""
    return bool(tracker.slots.get("en_riesgo")) or text_of(tracker, "soporte_tipo") == "crisis"


def left(form: str, requested: str) -> dict[str, Any]:
    """Slots that end the form; its submitting action sees by `omitir` that it was left."""
    if form == RECUPERAR:
        return {"recuperar_email": OMITTED}
    if form == ENCUESTA:
        level = {"encuesta_nivel": OMITTED} if requested == "encuesta_nivel" else {}
        return {**level, "encuesta_comentario": OMITTED}
    return {requested: None, "soporte_confirmar": OMITTED, "requested_slot": None}


def interrupted(tracker: Tracker, form: str, requested: str) -> dict[str, Any]:
    """Slots after something else was answered: one interruption more, or the end of the form."""
    if tracker.intent in GOES_ON:
        return {INTERRUPTIONS: None}
    count = float(tracker.slots.get(INTERRUPTIONS) or 0) + 1
    if count > REMINDERS[form] and not is_held(tracker):
        return left(form, requested)
    return {INTERRUPTIONS: count}


def put_off(tracker: Tracker) -> Result:
    """The support form, unsent: what it was about stays, so that it can be gone on with."""
    over = (
        SlotSet("soporte_confirmar", None),
        SlotSet(INTERRUPTIONS, None),
        FollowupAction("action_listen"),
    )
    if text_of(tracker, "soporte_mensaje") or not is_own_form(tracker):
        return Result((say("utter_soporte_pausa"),), over)
    kind = text_of(tracker, "soporte_tipo") or "soporte"
    said = say("utter_soporte_luego", frase=word(f"begin_{kind}", tracker))
    return Result((said,), (*cleared(SOPORTE), *over))
