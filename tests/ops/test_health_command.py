"""`manage.py health`: every part in a line, and an exit code that says how bad it is."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_httpserver import HTTPServer
from werkzeug import Response

from apps.chat.engines.embedded import EmbeddedEngine
from apps.core import health
from apps.core.job_queue import BEAT, make_queue
from apps.ops.services import steps

pytestmark = pytest.mark.django_db


def run(**options: Any) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("health", stdout=out, no_color=True, **options)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def waiting_queue(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    queue = make_queue(immediate=False, file=tmp_path / "jobs.sqlite3")
    monkeypatch.setattr(steps, "queue", queue)
    return queue


def test_all_is_well_with_a_worker_that_lives(bot: EmbeddedEngine, waiting_queue: Any) -> None:
    waiting_queue.worker = "one"
    waiting_queue.beat()
    code, said = run()
    lines = said.splitlines()
    assert code == 0
    assert lines[-1] == "Todo funciona."
    assert [line.split("  ")[0].strip() for line in lines[:5]] == ["Bien"] * 5
    assert any("Proceso de trabajos" in line and "Vive" in line for line in lines)


def test_without_a_worker_it_is_degraded_and_without_a_database_it_is_down(
    bot: EmbeddedEngine, waiting_queue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = run(json=True)
    told = json.loads(said)
    assert (code, told["status"]) == (1, "degraded")
    assert [c["name"] for c in told["checks"] if c["state"] == "fail"] == ["worker"]
    waiting_queue.storage.put_data(f"{BEAT}one", b"1000")  # killed long ago
    assert run()[0] == 1
    waiting_queue.worker = "two"
    waiting_queue.beat()
    assert run()[0] == 0
    waiting_queue.say_goodbye()
    assert run()[0] == 1
    monkeypatch.setattr(health, "database_word", lambda: health.DOWN)
    assert run()[0] == 2


def test_a_running_server_is_asked_over_http(httpserver: HTTPServer) -> None:
    checks = {"database": "ok", "cache": "ok", "migrations": "ok", "engine": "degraded"}
    httpserver.expect_request("/health").respond_with_json({"ok": True})
    httpserver.expect_request("/api/helpdesk/health").respond_with_json({"ok": True})
    down = {**checks, "migrations": "pending"}
    answers = [
        Response(json.dumps({"checks": checks})),
        Response(json.dumps({"checks": down}), 503),
        Response("<h1>Bad gateway</h1>", 502),
    ]
    httpserver.expect_request("/api/health/ready").respond_with_handler(lambda request: answers.pop(0))
    code, said = run(url=httpserver.url_for("/"))
    assert code == 1
    assert "Migraciones" in said
    assert run(url=httpserver.url_for("/"))[0] == 2
    code, said = run(url=httpserver.url_for("/"))
    assert code == 2
    assert "502" in said
    code, said = run(url="http://127.0.0.1:9")
    assert code == 2
    assert "unreachable" in said
    with pytest.raises(CommandError):
        call_command("health", url="127.0.0.1")
