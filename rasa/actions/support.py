"""What the support form leads to: a ticket, a mail to the tutor, a person to talk to, or nothing."""

import hashlib
from dataclasses import astuple, replace

from . import crisis
from .backend import Backend, BackendError, NewTicket, Refused
from .form_checks import CRISIS
from .form_slots import (
    OMITTED,
    QUESTION,
    RECUPERAR,
    RETRIED,
    SLOTS,
    SOPORTE,
    all_cleared,
    cleared,
    is_own_form,
    text_of,
)
from .letting_go import put_off
from .own_records import REFUSALS
from .support_form import TUTOR, recheck
from .support_start import HUMAN, begin, new_key, of_claims, said_before
from .types import FollowupAction, Message, Result, SlotSet, Tracker, say

LISTEN = FollowupAction("action_listen")
CREATED = "utter_ticket_creado"
SUBJECTS = {"pqrs": "PQRS", HUMAN: "Quiere hablar con una persona"}
"""For the queue, which is read in Spanish."""
MAX_REASON = 200
ASKED_FOR_PERSON = "Pidió hablar con una persona desde el chat."
FIELDS = {
    "name": "soporte_nombre",
    "email": "soporte_email",
    "message": "soporte_mensaje",
    "document": "soporte_documento",
    "cedula": "soporte_documento",
    "phone": "soporte_telefono",
}
"""Slot by the name of a field that the back end may refuse."""

LIMITS = dict.fromkeys(("action_submit_soporte", "action_handoff"), "utter_casos_limite")
"""What a day's ceiling is told with, of those that open cases."""


def action_submit_soporte(tracker: Tracker, backend: Backend) -> Result:
    """Says that there is a ticket only when the back end gave its number."""
    if tracker.slots.get("soporte_confirmar") == OMITTED:
        return put_off(tracker)
    if not is_own_form(tracker) and text_of(tracker, "soporte_tipo") != CRISIS:
        return not_theirs()
    bad = recheck(tracker)
    if bad.events:
        return Result(
            bad.messages, (*bad.events, SlotSet("soporte_confirmar", None), FollowupAction(SOPORTE))
        )
    try:
        done = _send(tracker, backend)
    except BackendError as error:
        return not_done(tracker, "action_submit_soporte", error)
    is_ticket = done.response == CREATED
    messages = (done, say("utter_pregunta_encuesta")) if is_ticket else (done,)
    question = SlotSet(QUESTION, "encuesta" if is_ticket else None)
    return Result(messages, (*cleared(SOPORTE), SlotSet(RETRIED, None), question, LISTEN))


def _send(tracker: Tracker, backend: Backend) -> Message:
    kind = text_of(tracker, "soporte_tipo") or "soporte"
    if kind == TUTOR:
        return say(
            "utter_tutor_escrito", nombre=backend.mail_tutor(tracker, text_of(tracker, "soporte_mensaje"))
        )
    if kind == crisis.CRISIS:
        return crisis.send_form(tracker, backend)
    number = backend.create_ticket(tracker, _ticket(tracker, kind))
    return say("utter_humano_confirmado" if kind == HUMAN else CREATED, numero=number)


def _ticket(tracker: Tracker, kind: str) -> NewTicket:
    answers = {
        name: text_of(tracker, f"soporte_{name}") for name in ("nombre", "email", "documento", "mensaje")
    }
    ticket = NewTicket(
        key="",
        name=answers["nombre"],
        email=answers["email"],
        subject=_subject(kind, answers["mensaje"]),
        message=answers["mensaje"],
        kind=kind,
        document=answers["documento"],
        contact=text_of(tracker, "soporte_preferencia"),
        phone=text_of(tracker, "soporte_telefono"),
        reason=_reason(tracker),
    )
    return replace(ticket, key=_key(text_of(tracker, "soporte_key") or tracker.sender, ticket))


