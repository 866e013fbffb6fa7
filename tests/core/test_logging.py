"""One structured line per request, and the request's id in every line."""

import json
import logging
import logging.config
from typing import Any

import pytest
import structlog
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core.logging import logging_config

RID = "req-12345678"


def lines(caplog: pytest.LogCaptureFixture, logger: str) -> list[dict[str, Any]]:
    return [r.msg for r in caplog.records if r.name == logger and isinstance(r.msg, dict)]


@pytest.mark.django_db
def test_the_access_line_tells_who_asked_for_what(
    api: APIClient, caplog: pytest.LogCaptureFixture, student: User, bearer: Any
) -> None:
    api.post(
        "/chat/",
        {"message": ""},
        headers={**bearer(student), "X-Request-ID": RID, "User-Agent": "Prueba/1"},
        REMOTE_ADDR="203.0.113.5",
    )
    (line,) = lines(caplog, "tutorbot.access")
    assert line["ms"] >= 0
    wanted = {"rid": RID, "method": "POST", "path": "/chat/", "status": 422, "ip": "203.0.113.5"}
    assert wanted.items() <= line.items()
    assert (line["ua"], line["user"]) == ("Prueba/1", str(student.pk))


def test_probes_and_static_files_are_quiet(api: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for path in ("/health", "/api/health/live", "/ping", "/static/css/brand.css"):
        api.get(path)
    assert lines(caplog, "tutorbot.access") == []


def test_a_line_break_in_a_header_cannot_forge_a_line(
    api: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    api.get("/api/nada", HTTP_USER_AGENT="a\nb fake line")
    text = formatted(lines_record(caplog), as_json=False)
    assert "\n" not in text


def lines_record(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    return next(r for r in caplog.records if r.name == "tutorbot.access")


def formatted(record: logging.LogRecord, *, as_json: bool) -> str:
    config = logging_config(level="INFO", as_json=as_json)["formatters"]["line"]
    options = {name: value for name, value in config.items() if name != "()"}
    return structlog.stdlib.ProcessorFormatter(**options).format(record)


def test_json_lines_are_json_also_those_of_libraries(caplog: pytest.LogCaptureFixture) -> None:
    structlog.contextvars.bind_contextvars(rid=RID)
    try:
        logging.getLogger("alguna.biblioteca").warning("algo de %s", "afuera")
        structlog.get_logger("tutorbot.x").warning("ñandú", n=1)
        library, own = [json.loads(formatted(r, as_json=True)) for r in caplog.records]
    finally:
        structlog.contextvars.clear_contextvars()
    assert (library["event"], library["rid"], library["level"]) == ("algo de afuera", RID, "warning")
    assert (own["event"], own["rid"], own["n"], own["logger"]) == ("ñandú", RID, 1, "tutorbot.x")


@pytest.mark.django_db
def test_an_unexpected_error_is_logged_with_its_id_and_without_locals(
    api: APIClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.chat.serializers import ChatInput

    def fail(self: Any, attrs: Any) -> None:
        clave = "secreto-de-la-prueba"
        raise RuntimeError(len(clave))

    monkeypatch.setattr(ChatInput, "validate", fail)
    api.post("/chat", {"message": "hola"}, HTTP_X_REQUEST_ID=RID)
    record = next(r for r in caplog.records if r.name == "tutorbot.errors")
    text = formatted(record, as_json=False)
    assert "RuntimeError" in text
    assert RID in text
    assert "secreto-de-la-prueba" not in text.replace('clave = "secreto-de-la-prueba"', "")
