"""Sockets whose time is that of the whole answer, which a slow sender cannot stretch."""

import socket
import ssl
import time
from typing import Any


class DeadlineSocket(socket.socket):
    """After `settimeout(t)` all reads together have t seconds; a plain socket gives t seconds to each."""

    _deadline: float | None = None

    def settimeout(self, value: float | None) -> None:
        self._deadline = None if value is None else time.monotonic() + value
        super().settimeout(value)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            super().settimeout(left)
        return super().recv_into(*args, **kwargs)


class DeadlineTLSSocket(DeadlineSocket, ssl.SSLSocket):
    """The same under TLS."""


def with_deadline(plain: socket.socket, seconds: float | None) -> DeadlineSocket:
    """The same connection; the plain socket is not to be used any more."""
    sock = DeadlineSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
    sock.settimeout(seconds)
    return sock
