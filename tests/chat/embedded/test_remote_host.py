"""An action server elsewhere, behind a real socket: its answers, and all the ways in which it may fail."""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from apps.chat.engines.embedded.hosts import ActionAnswer, ActionFailed, ActionRejected, RemoteHost

CALL = {
    "next_action": "action_foreign",
    "sender_id": "s",
    "tracker": {"slots": {"ñ": None}},
    "version": "3.6.21",
}


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def host(server: HTTPServer, path: str = "/webhook", **options: Any) -> RemoteHost:
    return RemoteHost(server.url_for(path), **{"timeout_ms": 2000, **options})


def answer(server: HTTPServer, given: Any, status: int = 200) -> list[Request]:
    asked: list[Request] = []
    body = given if isinstance(given, str) else json.dumps(given)

    def respond(request: Request) -> Response:
        request.get_data(cache=True)
        asked.append(request)
        return Response(body, status, mimetype="application/json")

    server.expect_request(re.compile(".*")).respond_with_handler(respond)
    return asked


@pytest.mark.parametrize(
    ("path", "asked_path"), [("/webhook", "/webhook"), ("/", "/webhook"), ("/a/b", "/a/b")]
)
def test_an_action_runs_elsewhere(server: HTTPServer, path: str, asked_path: str) -> None:
    events, responses = [{"event": "slot", "name": "a", "value": 1}], [{"response": "utter_x", "a": 1}]
    asked = answer(server, {"events": events, "responses": responses})
    remote = host(server, path)
    assert "action_foreign" in remote
    assert remote.run(CALL) == ActionAnswer(tuple(events), tuple(responses))
    assert (asked[0].path, asked[0].get_json()) == (asked_path, CALL)
    remote.close()


def test_an_action_that_declines_is_told_apart_from_one_that_fails(server: HTTPServer) -> None:
    answer(server, {"error": "no", "action_name": "action_foreign"}, 400)
    with pytest.raises(ActionRejected):
        host(server).run(CALL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "given"),
    [
        (400, {"error": "Invalid body request"}),
        (404, {"error": "unknown", "action_name": "action_foreign"}),
        (500, {"error": "boom"}),
        (301, {"events": []}),
        (204, ""),
        (200, "<html>"),
        (200, []),
        (200, {"events": {}}),
        (200, {"events": None}),
        (200, {"events": ["x"]}),
        (200, {"events": [{"name": "a"}]}),
        (200, {"events": [], "responses": [7]}),
        (200, "[" * 100_000),
        (200, '{"events": [], "x": "' + "a" * (1 << 20) + '"}'),
    ],
)
def test_anything_else_is_a_failure_and_is_not_asked_twice(
    server: HTTPServer, status: int, given: Any
) -> None:
    asked = answer(server, given, status)
    with pytest.raises(ActionFailed):
        host(server).run(CALL)
    assert len(asked) == 1


def test_nothing_said_and_nothing_done_is_an_answer(server: HTTPServer) -> None:
    answer(server, {})
    assert host(server).run(CALL) == ActionAnswer()


def test_what_is_no_json_is_not_sent(server: HTTPServer) -> None:
    asked = answer(server, {})
    with pytest.raises(ActionFailed):
        host(server).run({**CALL, "tracker": {"slots": {"a": float("nan")}}})
    assert asked == []


def test_a_dead_server_is_left_alone_for_a_while_and_a_failing_action_is_not(server: HTTPServer) -> None:
    clock = Clock()
    dead = RemoteHost("http://127.0.0.1:9/webhook", clock=clock)
    for _ in range(5):
        with pytest.raises(ActionFailed):
            dead.run(CALL)
    with pytest.raises(ActionFailed, match="circuit open"):
        dead.run(CALL)
    asked = answer(server, {"error": "boom"}, 500)
    alive = host(server, clock=clock)
    for _ in range(7):
        with pytest.raises(ActionFailed):
            alive.run(CALL)
    assert len(asked) == 7


def test_a_slow_server_costs_no_more_than_the_timeout(server: HTTPServer) -> None:
    is_over = threading.Event()

    def respond(request: Request) -> Response:
        is_over.wait(2)
        return Response("{}")

    server.expect_request("/webhook").respond_with_handler(respond)
    with pytest.raises(ActionFailed):
        host(server, timeout_ms=100).run(CALL)
    is_over.set()


def test_no_time_left_in_the_turn_means_no_call(server: HTTPServer) -> None:
    asked = answer(server, {"events": [], "responses": []})
    with pytest.raises(ActionFailed):
        host(server).run(CALL, 0.0)
    assert asked == []


@pytest.mark.parametrize("value", ["NaN", '"\\ud800"'])
def test_what_cannot_be_stored_is_no_answer(server: HTTPServer, value: str) -> None:
    told = f'{{"events": [{{"event": "slot", "name": "a", "value": {value}}}], "responses": []}}'
    answer(server, told)
    with pytest.raises(ActionFailed):
        host(server).run(CALL)
