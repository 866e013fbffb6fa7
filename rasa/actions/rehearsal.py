"""A back end that keeps and sends nothing: for rehearsals, comparisons and the test console."""

from collections.abc import Mapping
from typing import NoReturn

from .backend import CertificateView, NewTicket, Progress, Refused, StateView, TicketView, TutorView
from .types import Tracker

TICKET = "ENSAYO-0001"
"""A number that nobody takes for a real one."""


class RehearsalBackend:
    """Nobody has records here, and every ticket has the same number."""

    def __init__(self, titles: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._titles = titles or {}

    def create_ticket(self, tracker: Tracker, ticket: NewTicket) -> str:
        return TICKET

    def own_tickets(self, tracker: Tracker) -> list[TicketView]:
        return []

    def certificates(self, tracker: Tracker) -> list[CertificateView]:
        return []

    def student_state(self, tracker: Tracker) -> StateView:
        _no_record()

    def tutor(self, tracker: Tracker) -> TutorView:
        _no_record()

    def mail_tutor(self, tracker: Tracker, text: str) -> str:
        _no_record()

    def request_password_reset(self, tracker: Tracker, email: str) -> None: ...

    def save_survey(self, tracker: Tracker, key: str, level: int, comment: str) -> None: ...

    def save_progress(self, tracker: Tracker, progress: Progress) -> None: ...

    def load_progress(self, tracker: Tracker) -> Progress | None:
        return None

    def discard_progress(self, tracker: Tracker) -> None: ...

    def intent_titles(self) -> Mapping[str, Mapping[str, str]]:
        return self._titles


def _no_record() -> NoReturn:
    raise Refused("no_record")
