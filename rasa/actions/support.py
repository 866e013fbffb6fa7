"""What the support form leads to: a ticket, a mail to the tutor, a person to talk to, or nothing."""

import hashlib

from .backend import Backend, BackendError, NewTicket, Refused
from .form_slots import (
    QUESTION,
    RETRIED,
    SLOTS,
    SOPORTE,
    all_cleared,
    cleared,
    person,
    text_of,
)
from .support_form import TUTOR, recheck
from .support_start import HUMAN, begin, new_key, of_claims, said_before
from .types import FollowupAction, Message, Result, SlotSet, Tracker, say

LISTEN = FollowupAction("action_listen")
CREATED = "utter_ticket_creado"
SUBJECTS = {"pqrs": "PQRS", HUMAN: "Quiere hablar con una persona"}
"""For the queue, which is read in Spanish."""
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


def action_submit_soporte(tracker: Tracker, backend: Backend) -> Result:
    """Says that there is a ticket only when the back end gave its number."""
    author = tracker.slots.get("soporte_autor")
    if author and person(tracker) and author != person(tracker):
        return Result((say("utter_form_cancelled"),), (*all_cleared(), LISTEN))
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
    number = backend.create_ticket(tracker, _ticket(tracker, kind))
    return say("utter_humano_confirmado" if kind == HUMAN else CREATED, numero=number)


def _ticket(tracker: Tracker, kind: str) -> NewTicket:
    answers = {
        name: text_of(tracker, f"soporte_{name}") for name in ("nombre", "email", "documento", "mensaje")
    }
    said = "\n".join((*answers.values(), text_of(tracker, "soporte_telefono")))
    start = text_of(tracker, "soporte_key") or tracker.sender
    return NewTicket(
        # what was changed after a failure is another ticket: the first one may exist
        key=hashlib.sha256(f"{start}\n{said}".encode()).hexdigest()[:48],
        name=answers["nombre"],
        email=answers["email"],
        subject=_subject(kind, answers["mensaje"]),
        message=answers["mensaje"],
        kind=kind,
        document=answers["documento"],
        contact=text_of(tracker, "soporte_preferencia"),
        phone=text_of(tracker, "soporte_telefono"),
        reason=text_of(tracker, "tipo_problema"),
    )


def _subject(kind: str, message: str) -> str:
    first = " ".join(message.split())
    short = first if len(first) <= 80 else f"{first[:79].rstrip()}…"
    return f"{SUBJECTS[kind]}: {short}" if kind in SUBJECTS else short


def not_done(tracker: Tracker, action: str, error: BackendError) -> Result:
    """The data stay: "sí" tries `action` again, or the fields that were refused are asked for again."""
    fields = error.fields if isinstance(error, Refused) else ()
    asked = {FIELDS[name] for name in fields if name in FIELDS}
    if asked and action == "action_submit_soporte":
        again = (*(SlotSet(slot, None) for slot in sorted(asked)), SlotSet("soporte_confirmar", None))
        return Result((say("utter_datos_rechazados"),), (*again, FollowupAction(SOPORTE)))
    code = error.code if isinstance(error, Refused) else ""
    told = {"limited": "utter_limite", "no_tutor": "utter_no_tutor"}.get(code)
    retry = (SlotSet(RETRIED, action), SlotSet(QUESTION, "reintentar"), LISTEN)
    return Result((say(told or "utter_backend_unavailable_form"),), retry if not told else (LISTEN,))


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
    is_retry = tracker.slots.get(RETRIED) == "action_handoff"
    key = text_of(tracker, "soporte_key") if is_retry else new_key(tracker, HUMAN)
    ticket = NewTicket(
        key=key,
        name=known["soporte_nombre"],
        email=known["soporte_email"],
        subject=SUBJECTS[HUMAN],
        message=text_of(tracker, "soporte_mensaje") or ASKED_FOR_PERSON,
        kind=HUMAN,
        reason=text_of(tracker, "tipo_problema"),
    )
    try:
        number = backend.create_ticket(tracker, ticket)
    except BackendError as error:
        failed = not_done(tracker, "action_handoff", error)
        return Result(failed.messages, (SlotSet("soporte_key", key), *failed.events))
    return Result((say("utter_humano_confirmado", numero=number),), (*all_cleared(), LISTEN))


def action_cancel_form(tracker: Tracker, backend: Backend) -> Result:
    is_open = tracker.active_form in SLOTS or any(
        tracker.slots.get(slot) is not None for slots in SLOTS.values() for slot in slots
    )
    is_open = is_open or tracker.slots.get(RETRIED) is not None
    return Result((say("utter_form_cancelled" if is_open else "utter_cancelar"),), all_cleared())
