"""What actions ask of the back end: by HTTP from the action server, by services when embedded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .types import Tracker


class BackendError(Exception):
    """The back end did not do it."""


class BackendUnavailable(BackendError):
    """Not reached, too slow, or broken: it may work in a moment. Whether it was done is not known."""


class Refused(BackendError):
    """The back end says no for good; `code` is its stable word: `no_record`, `limited`…"""

    def __init__(self, code: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields
        """Names of what was wrong, for `invalid`."""


@dataclass(frozen=True)
class NewTicket:
    """A ticket to be opened. The same `key` opens one ticket, however often it is asked for."""

    key: str
    name: str
    email: str
    subject: str
    message: str
    kind: str = "soporte"
    """soporte, pqrs, interno or humano."""
    document: str = ""
    contact: str = ""
    """How the student likes to be answered: correo, telefono or chat; "" when they did not say."""
    phone: str = ""
    reason: str = ""
    """The kind of problem, as the bot understood it."""


@dataclass(frozen=True)
class TicketView:
    number: str
    status: str
    """open, pending, solved or closed."""
    subject: str = ""
    created: str = ""
    """ISO day."""
    answer: str = ""
    """What the team wrote to the student last."""


@dataclass(frozen=True)
class CertificateView:
    title: str
    kind: str
    program: str
    issued: str
    """ISO day."""
    url: str = ""
    """Empty when it cannot be opened."""
    number: str = ""


@dataclass(frozen=True)
class StateView:
    state: str
    """The stable word, as `en_formacion`."""
    label: str
    program: str
    course: str = ""
    """Number of the course group (ficha)."""
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True)
class TutorView:
    name: str
    email: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Progress:
    """What a student left half done."""

    form: str
    slots: Mapping[str, Any] = field(default_factory=dict)


class Backend(Protocol):
    """Every method raises BackendUnavailable, and Refused where the back end says no.

    Whose data it is follows from the tracker's verified claims (and grant) alone.
    """

    def create_ticket(self, tracker: Tracker, ticket: NewTicket) -> str:
        """The ticket's number, which exists when this returns."""
        ...

    def own_tickets(self, tracker: Tracker) -> list[TicketView]:
        """Of the verified student, newest first."""
        ...

    def certificates(self, tracker: Tracker) -> list[CertificateView]:
        """Newest first. Refused: no_record, email_not_verified."""
        ...

    def student_state(self, tracker: Tracker) -> StateView:
        """Refused: no_record, email_not_verified."""
        ...

    def tutor(self, tracker: Tracker) -> TutorView:
        """Refused: no_tutor, no_record, email_not_verified."""
        ...

    def mail_tutor(self, tracker: Tracker, text: str) -> str:
        """Hands a mail to the tutor to the mail queue; the tutor's name. Refused as `tutor`, and limited."""
        ...

    def request_password_reset(self, tracker: Tracker, email: str) -> None:
        """Sends a reset mail if there is such an account; says nothing on whether there is."""
        ...

    def save_survey(self, tracker: Tracker, key: str, level: int, comment: str) -> None:
        """One survey a `key`: a second call with it changes the first. `level` is 1 to 5."""
        ...

    def save_progress(self, tracker: Tracker, progress: Progress) -> None:
        """Replaces what was saved for this person (or, unknown, for this sender)."""
        ...

    def load_progress(self, tracker: Tracker) -> Progress | None: ...

    def discard_progress(self, tracker: Tracker) -> None: ...

    def intent_titles(self) -> Mapping[str, Mapping[str, str]]:
        """`{intent: {"es": title, "en": title}}` of what may be offered as a button; "en" may be missing."""
        ...
