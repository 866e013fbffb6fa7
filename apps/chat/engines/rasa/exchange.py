"""One HTTP exchange with Rasa: a status and a bounded body within a deadline, or an engine error."""

import json
import os
from dataclasses import dataclass
from http.client import HTTPException, RemoteDisconnected
from typing import Any
from urllib.parse import urlencode

import requests
import urllib3
from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import Timeout

from apps.chat.engines.base import EngineError, EngineProtocolError, EngineTimeout, EngineUnavailable
from apps.chat.engines.rasa.config import RasaConfig
from apps.chat.engines.rasa.transport import RasaSession
from apps.core.causes import causes

MAX_ANSWER_BYTES = 1 << 20
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "tutorbot"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and, when it is a 2xx, the body."""

    status: int
    body: bytes = b""


def as_json(payload: dict[str, Any]) -> bytes:
    """ASCII JSON. Raises EngineProtocolError for what JSON does not know, such as NaN."""
    try:
        return json.dumps(payload, allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise EngineProtocolError("the message cannot be written as JSON") from error


class RasaHttp:
    """Raises engine errors only. Its session belongs to the process: after a fork there is a new one."""

    def __init__(self, config: RasaConfig) -> None:
        self._base_url = config.base_url
        self._pool_size = config.pool_size
        self._token_query = urlencode({"token": config.token}) if config.token else ""
        self._sessions: dict[int, RasaSession] = {}

    def post(self, path: str, body: bytes, timeout: Timeout, request_id: str = "") -> Answer:
        return self._exchange(self._request("POST", path, body, request_id), timeout)

    def get(self, path: str, timeout: Timeout, request_id: str = "") -> Answer:
        return self._exchange(self._request("GET", path, None, request_id), timeout)

    def close(self) -> None:
        session = self._sessions.pop(os.getpid(), None)
        if session:
            session.close()

    def _request(self, method: str, path: str, body: bytes | None, request_id: str) -> PreparedRequest:
        """By hand, since `Session.request` spends twice as long on merging options that we never use."""
        prepared = PreparedRequest()
        prepared.method, prepared.url, prepared.body = method, self._base_url + path, body
        prepared.headers = CaseInsensitiveDict(HEADERS)
        if body is not None:
            prepared.headers.update({"Content-Type": "application/json", "Content-Length": str(len(body))})
        if request_id and request_id.isascii() and request_id.isprintable():
            prepared.headers["X-Request-ID"] = request_id
        return prepared

    def _exchange(self, request: PreparedRequest, timeout: Timeout) -> Answer:
        try:
            try:
                response = self._send(request, timeout)
            except requests.ConnectionError as error:
                if not is_refused(error):
                    raise
                response = self._send(request, timeout)  # nothing was sent yet
            with response:
                if not 200 <= response.status_code < 300:
                    return Answer(response.status_code)
                body = response.raw.read(MAX_ANSWER_BYTES + 1)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise as_engine_error(error) from error
        if len(body) > MAX_ANSWER_BYTES:
            raise EngineProtocolError(f"an answer of more than {MAX_ANSWER_BYTES} bytes")
        return Answer(response.status_code, body)

    def _send(self, request: PreparedRequest, timeout: Timeout) -> requests.Response:
        return self._session().send(request, timeout=timeout, stream=True)

    def _session(self) -> RasaSession:
        pid = os.getpid()
        session = self._sessions.get(pid)
        return session or self._sessions.setdefault(
            pid, RasaSession(self._base_url, self._pool_size, self._token_query)
        )


def is_refused(error: Exception) -> bool:
    found = causes(error)
    return any(isinstance(c, NewConnectionError) for c in found) and any(
        isinstance(c, ConnectionRefusedError) for c in found
    )


def as_engine_error(error: Exception) -> EngineError:
    found = causes(error)
    if any(isinstance(c, NewConnectionError) for c in found):  # before timeouts: it is a subclass of them
        return EngineUnavailable("no connection")
    if any(isinstance(c, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError) for c in found):
        return EngineTimeout("no whole answer in time")
    if any(isinstance(c, RemoteDisconnected) for c in found):
        return EngineUnavailable("hung up without an answer")
    if isinstance(error, HTTPError) or any(isinstance(c, HTTPException) for c in found):
        return EngineProtocolError("broken HTTP, or half an answer")
    return EngineUnavailable("the connection failed")
