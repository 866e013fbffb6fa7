"""A back end in memory that may be down, and a conversation that keeps what actions set."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rasa.actions.backend import (
    BackendUnavailable,
    CertificateView,
    NewTicket,
    Progress,
    Refused,
    StateView,
    TicketView,
    TutorView,
)
from rasa.actions.registry import ACTIONS
from rasa.actions.types import FollowupAction, Restarted, Result, SlotSet, Tracker

ANA = {"sub": "u-1", "email": "ana@ejemplo.edu.co", "nombre": "Ana Pérez", "rol": "usuario"}
LUIS = {"sub": "u-2", "email": "luis@ejemplo.edu.co", "nombre": "Luis Gil", "rol": "usuario"}
GOOD = {
    "soporte_nombre": "Ana Pérez",
    "soporte_email": "ana@ejemplo.edu.co",
    "soporte_documento": "omitir",
    "soporte_mensaje": "No puedo subir la evidencia.",
    "soporte_preferencia": "correo",
    "soporte_telefono": "omitir",
    "soporte_tipo": "soporte",
    "soporte_key": "k-1",
}
"""A support form that is filled in."""


@dataclass
class FakeBackend:
    is_down: bool = False
    refusal: Refused | None = None
    tickets: dict[str, NewTicket] = field(default_factory=dict)
    have: list[TicketView] = field(default_factory=list)
    papers: list[CertificateView] = field(default_factory=list)
    has_tutor: bool = True
    mails: list[str] = field(default_factory=list)
    resets: list[str] = field(default_factory=list)
    surveys: dict[str, tuple[int, str]] = field(default_factory=dict)
    progress: dict[str, Progress] = field(default_factory=dict)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)

    def _asked(self) -> None:
        if self.is_down:
            raise BackendUnavailable("down")
        if self.refusal:
            raise self.refusal

    def create_ticket(self, tracker: Tracker, ticket: NewTicket) -> str:
        self._asked()
        self.tickets.setdefault(ticket.key, ticket)
        return f"T-2026-{list(self.tickets).index(ticket.key) + 1:06}"

    def own_tickets(self, tracker: Tracker) -> list[TicketView]:
        self._asked()
        return self.have

    def certificates(self, tracker: Tracker) -> list[CertificateView]:
        self._asked()
        return self.papers

    def student_state(self, tracker: Tracker) -> StateView:
        self._asked()
        return StateView("en_formacion", "En formación", "ADSO", "2758123", "2026-01-20")

    def tutor(self, tracker: Tracker) -> TutorView:
        self._asked()
        if not self.has_tutor:
            raise Refused("no_tutor")
        return TutorView("Marta Ruiz", "marta@ejemplo.edu.co")

    def mail_tutor(self, tracker: Tracker, text: str) -> str:
        self._asked()
        self.mails.append(text)
        return "Marta Ruiz"

    def request_password_reset(self, tracker: Tracker, email: str) -> None:
        self._asked()
        self.resets.append(email)

    def save_survey(self, tracker: Tracker, key: str, level: int, comment: str) -> None:
        self._asked()
        self.surveys[key] = (level, comment)

    def save_progress(self, tracker: Tracker, progress: Progress) -> None:
        self._asked()
        self.progress[tracker.sender] = progress

    def load_progress(self, tracker: Tracker) -> Progress | None:
        self._asked()
        return self.progress.get(tracker.sender)

    def discard_progress(self, tracker: Tracker) -> None:
        self._asked()
        self.progress.pop(tracker.sender, None)

    def intent_titles(self) -> Mapping[str, Mapping[str, str]]:
        self._asked()
        return self.titles


class Talk:
    """Runs actions by name, applies their events, and answers forms as Rasa would: slot by slot."""

    def __init__(self, backend: FakeBackend, claims: Mapping[str, str] | None = None, **slots: Any) -> None:
        self.backend = backend
        self.tracker = Tracker(sender="s-1", claims=claims, slots=dict(slots), message_id="m-0")
        self.followup: str | None = None
        self.is_restarted = False

    def hears(self, text: str = "", intent: str = "nlu_fallback", **more: Any) -> "Talk":
        number = int(self.tracker.message_id[2:]) + 1
        new = {"text": text, "intent": intent, "message_id": f"m-{number}", "entities": (), **more}
        self.tracker = replace(self.tracker, **new)
        return self

    def does(self, action: str) -> list[str]:
        """Names of what was said."""
        return [message.response for message in self.result(action).messages]

    def result(self, action: str) -> Result:
        result = ACTIONS[action](self.tracker, self.backend)
        slots = dict(self.tracker.slots)
        self.followup = None
        for event in result.events:
            if isinstance(event, SlotSet):
                slots[event.name] = event.value
            elif isinstance(event, FollowupAction):
                self.followup = event.name
            elif isinstance(event, Restarted):
                self.is_restarted, slots = True, {}
        self.tracker = replace(self.tracker, slots=slots, proposed={})
        return result

    def answers(
        self, form: str, slot: str, text: str, intent: str = "nlu_fallback", **more: Any
    ) -> list[str]:
        """What the form's validation says to this answer to its question for `slot`."""
        self.hears(text, intent, **more)
        slots = {**self.tracker.slots, "requested_slot": slot, slot: text}
        self.tracker = replace(self.tracker, slots=slots, proposed={slot: text}, active_form=form)
        return self.does(f"validate_{form}")

    def comes_back(self, form: str, slot: str, intent: str = "horarios") -> list[str]:
        """What the form's validation says after something else was answered in place of its question."""
        self.hears(f"/{intent}", intent)
        slots = {**self.tracker.slots, "requested_slot": slot, slot: None}
        self.tracker = replace(self.tracker, slots=slots, active_form=form)
        return self.does(f"validate_{form}")

    def __getitem__(self, slot: str) -> Any:
        return self.tracker.slots.get(slot)
