"""A turn ends when its time is over, however slowly Rasa keeps sending."""

import datetime
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer
from urllib3.util import Timeout
from werkzeug import Request, Response

from apps.chat.engines.base import EngineTimeout, EngineUnavailable
from apps.chat.engines.rasa import RasaEngine
from apps.chat.engines.rasa.transport import RasaSession
from tests.chat.rasa.conftest import Stopwatch, said
from tests.stubs.rasa_stub import TURN, RasaStub


@pytest.mark.parametrize("mode", ["hang", "drip", "dripheaders"])
def test_slow_answer_times_out_when_the_turn_does(
    mode: str, make_engine: Callable[..., RasaEngine], stub: RasaStub
) -> None:
    """Left alone, the drip would take 8 s, and the other never end."""
    engine = make_engine(stub.url, timeout_ms=250)
    with Stopwatch() as watch, pytest.raises(EngineTimeout):
        engine.reply(said(f"stub:{mode}"))
    assert 200 < watch.ms < 2000
    assert stub.turns == 1


def test_server_that_accepts_nobody_times_out_while_connecting(
    make_engine: Callable[..., RasaEngine],
) -> None:
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # the kernel answers no more connections than the backlog holds
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        engine = make_engine(f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout_ms=50)
        with Stopwatch() as watch, pytest.raises(EngineTimeout):
            engine.reply(said())
    assert 40 < watch.ms < 900


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate and its key for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem)
    return path


@pytest.fixture(scope="module")
def tls_server(certificate: Path) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(host="127.0.0.1", ssl_context=context, threaded=True) as server:
        yield server


@pytest.fixture
def tls_session(certificate: Path, tls_server: HTTPServer) -> Iterator[RasaSession]:
    with RasaSession(tls_server.url_for("").rstrip("/"), pool_size=2, token_query="token=abc") as session:
        session.verify = str(certificate)
        yield session


def ask(session: RasaSession, url: str, seconds: float) -> bytes:
    options: dict[str, Any] = {"timeout": Timeout(connect=1.0, read=seconds, total=seconds), "stream": True}
    with session.send(requests.Request("GET", url).prepare(), **options) as answer:
        return bytes(answer.raw.read(1 << 20))


def test_tls_gets_token_and_answer(tls_server: HTTPServer, tls_session: RasaSession) -> None:
    tls_server.expect_request(TURN, query_string="token=abc").respond_with_data("[]")
    assert ask(tls_session, tls_server.url_for(TURN), 2) == b"[]"


def test_tls_answer_that_drips_times_out(tls_server: HTTPServer, tls_session: RasaSession) -> None:
    def drip(_: Request) -> Response:
        def body() -> Iterator[bytes]:
            for _ in range(60):
                yield b"a"
                time.sleep(0.02)

        return Response(body())

    tls_server.expect_request("/drip").respond_with_handler(drip)
    with Stopwatch() as watch, pytest.raises(urllib3.exceptions.ReadTimeoutError):
        ask(tls_session, tls_server.url_for("/drip"), 0.3)
    assert watch.ms < 2000


def test_unknown_certificate_is_unavailable(
    tls_server: HTTPServer, make_engine: Callable[..., RasaEngine]
) -> None:
    with pytest.raises(EngineUnavailable):
        make_engine(tls_server.url_for("/")).reply(said())
