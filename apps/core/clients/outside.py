"""One bounded HTTP exchange with somebody outside: a deadline, a limit of bytes, no redirect, no cookie."""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as ResolverTimeout
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import certifi
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as OutOfTime
from urllib3.util.ssl_ import create_urllib3_context

from apps.core.causes import causes
from apps.core.deadline import DeadlineTLSSocket, with_deadline
from apps.core.network import Address

IsAllowed = Callable[[Address], bool]
Body = bytes | Iterable[bytes] | None
UNREACHABLE, TIMEOUT, NO_TLS, BROKEN, FORBIDDEN = "unreachable", "timeout", "tls", "broken", "forbidden"
_resolver = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolver")


class OutsideError(Exception):
    """No answer; `word` is one of the words above, stable enough to be stored."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class AddressRefused(OSError):
    """The name leads to an address that may not be connected to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` has at most the bytes that were asked for; `is_whole` says whether that was all."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, seconds in all (resolving included), bytes of the answer's body."""

    connect: float
    whole: float
    max_bytes: int


def exchange(
    method: str,
    url: str,
    limits: Limits,
    *,
    headers: Mapping[str, str] | None = None,
    body: Body = None,
    is_allowed: IsAllowed | None = None,
) -> Answer:
    """Raises OutsideError. A redirect is an answer like any other. A new connection each time.

    With `is_allowed` every address of the name must pass, and what was looked at is what is connected to.
    A body that is no bytes needs a Content-Length of the caller's.
    """
    parts = urlsplit(url)
    until = time.monotonic() + limits.whole
    pool = _pool(parts.scheme, parts.hostname or "", parts.port, is_allowed)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    timeout = Timeout(connect=limits.connect, read=limits.whole, total=limits.whole)
    sent = {"User-Agent": "tutorbot", "Accept-Encoding": "identity", **(headers or {})}
    try:
        response = pool.urlopen(
            method,
            target,
            body=_until(body, until),
            headers=sent,
            retries=False,
            redirect=False,
            timeout=timeout,
            preload_content=False,
            decode_content=False,
        )
        return _read(response, limits.max_bytes, until)
    except (HTTPError, OSError, ValueError) as error:
        raise OutsideError(_word(error)) from error
    finally:
        pool.close()


def _until(body: Body, until: float) -> Body:
    """What is sent in pieces is sent within the time too."""
    if body is None or isinstance(body, bytes):
        return body

    def pieces() -> Iterator[bytes]:
        for piece in body:
            if time.monotonic() > until:
                raise OutsideError(TIMEOUT)
            yield piece

    return pieces()


def _read(response: Any, max_bytes: int, until: float) -> Answer:
    raw: HTTPResponse = response
    try:
        content = raw.read(max_bytes + 1, decode_content=False)
        while len(content) <= max_bytes and (more := raw.read(max_bytes + 1 - len(content))):
            if time.monotonic() > until:
                raise OutsideError(TIMEOUT)
            content += more
    finally:
        raw.close()
    headers = {name.lower(): value for name, value in raw.headers.items()}
    return Answer(raw.status, headers, content[:max_bytes], len(content) <= max_bytes)


def _word(error: BaseException) -> str:
    found = causes(error)
    if any(isinstance(cause, AddressRefused) for cause in found):
        return FORBIDDEN
    if any(isinstance(cause, ssl.SSLError | SSLError) for cause in found):
        return NO_TLS
    if any(isinstance(cause, TimeoutError | OutOfTime) for cause in found):
        return TIMEOUT
    return UNREACHABLE if any(isinstance(cause, OSError) for cause in found) else BROKEN


def _resolve(host: str, port: int, seconds: float) -> Sequence[Any]:
    """Address rows of getaddrinfo, which knows no time limit itself. Raises OSError, TimeoutError."""
    asked = _resolver.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return asked.result(timeout=seconds)
    except ResolverTimeout:
        asked.cancel()
        raise TimeoutError("no answer from the resolver") from None


def _dial(host: str, port: int, seconds: float, is_allowed: IsAllowed | None) -> socket.socket:
    """The first address that takes the connection. Raises OSError, AddressRefused, TimeoutError."""
    until = time.monotonic() + seconds
    rows = _resolve(host, port, seconds)
    if is_allowed and not all(is_allowed(ip_address(row[4][0].partition("%")[0])) for row in rows):
        raise AddressRefused("not an address to connect to")
    last: OSError = OSError("the name has no address")
    for family, kind, protocol, _name, address in rows:
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(max(0.01, until - time.monotonic()))
            plain.connect(address)
            return with_deadline(plain, max(0.01, until - time.monotonic()))
        except OSError as error:
            plain.close()
            last = error
    raise last


class _Connection(HTTPConnection):
    """Dials by itself: what was resolved and looked at is what is connected to."""

    def __init__(self, *args: Any, is_allowed: IsAllowed | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_allowed = is_allowed

    def _new_conn(self) -> socket.socket:
        return _dial(self.host, self.port, float(self.timeout or 0), self._is_allowed)


class _TLSConnection(_Connection, HTTPSConnection):
    """The same under TLS; the certificate is checked against the name."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


def _pool(scheme: str, host: str, port: int | None, is_allowed: IsAllowed | None) -> HTTPConnectionPool:
    if scheme == "https":
        return _TLSPool(host, port, is_allowed=is_allowed, ssl_context=_tls_context())
    return _Pool(host, port, is_allowed=is_allowed)


@cache
def _tls_context() -> ssl.SSLContext:
    """The machine's own authorities, and those that every machine should have."""
    context = create_urllib3_context()
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    context.sslsocket_class = DeadlineTLSSocket
    return context
