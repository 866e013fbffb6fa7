"""How the support form begins: prefilled from verified claims, or from a message that says it all."""

import hashlib
import re
import secrets
from typing import Any

from .answers import MIN_MESSAGE, find_email, read_document, read_email, read_name, read_phone
from .backend import Backend
from .form_slots import (
    AUTHOR,
    INTERRUPTIONS,
    OMITTED,
    SLOTS,
    SOPORTE,
    SOPORTE_ANSWERS,
    all_cleared,
    is_own_form,
    person,
    text_of,
)
from .support_form import TUTOR
from .types import Event, Result, SlotSet, Tracker

HUMAN = "humano"
KINDS = {"soporte_pqrs": "pqrs", "humano": HUMAN}

_INTRODUCED = re.compile(r"\b(?:me llamo|mi nombre es|my name is)\s+([^\d,.;:@\n]{2,80})", re.IGNORECASE)
_I_AM = re.compile(r"\b[Ss]oy\s+((?:[A-ZÁÉÍÓÚÑÜ][^\W\d_]+\s?){2,5})")
_NAME_ENDS = re.compile(
    r"\s+(?:y|con|mi|and|my|cc|c[eé]dula|documento|correo)\b.*", re.IGNORECASE | re.DOTALL
)


def begin(tracker: Tracker, kind: str = "", said: dict[str, str] | None = None) -> tuple[Event, ...]:
    """A form with what is known; what the same person left unsent in one of this kind stays as it is."""
    kind = kind or KINDS.get(tracker.intent, "soporte")
    if not said and _is_unsent(tracker, kind):
        return tuple(
            SlotSet(slot, None)
            for slot in ("soporte_confirmar", "soporte_editar", "soporte_errores", INTERRUPTIONS)
        )
    known = {**of_claims(tracker), **(said or {})}
    if kind == TUTOR:
        known |= {f"soporte_{name}": OMITTED for name in ("documento", "preferencia", "telefono")}
    values: dict[str, Any] = {
        **known,
        "soporte_tipo": kind,
        "soporte_key": new_key(tracker, kind),
    }
    filled = (SlotSet(slot, values.get(slot)) for slot in SLOTS[SOPORTE])
    return (*taken_over(tracker), *filled)


def taken_over(tracker: Tracker) -> tuple[Event, ...]:
    """Before somebody begins a form: it is theirs, and nothing is left of another person's."""
    left = () if is_own_form(tracker) else all_cleared()
    return (*left, SlotSet(AUTHOR, person(tracker)))


def new_key(tracker: Tracker, purpose: str) -> str:
    """The same for the same message, so that what runs twice is done once."""
    moment = tracker.message_id or secrets.token_hex(16)
    return hashlib.sha256(f"{tracker.sender}\n{moment}\n{purpose}".encode()).hexdigest()[:32]


def _is_unsent(tracker: Tracker, kind: str) -> bool:
    slots = tracker.slots
    is_same = is_own_form(tracker) and slots.get("soporte_tipo") == kind
    return bool(is_same and slots.get("soporte_key") and text_of(tracker, "soporte_mensaje"))


def of_claims(tracker: Tracker) -> dict[str, str]:
    claims = tracker.claims or {}
    name, email = read_name(str(claims.get("nombre") or "")), read_email(str(claims.get("email") or ""))
    known = {"soporte_nombre": name, "soporte_email": email}
    return {slot: value for slot, value in known.items() if value}


def said_before(tracker: Tracker) -> dict[str, str]:
    """What the same person has told the form already."""
    if not is_own_form(tracker):
        return {}
    return {slot: str(tracker.slots[slot]) for slot in SOPORTE_ANSWERS if tracker.slots.get(slot) is not None}


def action_begin_soporte(tracker: Tracker, backend: Backend) -> Result:
    return Result(events=begin(tracker))


def action_ticket_oneshot(tracker: Tracker, backend: Backend) -> Result:
    """The whole message is the report: only what is missing in it is asked for, then the summary comes."""
    text = tracker.text.strip()
    if text.startswith("/") or len(text) < MIN_MESSAGE:
        return action_begin_soporte(tracker, backend)
    entities = {str(e.get("entity")): str(e.get("value") or "") for e in reversed(tracker.entities)}
    phone = read_phone(entities.get("telefono", ""))
    said = {
        "soporte_nombre": _said_name(text),
        "soporte_email": find_email(text),
        "soporte_documento": read_document(entities.get("documento", "")) or OMITTED,
        "soporte_mensaje": text,
        "soporte_preferencia": OMITTED,
        "soporte_telefono": phone or OMITTED,
    }
    return Result(events=begin(tracker, said={slot: value for slot, value in said.items() if value}))


def _said_name(text: str) -> str | None:
    found = _INTRODUCED.search(text) or _I_AM.search(text)
    return read_name(_NAME_ENDS.sub("", found.group(1))) if found else None
