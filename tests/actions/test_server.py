"""The action server's image by hand, its own command, and what it answers: rasa-sdk with these actions."""

import json
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from pytest_httpserver import HTTPServer

from apps.chat.engines.embedded.hosts import ActionRejected, RemoteHost
from rasa.actions.registry import ACTIONS
from tests.actions.fakes import GOOD
from tests.actions.test_host import call
from tests.deploy import by_hand
from tests.servers.processes import free_port
from tests.servers.rasa_venv import python_310

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def back_end() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


@pytest.fixture(scope="module")
def container(back_end: HTTPServer) -> Iterator[by_hand.Container]:
    """docker/action-server.Dockerfile by hand: its files, and a clean virtualenv of its requirements."""
    image = by_hand.read(by_hand.ROOT / "docker" / "action-server.Dockerfile")
    with tempfile.TemporaryDirectory(prefix="tutorbot-image-", dir="/var/tmp") as name:
        folder = Path(name)
        by_hand.install(image, folder / "venv", python())
        env = {
            "BACKEND_URL": back_end.url_for("").rstrip("/"),
            "HELPDESK_TOKEN": "service-token",
            "ACTIONS_HTTP_RETRIES": "0",
        }
        yield by_hand.Container(image, folder / "root", folder / "venv", free_port(), env)
        by_hand.make_writable(folder / "root")


def python() -> str:
    """The image's 3.10; without one the tests' own: rasa-sdk asks for 3.10 at most and runs there, too."""
    try:
        return python_310()
    except SystemExit:
        return sys.executable


@pytest.fixture(scope="module")
def url(container: by_hand.Container) -> Iterator[str]:
    with by_hand.running(container):  # its CMD, its HEALTHCHECK, its STOPSIGNAL
        yield f"http://127.0.0.1:{container.port}"


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


def test_a_bad_environment_ends_it_with_words(container: by_hand.Container, tmp_path: Path) -> None:
    good, container.env = container.env, {**container.env, "BACKEND_URL": "bot"}
    with (tmp_path / "said").open("wb") as said:
        ended = container.run(container.image.words("CMD"), stderr=said).wait(60)
    container.env = good
    assert ended == 1
    assert "BACKEND_URL must be an address" in (tmp_path / "said").read_text()


def test_rasa_sdk_finds_the_actions_by_itself(container: by_hand.Container, tmp_path: Path) -> None:
    code = (
        "from rasa_sdk.executor import ActionExecutor\n"
        "e = ActionExecutor(); e.register_package('actions'); print(len(e.actions))"
    )
    with (tmp_path / "said").open("wb") as said:
        assert container.run(["python", "-c", code], stdout=said).wait(60) == 0
    assert int((tmp_path / "said").read_text()) > 30
