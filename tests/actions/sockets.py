"""A back end that breaks below HTTP."""

import socket
import threading


class Listening:
    """A socket that says `said` to whoever connects (None: nothing), then `drip` again and again."""

    def __init__(self, said: bytes | None, drip: bytes = b"") -> None:
        self._said, self._drip = said, drip
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *args: object) -> None:
        self._is_over.set()
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        self._socket.settimeout(0.1)
        while not self._is_over.is_set():
            try:
                one, _address = self._socket.accept()
            except OSError:
                continue
            with one:
                self._talk(one)

    def _talk(self, one: socket.socket) -> None:
        try:
            one.recv(65536)
            one.sendall(self._said or b"")
            while (self._drip or self._said is None) and not self._is_over.wait(0.05):
                one.sendall(self._drip)
        except OSError:
            pass
