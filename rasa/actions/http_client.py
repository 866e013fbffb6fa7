"""One call of the back end by HTTP: bounded in time and size, and never sent on elsewhere."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError

from .backend import BackendUnavailable, Refused

logger = logging.getLogger(__name__)
MAX_BODY = 1 << 20
POOL = 32
BACK_OFF = 0.2
"""Seconds before the first retry; twice as long before every further one."""


class HttpClient:
    """For many threads. `timeout` is for a call with all its retries."""

    def __init__(self, timeout: float, retries: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._timeout, self._retries, self._sleep = timeout, retries, sleep
        self._pool = urllib3.PoolManager(num_pools=4, maxsize=POOL)

    def call(
        self, method: str, url: str, headers: Mapping[str, str], body: Any = None, is_repeatable: bool = True
    ) -> Any:
        """The answer's JSON. Raises BackendUnavailable and Refused.

        What is not repeatable is sent again only when nothing of it can have arrived.
        """
        deadline = time.monotonic() + self._timeout
        attempt = 0
        while True:
            try:
                return self._once(method, url, headers, body, deadline)
            except _Failed as failed:
                pause = BACK_OFF * 2**attempt
                attempt += 1
                may_repeat = is_repeatable or not failed.was_sent
                if not may_repeat or attempt > self._retries or time.monotonic() + pause >= deadline:
                    raise BackendUnavailable(str(failed)) from failed
                logger.info("%s: again in %.1f s", failed, pause)
                self._sleep(pause)

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: Any, deadline: float) -> Any:
        what = f"{method} {url.partition('?')[0]}"
        left = max(0.05, deadline - time.monotonic())
        try:
            response = self._pool.request(
                method,
                url,
                body=None if body is None else json.dumps(body).encode("ascii"),
                headers={"Accept": "application/json", "Content-Type": "application/json", **headers},
                timeout=urllib3.Timeout(total=left),
                retries=False,
                redirect=False,
                preload_content=False,
            )
        except NewConnectionError as error:
            raise _Failed(f"{what}: no connection", was_sent=False) from error
        except (HTTPError, OSError) as error:
            raise _Failed(f"{what}: {type(error).__name__}") from error
        try:
            status, read = response.status, _read(response, deadline)
        except (HTTPError, OSError) as error:
            raise _Failed(f"{what}: {type(error).__name__} in the answer") from error
        finally:
            response.release_conn()
        return _judged(what, status, read)


class _Failed(Exception):
    """May work if it is tried again."""

    def __init__(self, reason: str, was_sent: bool = True) -> None:
        super().__init__(reason)
        self.was_sent = was_sent


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    """Raises _Failed for an answer that is too long or drips."""
    read = b""
    while chunk := response.read1(65536):
        read += chunk
        if len(read) > MAX_BODY or time.monotonic() > deadline:
            response.close()
            raise _Failed("too much of an answer, or too slow")
    return read


def _judged(what: str, status: int, read: bytes) -> Any:
    body = _json(read)
    if 200 <= status < 300:
        if body is None:
            raise _Failed(f"{what}: {status} without JSON")
        return body
    if status == 429:
        raise Refused("limited")
    if 400 <= status < 500:
        said = body if isinstance(body, dict) else {}
        errors = said.get("errors") if isinstance(said.get("errors"), list) else []
        fields = tuple(str(one.get("field")) for one in errors or () if isinstance(one, dict))
        code = str(said.get("code") or f"http_{status}")
        logger.warning("%s: %d %s", what, status, code)
        raise Refused(code, fields)
    if status >= 500:
        raise _Failed(f"{what}: {status}")
    raise BackendUnavailable(f"{what}: {status} is not followed")


def _json(read: bytes) -> Any:
    try:
        return json.loads(read)
    except (ValueError, RecursionError):
        return None
