"""The answer to an intent outside its rule: inside a form, or after the login that it needed."""

from collections.abc import Mapping
from dataclasses import replace

from .backend import Backend
from .certificates import action_certificate_search, action_certificates
from .student import action_student_state, action_tutor
from .tickets import action_ticket_status
from .types import Action, Message, SlotSet, Tracker, say
from .wish_slot import remembered

ANSWERS: Mapping[str, Action] = {
    "ver_certificados": action_certificates,
    "descargar_certificado": action_certificates,
    "buscar_certificado": action_certificate_search,
    "estado_estudiante": action_student_state,
    "tutor_asignado": action_tutor,
    "estado_ticket": action_ticket_status,
}
PROTECTED = frozenset((*ANSWERS, "contactar_tutor"))


def answer(tracker: Tracker, backend: Backend) -> tuple[tuple[Message, ...], tuple[SlotSet, ...]]:
    """Messages for `tracker.intent`, and the wish if it needs a login first."""
    if tracker.intent in PROTECTED and tracker.claims is None:
        return (say("utter_need_auth"),), (remembered(tracker),)
    if tracker.intent in ANSWERS:
        result = ANSWERS[tracker.intent](tracker, backend)
        return result.messages, tuple(event for event in result.events if isinstance(event, SlotSet))
    return (say(f"utter_{tracker.intent}"),), ()


def as_wish(tracker: Tracker, intent: str, entities: tuple[Mapping[str, object], ...]) -> Tracker:
    """The tracker as if that had been said now."""
    return replace(tracker, intent=intent, entities=entities, text="")
