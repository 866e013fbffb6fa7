"""An action server elsewhere, by rasa-sdk's webhook: a foreign bot project with actions of its own."""

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from apps.chat.engines.embedded.hosts.protocol import ActionAnswer, ActionFailed, ActionRejected
from apps.chat.engines.rasa.exchange import is_refused
from apps.chat.engines.rasa.transport import RasaSession
from apps.core.breaker import CircuitBreaker, CircuitOpenError

MAX_ANSWER_BYTES = 1 << 20
POOL_SIZE = 50
WEBHOOK = "/webhook"
HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": "tutorbot",
}


class ServerUnavailable(ActionFailed):
    """Not reached, or too slow: says something about the server and not about the one action."""


class RemoteHost:
    """An ActionHost for every name: the last one to be asked. For threads and forks."""

    def __init__(
        self,
        url: str,
        timeout_ms: int = 8000,
        connect_timeout_ms: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`url` is the webhook's, or the server's alone. `timeout_ms` is for a whole call."""
        parts = urlsplit(url.strip())
        self._origin = f"{parts.scheme}://{parts.netloc}"
        path = parts.path if parts.path.strip("/") else WEBHOOK
        self._url = self._origin + path + (f"?{parts.query}" if parts.query else "")
        self._connect_seconds, self._seconds = connect_timeout_ms / 1000, timeout_ms / 1000
        self._breaker = CircuitBreaker("actions", (ServerUnavailable,), clock=clock)
        self._sessions: dict[int, RasaSession] = {}

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(name)

    def run(self, call: Mapping[str, Any], seconds: float = math.inf) -> ActionAnswer:
        """Sent once: what an action did that was not heard of is not done again."""
        try:
            body = json.dumps(call, allow_nan=False).encode("ascii")
        except (TypeError, ValueError, RecursionError) as error:
            raise ActionFailed("the call cannot be written as JSON") from error
        try:
            with self._breaker.guard():
                status, answer = self._exchange(body, self._within(seconds))
        except CircuitOpenError as error:
            raise ServerUnavailable("circuit open") from error
        return _read(status, answer, str(call.get("next_action")))

    def close(self) -> None:
        """Hangs up this process's kept-alive connections. The host stays usable."""
        session = self._sessions.pop(os.getpid(), None)
        if session:
            session.close()

    def _within(self, seconds: float) -> Timeout:
        whole = min(self._seconds, seconds)
        if whole <= 0:
            raise ActionFailed("no time left in this turn")
        return Timeout(connect=min(self._connect_seconds, whole), read=whole, total=whole)

    def _exchange(self, body: bytes, timeout: Timeout) -> tuple[int, bytes]:
        request = PreparedRequest()
        request.method, request.url, request.body = "POST", self._url, body
        request.headers = CaseInsensitiveDict({**HEADERS, "Content-Length": str(len(body))})
        try:
            with self._send(request, timeout) as response:
                answer = response.raw.read(MAX_ANSWER_BYTES + 1)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise ServerUnavailable(type(error).__name__) from error
        if len(answer) > MAX_ANSWER_BYTES:
            raise ActionFailed(f"an answer of more than {MAX_ANSWER_BYTES} bytes")
        return response.status_code, answer

    def _send(self, request: PreparedRequest, timeout: Timeout) -> requests.Response:
        pid = os.getpid()
        session = self._sessions.get(pid) or self._sessions.setdefault(
            pid, RasaSession(self._origin, POOL_SIZE)
        )
        try:
            return session.send(request, timeout=timeout, stream=True)
        except requests.ConnectionError as error:
            if not is_refused(error):
                raise
            return session.send(request, timeout=timeout, stream=True)  # nothing was sent yet


def _read(status: int, answer: bytes, name: str) -> ActionAnswer:
    try:
        body = json.loads(answer)
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()  # what cannot be written is no answer
    except (ValueError, RecursionError):
        body = None
    if status == 400 and isinstance(body, dict) and body.get("action_name"):
        raise ActionRejected(f"{name} declines")
    if not 200 <= status < 300 or not isinstance(body, dict):
        raise ActionFailed(f"{name}: HTTP {status}")
    events, responses = body.get("events", []), body.get("responses", [])
    if not (_are_objects(events) and _are_objects(responses)):
        raise ActionFailed(f"{name}: not what an action server answers")
    if not all(isinstance(event.get("event"), str) for event in events):
        raise ActionFailed(f"{name}: an event without its kind")
    return ActionAnswer(tuple(events), tuple(responses))


def _are_objects(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, dict) for one in found)
