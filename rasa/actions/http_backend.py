"""The back end as the action server reaches it: by its HTTP API."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .backend import (
    BackendUnavailable,
    CertificateView,
    NewTicket,
    Progress,
    Refused,
    StateView,
    TicketView,
    TutorView,
)
from .bodies import ticket_body, tutor_mail_key
from .environment import Environment
from .http_client import HttpClient
from .types import Tracker

TITLES_SECONDS = 60.0


class HttpBackend:
    """One per process, for many threads."""

    def __init__(self, environment: Environment, client: HttpClient | None = None) -> None:
        self._environment = environment
        self._client = client or HttpClient(environment.timeout, environment.retries)
        self._titles: Mapping[str, Mapping[str, str]] = {}
        self._titles_until = 0.0

    def create_ticket(self, tracker: Tracker, ticket: NewTicket) -> str:
        known = tracker if self._environment.keeps_tickets else None
        headers = {**self._service(known), "Idempotency-Key": ticket.key}
        body = {name: value for name, value in ticket_body(tracker, ticket).items() if value}
        answer = self._client.call("POST", self._environment.tickets_url, headers, body)
        number = answer.get("number") if isinstance(answer, dict) else None
        if not isinstance(number, str) or not number:
            raise BackendUnavailable("the ticket's answer has no number")
        return number

    def own_tickets(self, tracker: Tracker) -> list[TicketView]:
        found = self._own(tracker, "GET", "/api/helpdesk/tickets/mine").get("tickets")
        return [
            TicketView(
                number=_text(one, "number"),
                status=_text(one, "status"),
                subject=_text(one, "subject"),
                created=_day(one, "created_at"),
                answer=_last_answer(one),
            )
            for one in _rows(found)
        ]

    def certificates(self, tracker: Tracker) -> list[CertificateView]:
        found = self._own(tracker, "GET", "/api/certificados").get("certificados")
        return [
            CertificateView(
                title=_text(one, "nombre"),
                kind=_text(one, "tipo"),
                program=_text(one, "programa"),
                issued=_day(one, "fecha_emision"),
                url=_text(one, "url"),
                number=_text(one, "numero"),
            )
            for one in _rows(found)
        ]

    def student_state(self, tracker: Tracker) -> StateView:
        said = self._own(tracker, "GET", "/api/estado-estudiante")
        return StateView(
            state=_text(said, "codigo"),
            label=_text(said, "estado"),
            program=_text(said, "programa"),
            course=_text(said, "ficha"),
            starts=_day(said, "fecha_inicio"),
            ends=_day(said, "fecha_fin"),
        )

    def tutor(self, tracker: Tracker) -> TutorView:
        said = self._own(tracker, "GET", "/api/tutor")
        return TutorView(*(_text(said, name) for name in ("nombre", "email", "telefono", "horario")))

    def mail_tutor(self, tracker: Tracker, text: str) -> str:
        key = {"Idempotency-Key": tutor_mail_key(tracker, text)}
        answer = self._own(tracker, "POST", "/api/tutor/mensaje", {"text": text}, key)
        return _text(answer, "tutor")

    def request_password_reset(self, tracker: Tracker, email: str) -> None:
        path = "/api/auth/forgot-password"
        self._client.call("POST", self._url(path), self._service(), {"email": email}, is_repeatable=False)

    def save_survey(self, tracker: Tracker, key: str, level: int, comment: str) -> None:
        body = {"sender": tracker.sender, "key": key, "level": level, "comment": comment}
        self._client.call("PUT", self._url("/api/bot/survey"), self._service(tracker), body)

    def save_progress(self, tracker: Tracker, progress: Progress) -> None:
        body = {"sender": tracker.sender, "form": progress.form, "slots": dict(progress.slots)}
        self._client.call("PUT", self._url("/api/bot/progress"), self._service(tracker), body)

    def load_progress(self, tracker: Tracker) -> Progress | None:
        saved = self._client.call("GET", self._progress_of(tracker), self._service(tracker))
        form, slots = (saved.get("form"), saved.get("slots")) if isinstance(saved, dict) else (None, None)
        return Progress(form, slots) if isinstance(form, str) and isinstance(slots, dict) else None

    def discard_progress(self, tracker: Tracker) -> None:
        self._client.call("DELETE", self._progress_of(tracker), self._service(tracker))

    def intent_titles(self) -> Mapping[str, Mapping[str, str]]:
        """Asked at most once a minute."""
        if time.monotonic() >= self._titles_until:
            answer = self._client.call("GET", self._url("/api/bot/titles"), self._service())
            if not isinstance(answer, dict):
                raise BackendUnavailable("the titles are not an object")
            self._titles = {name: _texts(by) for name, by in answer.items() if isinstance(by, dict)}
            self._titles_until = time.monotonic() + TITLES_SECONDS
        return self._titles

    def _own(
        self,
        tracker: Tracker,
        method: str,
        path: str,
        body: Any = None,
        more: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """A student's own records, opened by the turn's grant alone."""
        grant = _header(tracker.grant)
        if not grant:
            raise Refused("not_authenticated")
        headers = {"Authorization": f"Turn {grant}", **(more or {})}
        answer = self._client.call(method, self._url(path), headers, body, is_repeatable=method == "GET")
        if not isinstance(answer, dict):
            raise BackendUnavailable(f"{path}: not an object")
        return answer

    def _service(self, tracker: Tracker | None = None) -> dict[str, str]:
        token = self._environment.token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        grant = _header(tracker.grant) if tracker else ""
        return {**headers, **({"X-Turn-Grant": grant} if grant else {})}

    def _url(self, path: str) -> str:
        return f"{self._environment.backend_url}{path}"

    def _progress_of(self, tracker: Tracker) -> str:
        return self._url(f"/api/bot/progress?sender={quote(tracker.sender, safe='')}")


def _header(value: str) -> str:
    """ "" for what may not stand in a header."""
    return value if value.isascii() and value.isprintable() else ""


def _rows(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _last_answer(ticket: Mapping[str, Any]) -> str:
    answers = [one for one in _rows(ticket.get("comments")) if one.get("actor") == "staff"]
    return _text(answers[-1], "text") if answers else ""


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _day(said: Mapping[str, Any], name: str) -> str:
    return _text(said, name)[:10]
