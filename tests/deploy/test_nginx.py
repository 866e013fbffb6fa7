"""Debian's nginx with the configuration of docker/nginx, in front of what docker/backend.Dockerfile runs."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.deploy.by_hand import Container
from tests.deploy.conftest import HASHED, STYLE, in_front_of
from tests.servers.nginx import variables
from tests.servers.processes import free_port

pytestmark = pytest.mark.slow
Ask = Callable[..., requests.Response]
ERROR_KEYS = {"detail", "message", "code", "request_id"}


@pytest.fixture
def ask() -> Iterator[Ask]:
    with requests.Session() as session:
        session.trust_env = False

        def send(url: str, **kwargs: object) -> requests.Response:
            method = "POST" if {"json", "data"} & set(kwargs) else "GET"
            return session.request(method, url, timeout=20, allow_redirects=False, **kwargs)  # type: ignore[arg-type]

        yield send


def test_a_student_is_answered_on_every_way_of_writing_the_path(site: str, ask: Ask) -> None:
    body = {"message": "hola", "sender": "n1"}
    for path in ("/chat", "/api/chat", "/api/api/chat/", "/api/chat/rasa/rest/webhook"):
        answer = ask(f"{site}{path}", json=body)
        assert (answer.status_code, bool(answer.json()[0]["text"])) == (200, True), path
    assert ask(f"{site}/health").json() == {"ok": True}


def test_a_forged_address_counts_as_the_same_client(site: str, ask: Ask) -> None:
    left = [
        int(
            ask(
                f"{site}/api/chat",
                json={"message": "hola", "sender": "n2"},
                headers={
                    "X-Forwarded-For": f"203.0.113.{n}",
                    "X-Real-IP": "203.0.113.7",
                    "Forwarded": "for=1.2.3.4",
                },
            ).headers["X-RateLimit-Remaining"]
        )
        for n in range(3)
    ]
    assert left == [left[0], left[0] - 1, left[0] - 2]


def test_a_proxy_that_is_trusted_tells_address_and_scheme(backend: str, ask: Ask) -> None:
    with in_front_of(backend, NGINX_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8") as url:

        def left(forwarded: str) -> str:
            headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
            answer = ask(f"{url}/api/chat", json={"message": "hola", "sender": "n3"}, headers=headers)
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
            return answer.headers["X-RateLimit-Remaining"]

        assert left("203.0.113.1") == left("198.51.100.9, 203.0.113.2") == left("203.0.113.3, 10.1.1.1")
        assert int(left("198.51.100.9, 203.0.113.2")) == int(left("203.0.113.4")) - 1


def test_a_request_id_is_the_same_all_the_way_and_a_bad_one_is_replaced(
    site: str, ask: Ask, log: Path
) -> None:
    given = ask(f"{site}/api/nothing?token=secreto", headers={"X-Request-ID": "my-own.id_1234"})
    assert given.headers["X-Request-ID"] == given.json()["request_id"] == "my-own.id_1234"
    made = ask(f"{site}/api/nothing", headers={"X-Request-ID": "a b"})
    assert made.headers["X-Request-ID"] == made.json()["request_id"] != "a b"
    lines = []
    while made.headers["X-Request-ID"] not in {line["rid"] for line in lines}:  # written after the answer
        time.sleep(0.05)
        lines = [json.loads(line) for line in log.read_text().splitlines() if line[:1] + line[-1:] == "{}"]
    assert [line["path"] for line in lines if line["rid"] == "my-own.id_1234"] == ["/api/nothing"]
    assert "secreto" not in log.read_text()


def test_static_files_are_compressed_and_kept_for_a_year(site: str, ask: Ask) -> None:
    for _ in range(2):  # from the back end, then from nginx
        answer = ask(f"{site}/static/{HASHED}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.text == STYLE
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/css")
        assert answer.raw.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    plain = ask(f"{site}/static/{HASHED}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_answers_are_compressed(site: str, ask: Ask) -> None:
    script = ask(f"{site}/embedded.js", headers={"Accept-Encoding": "gzip"})
    assert (script.status_code, script.headers["Content-Encoding"]) == (200, "gzip")


def test_a_container_writes_nothing_but_its_data(container: Container) -> None:
    refused = container.run(
        ["sh", "-c", "echo x > manage.py || echo x > tutorbot/new.py"], stderr=subprocess.DEVNULL
    )
    assert refused.wait(10) != 0
    assert container.is_healthy()


def test_headers_of_the_back_end_stand_there_once(site: str, ask: Ask) -> None:
    for path in ("/admin/", "/api/health/live", "/api/nothing"):
        headers = ask(site + path).raw.headers
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Request-ID"):
            assert len(headers.getlist(name)) == 1, (path, name)
        assert headers["Server"] == "nginx"
    assert "frame-ancestors 'none'" in ask(f"{site}/admin/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in ask(f"{site}/api/nothing").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "megabytes", "by_nginx"),
    [
        ("/api/chat", 3, True),
        ("/api/admin/intents/upload", 7, True),
        ("/chat/audio", 17, True),
        ("/api/admin/intents/upload", 5, False),
        ("/api/api/voice/transcribe", 15, False),
    ],
)
def test_what_is_too_large_is_told_in_the_contracts_words(
    path: str, megabytes: int, by_nginx: bool, site: str, ask: Ask
) -> None:
    answer = ask(site + path, data=b"x" * (megabytes << 20), headers={"Content-Type": "application/json"})
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert set(body) >= ERROR_KEYS
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert (answer.status_code == 413 and body["code"] == "too_large") == by_nginx
    assert answer.raw.headers.getlist("X-Content-Type-Options") == ["nosniff"]


def test_who_is_refused_while_still_sending_reads_why(backend: str) -> None:
    host, port = backend.split(":")
    head = "POST /api/admin/intents/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(f"{head}Content-Length: {5 << 20}\r\n\r\n".encode() + b"x" * (256 << 10))
        first = client.recv(12)  # the answer is there, and most of the body is still to come
        client.sendall(b"x" * ((5 << 20) - (256 << 10)))
        assert first == b"HTTP/1.1 401"
        client.sendall(b"GET /api/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        rest = b"".join(iter(lambda: client.recv(65536), b""))
    assert rest.count(b"HTTP/1.1 200 OK") == 1  # the connection was kept


def test_without_a_back_end_programs_read_json_and_people_a_page(ask: Ask) -> None:
    with in_front_of(f"127.0.0.1:{free_port()}") as url:
        answer = ask(f"{url}/api/chat", json={"message": "hola"}, headers={"X-Request-ID": "down-0001"})
        assert answer.status_code == 502
        assert answer.json() == {
            "detail": "El servicio no está disponible. Inténtalo de nuevo en un momento.",
            "message": "El servicio no está disponible. Inténtalo de nuevo en un momento.",
            "code": "unavailable",
            "request_id": "down-0001",
        }
        page = ask(f"{url}/chat-embed.html", headers={"Accept": "text/html,*/*"})
        assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
        assert ask(f"{url}/_nginx/health").text == "ok\n"


def test_of_rasa_the_chat_alone_is_reached_and_by_way_of_the_back_end(site: str, ask: Ask) -> None:
    for path in ("/rasa/model", "/rasa/model/train", "/rasa/conversations/n1/tracker", "/rasa/", "/metrics"):
        assert ask(site + path).status_code == 404, path
    forged = {"sender": "n5", "message": "hola", "metadata": {"auth": {"hasToken": True}}}
    answer = ask(f"{site}/rasa/webhooks/rest/webhook", json=forged)
    assert (answer.status_code, bool(answer.json()[0]["text"])) == (200, True)
    assert "X-RateLimit-Remaining" in answer.headers


def test_a_websocket_reaches_rasas_socket_io(site: str) -> None:
    host, port = site.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = client.recv(4096).decode()
        assert answer.startswith("HTTP/1.1 101 ")
        assert "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
        assert "X-Path: /socket.io/?EIO=4&transport=websocket" in answer
        client.sendall(b"\x81\x85\x00\x00\x00\x00hello")
        assert client.recv(4096).endswith(b"hello")


def test_one_address_may_hold_so_many_requests_and_sockets_and_reads_why_not_more(
    backend: str, websocket: str, ask: Ask
) -> None:
    options = {"NGINX_ADDRESS_CONNECTIONS": "2", "NGINX_ADDRESS_SOCKETS": "1", "NGINX_RASA": websocket}
    with in_front_of(backend, **options) as url, ExitStack() as held:
        host, port = url.removeprefix("http://").split(":")

        def hold(head: str) -> socket.socket:
            client = held.enter_context(socket.create_connection((host, int(port)), timeout=10))
            client.sendall(f"{head} HTTP/1.1\r\nHost: {host}\r\n".encode())
            return client

        talk = hold("GET /ws")
        talk.sendall(b"Upgrade: websocket\r\nConnection: Upgrade\r\n")
        talk.sendall(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        assert talk.recv(4096).startswith(b"HTTP/1.1 101 ")
        second = ask(f"{url}/ws")
        slow = [hold("POST /api/chat") for _ in range(2)]
        for client in slow:
            client.sendall(b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        third = ask(f"{url}/health")
        for refused in (second, third):
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
            assert set(refused.json()) == ERROR_KEYS
            assert refused.json()["code"] == "too_many_requests"
        page = ask(f"{url}/chat-embed.html", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["Content-Type"]) == (429, "text/html; charset=utf-8")
        for client in slow:
            client.close()
        until = time.monotonic() + 10
        while ask(f"{url}/health").status_code != 200:
            assert time.monotonic() < until


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certs")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *names]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_https_with_its_redirect(backend: str, certificates: Path, ask: Ask) -> None:
    port = free_port()
    options = {
        "NGINX_MODE": "https",
        "NGINX_CERTS": str(certificates),
        "NGINX_HTTPS_PORT": str(port),
        "NGINX_HTTPS_LISTEN": f"127.0.0.1:{port}",
    }
    with in_front_of(backend, **options) as plain:
        there = ask(f"{plain}/api/chat?x=1", json={"message": "hola"})
        assert (there.status_code, there.headers["Location"]) == (
            308,
            f"https://127.0.0.1:{port}/api/chat?x=1",
        )
        assert ask(f"{plain}/health").json() == {"ok": True}
        assert ask(f"{plain}/.well-known/acme-challenge/abc").status_code == 404  # looked for, not sent over
        secure, trusted = f"https://127.0.0.1:{port}", str(certificates / "fullchain.pem")
        said = ask(f"{secure}/chat", json={"message": "hola"}, verify=trusted)
        assert said.status_code == 200
        for path in ("/api/nothing", "/rasa/model"):
            hsts = ask(secure + path, verify=trusted).raw.headers.getlist("Strict-Transport-Security")
            assert hsts == ["max-age=31536000; includeSubDomains; preload"], path
        old = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_1", "-cipher", "ALL@SECLEVEL=0"]
        assert subprocess.run(old, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode


def test_the_panel_has_the_pages_and_the_back_end_the_rest(backend: str, websocket: str, ask: Ask) -> None:
    panel = free_port()  # nobody there: 502 is where the panel would be
    with in_front_of(backend, NGINX_PANEL=f"127.0.0.1:{panel}") as url:
        page = {"Accept": "text/html"}
        for path in ("/", "/dashboard", "/chat", "/admin/login", "/auth/callback", "/admin/exportaciones"):
            assert ask(url + path, headers=page).status_code == 502, path
        for path in ("/admin/", "/docs", "/admin/exportaciones", "/auth/me", "/chat/health", "/openapi.json"):
            assert ask(url + path).status_code != 502, path
        assert ask(f"{url}/chat", json={"message": "hola"}).status_code == 200


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"MAX_AUDIO_MB": "mucho"}, "MAX_AUDIO_MB"),
        ({"NGINX_TRUSTED_PROXIES": "10.0.0.1; evil"}, "NGINX_TRUSTED_PROXIES"),
        ({"NGINX_TRUSTED_PROXIES": "0.0.0.0/0"}, "cualquiera"),
        ({"NGINX_TRUSTED_PROXIES": "10.0.0.1,192.0.2.1/0"}, "cualquiera"),
        ({"NGINX_BACKENDS": "x;y"}, "NGINX_BACKENDS"),
        ({"NGINX_MODE": "https", "NGINX_CERTS": "/nowhere"}, "fullchain.pem"),
        ({"NGINX_MODE": "tls"}, "NGINX_MODE"),
        ({"NGINX_ADDRESS_CONNECTIONS": "many"}, "NGINX_ADDRESS_CONNECTIONS"),
    ],
)
def test_a_wrong_variable_is_named_and_nginx_does_not_start(given: dict[str, str], word: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        variables(**given)
    assert word in refused.value.stderr