def _key(start: str, ticket: NewTicket) -> str:
    """Of all that is sent: what was changed after a failure is another ticket, as the first may exist."""
    return hashlib.sha256(repr((start, astuple(ticket))).encode()).hexdigest()[:48]


def _reason(tracker: Tracker) -> str:
    """The kind of problem, cut to what the intake takes; that it is an emergency no typed word says."""
    said = text_of(tracker, "tipo_problema")
    return "" if said == crisis.CRISIS else said[:MAX_REASON]


def _subject(kind: str, message: str) -> str:
    first = " ".join(message.split())
    short = first if len(first) <= 80 else f"{first[:79].rstrip()}…"
    return f"{SUBJECTS[kind]}: {short}" if kind in SUBJECTS else short


def not_done(tracker: Tracker, action: str, error: BackendError) -> Result:
    """The data stay. What failed, "sí" tries again; what was refused is asked for again, or it is over."""
    fields = error.fields if isinstance(error, Refused) else ()
    asked = {FIELDS[name] for name in fields if name in FIELDS}
    if asked and action == "action_submit_soporte":
        again = (*(SlotSet(slot, None) for slot in sorted(asked)), SlotSet("soporte_confirmar", None))
        return Result((say("utter_datos_rechazados"),), (*again, FollowupAction(SOPORTE)))
    if isinstance(error, Refused):
        is_mail = action == "action_submit_soporte" and text_of(tracker, "soporte_tipo") == TUTOR
        limit = "utter_tutor_limite" if is_mail else LIMITS.get(action, REFUSALS["limited"])
        told = REFUSALS | {"limited": limit}
        over = (SlotSet(RETRIED, None), SlotSet(QUESTION, None), LISTEN)
        return Result((say(told.get(error.code, "utter_no_aceptado")),), over)
    retry = (SlotSet(RETRIED, action), SlotSet(QUESTION, "reintentar"), LISTEN)
    return Result((say("utter_backend_unavailable_form"),), retry)


def not_theirs() -> Result:
    """The session of who began it has run out: what they told waits for them."""
    return Result((say("utter_need_auth"),), (LISTEN,))


def action_handoff(tracker: Tracker, backend: Backend) -> Result:
    """A ticket for a person; who cannot be written to is asked for name and e-mail first."""
    known = of_claims(tracker)
    if len(known) < 2:
        events = (
            *begin(tracker, HUMAN, said_before(tracker)),
            SlotSet(QUESTION, None),
            FollowupAction(SOPORTE),
        )
        return Result((say("utter_humano_datos"),), events)
    is_retry = tracker.slots.get(RETRIED) == "action_handoff" and is_own_form(tracker)
    key = text_of(tracker, "soporte_key") if is_retry else new_key(tracker, HUMAN)
    ticket = NewTicket(
        key=key,
        name=known["soporte_nombre"],
        email=known["soporte_email"],
        subject=SUBJECTS[HUMAN],
        message=_told_before(tracker) or ASKED_FOR_PERSON,
        kind=HUMAN,
        reason=_reason(tracker),
    )
    try:
        number = backend.create_ticket(tracker, ticket)
    except BackendError as error:
        failed = not_done(tracker, "action_handoff", error)
        return Result(failed.messages, (SlotSet("soporte_key", key), *failed.events))
    return Result((say("utter_humano_confirmado", numero=number),), (*all_cleared(), LISTEN))


def _told_before(tracker: Tracker) -> str:
    message = said_before(tracker).get("soporte_mensaje", "")
    return "" if message == OMITTED else message


def action_cancel_form(tracker: Tracker, backend: Backend) -> Result:
    if tracker.active_form == RECUPERAR:
        return Result((say("utter_recuperar_luego"),), all_cleared())
    is_open = tracker.active_form in SLOTS or any(
        tracker.slots.get(slot) is not None for slots in SLOTS.values() for slot in slots
    )
    is_open = is_open or tracker.slots.get(RETRIED) is not None
    return Result((say("utter_form_cancelled" if is_open else "utter_cancelar"),), all_cleared())
