"""The ticket of somebody in danger, which staff see as an emergency."""

from .backend import Backend, NewTicket
from .form_slots import OMITTED, text_of
from .support_start import HUMAN
from .types import Message, Tracker, say

CRISIS = "crisis"
"""The kind of the form, and the reason of its ticket: the back end makes that one urgent."""
SUBJECT = "Persona en riesgo"
MESSAGE = (
    "Escribió en el chat que corre peligro y pidió que alguien le responda. "
    "Sus palabras están en la conversación."
)
"""For the queue, which is read in Spanish."""
PREFILLED = {
    "soporte_mensaje": MESSAGE,
    "soporte_confirmar": "si",
    **{f"soporte_{name}": OMITTED for name in ("documento", "preferencia", "telefono")},
}
CONTACT = ("soporte_nombre", "soporte_email")


def send(tracker: Tracker, backend: Backend, key: str, known: dict[str, str]) -> Message:
    ticket = NewTicket(
        key=key,
        name=known["soporte_nombre"],
        email=known["soporte_email"],
        subject=SUBJECT,
        message=MESSAGE,
        kind=HUMAN,
        reason=CRISIS,
    )
    return say("utter_crisis_confirmado", numero=backend.create_ticket(tracker, ticket))


def send_form(tracker: Tracker, backend: Backend) -> Message:
    """What the form was filled in with."""
    known = {slot: text_of(tracker, slot) for slot in CONTACT}
    return send(tracker, backend, text_of(tracker, "soporte_key") or tracker.sender, known)
