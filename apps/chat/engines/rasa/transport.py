"""What requests lacks for a turn: a deadline that a slow sender cannot stretch, a token that no log sees."""

import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from apps.core.deadline import DeadlineSocket, DeadlineTLSSocket, with_deadline

OnConnect = Callable[[socket.socket], None] | None

MAX_IDLE_SECONDS = 4.0
"""Rasa's server hangs up after 5 s; a turn sent into that moment is lost, and may not be sent again."""


class RasaConnection(HTTPConnection):
    """Adds Rasa's `?token=` below where urllib3 logs and builds error texts; head and body in one go."""

    def __init__(
        self,
        *args: Any,
        token_query: str = "",
        on_connect: OnConnect = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._token_query = token_query
        self._on_connect = on_connect
        self._used_at = time.monotonic()
        self._body = b""

    def request(self, method: str, url: str, body: Any = None, *args: Any, **kwargs: Any) -> None:
        self._body = body or b""
        super().request(method, url, None, *args, **kwargs)

    def send(self, data: Any) -> None:
        """One packet: urllib3 would send a second one for the body, at a sixth of the exchange's cost."""
        whole, self._body = data + self._body, b""
        super().send(whole)

    def connect(self) -> None:
        super().connect()
        self._used_at = time.monotonic()
        if not isinstance(self.sock, DeadlineSocket):
            self.sock = with_deadline(self.sock, self.timeout)
        if self._on_connect:
            self._on_connect(self.sock)

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        if self._token_query:
            url += ("&" if "?" in url else "?") + self._token_query
        super().putrequest(method, url, *args, **kwargs)

    def getresponse(self) -> Any:
        response = super().getresponse()
        self._used_at = time.monotonic()
        return response

    @property
    def is_connected(self) -> bool:
        return time.monotonic() - self._used_at < MAX_IDLE_SECONDS and super().is_connected


class RasaTLSConnection(RasaConnection, HTTPSConnection):
    """The same under TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = RasaConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = RasaTLSConnection


class RasaAdapter(HTTPAdapter):
    """One pool for the one server, so that nothing is looked up and no URL parsed again for a turn."""

    def __init__(self, base_url: str, pool_size: int, token_query: str, on_connect: OnConnect) -> None:
        super().__init__(pool_connections=1, pool_maxsize=pool_size, max_retries=0, pool_block=False)
        parts = urlsplit(base_url)
        options: dict[str, Any] = {"maxsize": pool_size, "block": False}
        if parts.scheme == "https":
            options["ssl_context"] = create_urllib3_context()
            options["ssl_context"].sslsocket_class = DeadlineTLSSocket
        pool = _TLSPool if parts.scheme == "https" else _Pool
        self._pool = pool(
            parts.hostname or "", parts.port, **options, token_query=token_query, on_connect=on_connect
        )
        self._origin_length = len(f"{parts.scheme}://{parts.netloc}")

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        return self._pool

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        return (request.url or "")[self._origin_length :]

    def build_response(self, req: PreparedRequest, resp: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response.raw, response.request = resp.status, resp, req
        return response

    def close(self) -> None:
        self._pool.close()
        super().close()


class RasaSession(requests.Session):
    """The adapter and nothing around it: no proxies, no redirects, and no cookies from turn to turn."""

    def __init__(
        self, base_url: str, pool_size: int, token_query: str = "", on_connect: OnConnect = None
    ) -> None:
        """`on_connect` is told of every new connection's socket, for whoever may have to hang up."""
        super().__init__()
        self.trust_env = False
        self.mount(base_url, RasaAdapter(base_url, pool_size, token_query, on_connect))

    def send(self, request: PreparedRequest, **kwargs: Any) -> requests.Response:
        return self.get_adapter(request.url or "").send(request, **{"verify": self.verify, **kwargs})
