"""A back end in production settings on a real port, with a stub Rasa behind it; a WebSocket that echoes."""

import base64
import hashlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench import servers
from tests.servers.nginx import nginx_server
from tests.servers.processes import CannotStart, free_port, skip_or_fail

HASHED = "app.0123456789ab.css"
STYLE = "body { color: teal; }\n" * 200


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """127.0.0.1:PORT of gunicorn; its address tests believe proxies on the loopback."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "static").mkdir()
    (folder / "static" / HASHED).write_text(STYLE)
    (folder / "static" / "staticfiles.json").write_text(
        json.dumps({"version": "1.1", "paths": {"app.css": HASHED}, "hash": ""})
    )
    with servers.stub_rasa(folder) as rasa:
        port = free_port()
        env = {
            **servers.environment(folder, port, 1, 8, f"http://127.0.0.1:{rasa.port}"),
            "RATE_LIMIT_ENABLED": "true",
            "TRUSTED_PROXIES": "127.0.0.0/8",
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=env, cwd=servers.ROOT, check=True)
        command = [sys.executable, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]
        with servers.running(command, env, port, folder / "web.log"):
            yield f"127.0.0.1:{port}"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx") / "access.log"


@pytest.fixture(scope="module")
def site(backend: str, websocket: str, log: Path) -> Iterator[str]:
    with in_front_of(backend, NGINX_RASA=websocket, NGINX_LOG=str(log)) as url:
        yield url


@contextmanager
def in_front_of(*backends: str, **options: str) -> Iterator[str]:
    try:
        with nginx_server(list(backends), **options) as url:
            yield url
    except CannotStart as reason:
        skip_or_fail(reason)


@pytest.fixture(scope="module")
def websocket() -> Iterator[str]:
    """127.0.0.1:PORT of a WebSocket that accepts one connection at a time and sends back what comes first."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_echo, args=(listening,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def _echo(listening: socket.socket) -> None:
    while True:
        try:
            connection, _peer = listening.accept()
        except OSError:
            return
        with connection:
            request = connection.recv(4096).decode()
            headers = dict(line.split(": ", 1) for line in request.split("\r\n")[1:] if ": " in line)
            key = headers.get("Sec-WebSocket-Key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
            path = request.split(" ", 2)[1]
            answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            connection.sendall(f"{answer}Sec-WebSocket-Accept: {accept}\r\nX-Path: {path}\r\n\r\n".encode())
            connection.sendall(connection.recv(4096))
