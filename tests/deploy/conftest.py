"""A back end as its image runs it, with a stub Rasa behind it and nginx in front; a WebSocket that echoes."""

import base64
import hashlib
import json
import secrets
import shutil
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.bench import servers
from tests.deploy import by_hand
from tests.servers.nginx import nginx_server
from tests.servers.processes import CannotStart, free_port, skip_or_fail

HASHED = "app.0123456789ab.css"
STYLE = "body { color: teal; }\n" * 200


@pytest.fixture(scope="module")
def container(django_db_setup: None) -> Iterator[by_hand.Container]:
    """docker/backend.Dockerfile by hand with Compose's command, and the virtualenv that runs the tests."""
    image = by_hand.read(by_hand.ROOT / "docker" / "backend.Dockerfile")
    with tempfile.TemporaryDirectory(prefix="tutorbot-image-") as name, servers.stub_rasa(Path(name)) as rasa:
        env = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "127.0.0.1",
            "RASA_URL": f"http://127.0.0.1:{rasa.port}",
            "TRUSTED_PROXIES": "127.0.0.0/8",
        }
        one = by_hand.Container(image, Path(name) / "root", Path(sys.prefix), free_port(), env)
        prepare(one)
        with by_hand.running(one, ["gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]):
            yield one
        by_hand.make_writable(Path(name))


def prepare(container: by_hand.Container) -> None:
    """Of what `bootstrap` makes: the tests' own empty database, and two static files instead of all."""
    data = Path(container.env["DATA_DIR"])
    tests_own, its_own = connection.settings_dict["NAME"], data / "tutorbot.sqlite3"
    with closing(sqlite3.connect(tests_own)) as source, closing(sqlite3.connect(its_own)) as target:
        source.backup(target)
    (data / "static").mkdir()
    (data / "static" / HASHED).write_text(STYLE)
    manifest = {"version": "1.1", "paths": {"app.css": HASHED}}
    (data / "static" / "staticfiles.json").write_text(json.dumps(manifest))
    for path in data.rglob("*"):
        shutil.chown(path, data.owner(), data.group())


@pytest.fixture(scope="module")
def backend(container: by_hand.Container) -> str:
    """127.0.0.1:PORT of gunicorn, which believes proxies on the loopback."""
    return f"127.0.0.1:{container.port}"


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
