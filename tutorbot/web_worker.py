"""gunicorn's threaded worker, which cuts off nobody: neither at its end nor while somebody still sends."""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

DRAIN_BYTES = 32 << 20  # over what any path reads and nginx lets through
DRAIN_SECONDS = 10.0


def read_the_rest(connection: socket.socket, body: Any) -> None:
    """Reads what the application left of a request's body, at most DRAIN_BYTES and DRAIN_SECONDS.

    An answer may come before the body has been read: 401, 413, 429. To close with bytes unread makes the
    kernel reset the connection, and the answer is lost on the way: a browser sees a broken connection, nginx
    tells 502. gunicorn reads 128 KiB more, which an import of 5 MB passes.
    """
    until, left, before = time.monotonic() + DRAIN_SECONDS, DRAIN_BYTES, connection.gettimeout()
    with suppress(Exception):  # slow, gone or malformed: the answer has been sent, and gunicorn closes
        while (seconds := until - time.monotonic()) > 0 and left > 0:
            connection.settimeout(seconds)
            data = body.read(4096)
            if not data:
                break
            left -= len(data)
    with suppress(OSError):  # it was closed
        connection.settimeout(before)


class DrainingWorker(ThreadWorker):
    """Closes its listening sockets as soon as it is told to stop, not when its last turn has ended.

    Else the kernel goes on taking connections for it, and cuts them off at the end: a proxy would have sent
    a message by then, and could not send it elsewhere. Who has been let in already is served.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        for listener in self.sockets:
            count = -1
            while count != self.nr_conns:  # those that wait to be let in
                count = self.nr_conns
                self.accept(listener)
            listener.close()
