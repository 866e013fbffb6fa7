"""The HTTP back end against a real socket: what it sends, and what it makes of good and bad answers."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from rasa.actions.backend import BackendUnavailable, NewTicket, Progress, Refused
from rasa.actions.environment import Environment
from rasa.actions.http_backend import HttpBackend
from rasa.actions.http_client import HttpClient
from rasa.actions.types import Tracker
from tests.actions.sockets import Listening

TICKET = NewTicket("key-1", "Ana Pérez", "ana@ejemplo.edu.co", "No sube", "No puedo subir la evidencia")
STUDENT = Tracker("s-1", claims={"sub": "u-1"}, grant="grant-1")
NOBODY = Tracker("s/1 &x")


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


@pytest.fixture
def backend(server: HTTPServer) -> HttpBackend:
    return make(server.url_for("").rstrip("/"))


def make(url: str, timeout: float = 5.0, retries: int = 2) -> HttpBackend:
    pauses: list[float] = []
    environment = Environment(url, f"{url}/api/helpdesk/tickets", "service-token", timeout, retries)
    return HttpBackend(environment, HttpClient(timeout, retries, sleep=pauses.append))


def answers(server: HTTPServer, *given: Response | dict[str, Any]) -> list[Request]:
    """The server gives these answers one after the other, whatever is asked; what was asked."""
    asked: list[Request] = []
    left = list(given)

    def answer(request: Request) -> Response:
        request.get_data(cache=True)
        asked.append(request)
        now = left.pop(0) if len(left) > 1 else left[0]
        return now if isinstance(now, Response) else Response(json.dumps(now), mimetype="application/json")

    server.expect_request(re.compile(".*")).respond_with_handler(answer)
    return asked


def test_a_ticket_is_sent_with_its_key_and_the_service_token(
    server: HTTPServer, backend: HttpBackend
) -> None:
    asked = answers(server, {"ok": True, "number": "T-2026-000001"})
    assert backend.create_ticket(STUDENT, TICKET) == "T-2026-000001"
    (request,) = asked
    assert (request.method, request.path) == ("POST", "/api/helpdesk/tickets")
    assert request.headers["Idempotency-Key"] == "key-1"
    assert request.headers["Authorization"] == "Bearer service-token"
    assert request.headers["X-Turn-Grant"] == "grant-1"
    assert request.get_json() == {
        "name": "Ana Pérez",
        "email": "ana@ejemplo.edu.co",
        "subject": "No sube",
        "message": "No puedo subir la evidencia",
        "kind": "soporte",
        "tipo_soporte": "soporte",
        "conversation_id": "s-1",
    }


def test_a_helpdesk_elsewhere_is_not_shown_who_wrote(server: HTTPServer) -> None:
    asked = answers(server, {"ok": True, "number": "T-2026-000001"})
    url = server.url_for("/elsewhere")
    HttpBackend(Environment("http://127.0.0.1:9", url, "service-token")).create_ticket(STUDENT, TICKET)
    assert "X-Turn-Grant" not in asked[0].headers


def test_own_records_are_opened_by_the_grant_alone(server: HTTPServer, backend: HttpBackend) -> None:
    rows = [
        {
            "number": "T-1",
            "status": "open",
            "subject": "x",
            "created_at": "2026-05-31T10:00:00-05:00",
            "comments": [
                {"actor": "staff", "text": "Prueba."},
                {"actor": "staff", "text": "Listo."},
                {"actor": "requester", "text": "No."},
            ],
        },
        "junk",
    ]
    asked = answers(server, {"tickets": rows})
    (ticket,) = backend.own_tickets(STUDENT)
    assert (ticket.number, ticket.status, ticket.created) == ("T-1", "open", "2026-05-31")
    assert ticket.answer == "Listo."
    assert asked[0].headers["Authorization"] == "Turn grant-1"
    with pytest.raises(Refused, match="not_authenticated"):
        backend.own_tickets(NOBODY)
    with pytest.raises(Refused, match="not_authenticated"):
        backend.tutor(Tracker("s", grant="a\r\nX-Evil: 1"))
    assert len(asked) == 1


def test_records_are_read_as_the_back_end_writes_them(server: HTTPServer, backend: HttpBackend) -> None:
    paper = {
        "id": "1",
        "tipo": "Constancia",
        "programa": "ADSO",
        "nombre": "C",
        "fecha_emision": "2026-05-31",
    }
    state = {
        "estado": "En formación",
        "codigo": "en_formacion",
        "programa": "ADSO",
        "ficha": "27",
        "fecha_fin": None,
    }
    tutor = {"nombre": "Marta", "contacto": "m@x.co", "email": "m@x.co", "telefono": "", "horario": "8–12"}
    answers(server, {"certificados": [paper]}, state, tutor, {"ok": True, "tutor": "Marta"})
    assert backend.certificates(STUDENT)[0].issued == "2026-05-31"
    assert backend.student_state(STUDENT).label == "En formación"
    assert backend.tutor(STUDENT).hours == "8–12"
    assert backend.mail_tutor(STUDENT, "Una pregunta") == "Marta"


def test_surveys_progress_and_resets_go_where_they_belong(server: HTTPServer, backend: HttpBackend) -> None:
    saved = {"form": "soporte_form", "slots": {"soporte_mensaje": "x"}, "updated_at": None}
    asked = answers(
        server, {"ok": True}, {"ok": True}, saved, {"form": None, "slots": {}}, {"ok": True}, {"ok": True}
    )
    backend.save_survey(NOBODY, "k", 4, "bien")
    backend.save_progress(NOBODY, Progress("soporte_form", {"soporte_mensaje": "x"}))
    assert backend.load_progress(NOBODY) == Progress("soporte_form", {"soporte_mensaje": "x"})
    assert backend.load_progress(NOBODY) is None
    backend.discard_progress(NOBODY)
    backend.request_password_reset(NOBODY, "ana@ejemplo.edu.co")
    assert [(request.method, request.path) for request in asked] == [
        ("PUT", "/api/bot/survey"),
        ("PUT", "/api/bot/progress"),
        ("GET", "/api/bot/progress"),
        ("GET", "/api/bot/progress"),
        ("DELETE", "/api/bot/progress"),
        ("POST", "/api/auth/forgot-password"),
    ]
    assert asked[2].args["sender"] == "s/1 &x"
    assert "X-Turn-Grant" not in asked[0].headers


def test_titles_are_asked_for_once_a_minute(server: HTTPServer, backend: HttpBackend) -> None:
    told = {"menu": {"es": "Menú", "en": "Main menu"}, "titles": {"es": "Títulos"}}
    asked = answers(server, {**told, "junk": 7, "odd": {"es": ["x"]}})
    assert backend.intent_titles() == backend.intent_titles() == {**told, "odd": {}}
    assert [request.path for request in asked] == ["/api/bot/titles"]


def test_titles_of_another_shape_are_none(server: HTTPServer, backend: HttpBackend) -> None:
    answers(server, ["menu"])
    with pytest.raises(BackendUnavailable):
        backend.intent_titles()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_may_be_repeated_is_tried_again(server: HTTPServer, backend: HttpBackend, status: int) -> None:
    asked = answers(server, Response("oops", status), Response("oops", status), {"number": "T-1"})
    assert backend.create_ticket(NOBODY, TICKET) == "T-1"
    assert [request.headers["Idempotency-Key"] for request in asked] == ["key-1"] * 3


def test_after_the_retries_it_is_unavailable(server: HTTPServer, backend: HttpBackend) -> None:
    asked = answers(server, Response("oops", 500))
    with pytest.raises(BackendUnavailable):
        backend.create_ticket(NOBODY, TICKET)
    assert len(asked) == 3


@pytest.mark.parametrize(
    "ask", [lambda b: b.request_password_reset(NOBODY, "a@x.co"), lambda b: b.mail_tutor(STUDENT, "x")]
)
def test_what_may_have_been_done_is_not_done_again(
    server: HTTPServer, backend: HttpBackend, ask: Callable[[HttpBackend], Any]
) -> None:
    asked = answers(server, Response("oops", 500))
    with pytest.raises(BackendUnavailable):
        ask(backend)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("answer", "code", "fields"),
    [
        (Response('{"code": "no_record"}', 404), "no_record", ()),
        (Response('{"code": "email_not_verified"}', 403), "email_not_verified", ()),
        (Response('{"code": "too_many_requests"}', 429), "limited", ()),
        (Response('{"code": "invalid", "errors": [{"field": "email"}, 3]}', 422), "invalid", ("email",)),
        (Response("<html>", 400), "http_400", ()),
    ],
)
def test_a_refusal_has_the_house_s_word(
    server: HTTPServer,
    backend: HttpBackend,
    answer: Response,
    code: str,
    fields: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked = answers(server, answer)
    with caplog.at_level(logging.CRITICAL), pytest.raises(Refused) as refused:
        backend.tutor(STUDENT)
    assert (refused.value.code, refused.value.fields, len(asked)) == (code, fields, 1)


def test_a_redirect_is_not_followed_with_the_token(server: HTTPServer, backend: HttpBackend) -> None:
    asked = answers(server, Response(status=301, headers={"Location": "http://127.0.0.1:9/steal"}))
    with pytest.raises(BackendUnavailable, match="301"):
        backend.create_ticket(NOBODY, TICKET)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Response("", 200),
        Response("<html>", 200),
        Response('{"ok": true}', 200),
        Response('{"number": 7}', 200),
        Response("[]", 200),
        Response('{"number": "' + "9" * (1 << 20) + '"}', 200),
    ],
)
def test_without_a_number_there_is_no_ticket(
    server: HTTPServer, backend: HttpBackend, answer: Response
) -> None:
    answers(server, answer)
    with pytest.raises(BackendUnavailable):
        backend.create_ticket(NOBODY, TICKET)


@pytest.mark.parametrize(
    "said",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"number": ',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_half_an_answer_is_no_ticket(said: bytes) -> None:
    with Listening(said) as url, pytest.raises(BackendUnavailable):
        make(url, retries=0).create_ticket(NOBODY, TICKET)


def test_a_silent_and_a_dripping_back_end_cost_no_more_than_the_timeout() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    for said, drip in ((None, b""), (head, b" ")):
        started = time.monotonic()
        with Listening(said, drip) as url, pytest.raises(BackendUnavailable):
            make(url, timeout=0.3).create_ticket(NOBODY, TICKET)
        assert time.monotonic() - started < 3


def test_nobody_listening_is_tried_again_even_for_what_is_not_repeated() -> None:
    with pytest.raises(BackendUnavailable, match="no connection"):
        make("http://127.0.0.1:9", retries=1).request_password_reset(NOBODY, "ana@ejemplo.edu.co")
