"""rasa-sdk's own server with these actions: in a virtualenv of Rasa's, when RASA_VENV names one."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from pytest_httpserver import HTTPServer

from apps.chat.engines.embedded.hosts import ActionRejected, RemoteHost
from rasa.actions.registry import ACTIONS
from tests.actions.fakes import GOOD
from tests.actions.test_host import call

RASA_FOLDER = Path(__file__).parents[2] / "rasa"
PYTHON = Path(os.environ.get("RASA_VENV") or "/nowhere") / "bin/python"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="RASA_VENV names no virtualenv with rasa-sdk"),
]


@pytest.fixture(scope="module")
def back_end() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


@pytest.fixture(scope="module")
def url(back_end: HTTPServer) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "BACKEND_URL": back_end.url_for("").rstrip("/"),
        "HELPDESK_TOKEN": "service-token",
        "ACTIONS_HTTP_RETRIES": "0",
        "SANIC_HOST": "127.0.0.1",
    }
    command = [str(PYTHON), "-m", "actions.server", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=RASA_FOLDER, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            _get(url)
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the action server does not answer")


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def test_it_serves_every_action(url: str) -> None:
    assert {one["name"] for one in _get(f"{url}/actions")} == set(ACTIONS)


def test_a_ticket_is_opened_through_it(url: str, back_end: HTTPServer) -> None:
    back_end.expect_oneshot_request(
        "/api/helpdesk/tickets", method="POST", headers={"Authorization": "Bearer service-token"}
    ).respond_with_json({"number": "T-2026-000007"})
    answer = RemoteHost(url).run(call("action_submit_soporte", slots=GOOD))
    assert answer.responses[0]["response"] == "utter_ticket_creado"
    assert answer.responses[0]["numero"] == "T-2026-000007"
    assert answer.events[-1] == {"event": "followup", "timestamp": None, "name": "action_listen"}


def test_a_back_end_that_fails_is_told_by_it(url: str, back_end: HTTPServer) -> None:
    back_end.expect_oneshot_request("/api/helpdesk/tickets").respond_with_data("oops", 500)
    answer = RemoteHost(url).run(call("action_submit_soporte", slots=GOOD))
    assert [said["response"] for said in answer.responses] == ["utter_backend_unavailable_form"]


def test_a_form_s_validation_may_decline(url: str) -> None:
    said = {"event": "slot", "name": "soporte_mensaje", "value": "/saludo"}
    asked = call("validate_soporte_form", slots={"requested_slot": "soporte_mensaje"}, events=[said])
    asked["tracker"]["latest_message"]["text"] = "/saludo"
    with pytest.raises(ActionRejected):
        RemoteHost(url).run(asked)


def test_an_unknown_action_is_not_found(url: str) -> None:
    request = urllib.request.Request(
        f"{url}/webhook", json.dumps(call("action_nothing")).encode(), {"Content-Type": "application/json"}
    )
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(request, timeout=5)


def test_a_bad_environment_ends_it_with_words() -> None:
    done = subprocess.run(
        [str(PYTHON), "-m", "actions.server"],
        cwd=RASA_FOLDER,
        env={"PATH": os.environ["PATH"], "BACKEND_URL": "bot"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "BACKEND_URL must be an address" in done.stderr


def test_rasa_sdk_finds_the_actions_by_itself() -> None:
    code = (
        "from rasa_sdk.executor import ActionExecutor\n"
        "e = ActionExecutor(); e.register_package('actions'); print(len(e.actions))"
    )
    done = subprocess.run(
        [str(PYTHON), "-c", code],
        cwd=RASA_FOLDER,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(done.stdout) > 30
