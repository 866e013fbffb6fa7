"""What every page of the panel asks first: who am I, and a fresh token."""

import json
import tempfile
import urllib.request
from pathlib import Path

from tests.bench import report, servers
from tests.bench.load import Result, Script, http, play

EMAIL, PASSWORD = "jefa@ejemplo.edu.co", "Clave-segura-42"
CLIENTS, WORKERS, THREADS, SECONDS = 8, 2, 8, 8.0


class Me:
    """`GET /api/auth/me` with one access token per client."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.tokens = [login(port)["access_token"] for _ in range(CLIENTS)]

    def request(self, client: int, turn: int) -> bytes:
        return http("GET", self.port, "/api/auth/me", f"Authorization: Bearer {self.tokens[client]}\r\n")

    def is_good(self, client: int, head: bytes, body: bytes) -> bool:
        return head.startswith(b"http/1.1 200") and EMAIL.encode() in body


class Refresh:
    """`POST /api/auth/refresh`: each client renews with the token that the last answer gave it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.tokens = [login(port)["refresh_token"] for _ in range(CLIENTS)]

    def request(self, client: int, turn: int) -> bytes:
        body = json.dumps({"refresh_token": self.tokens[client]}).encode()
        return http("POST", self.port, "/api/auth/refresh", body=body)

    def is_good(self, client: int, head: bytes, body: bytes) -> bool:
        if not head.startswith(b"http/1.1 200"):
            return False
        self.tokens[client] = json.loads(body)["refresh_token"]
        return True


def login(port: int) -> dict[str, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/auth/login",
        json.dumps({"email": EMAIL, "password": PASSWORD}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=15) as response:
        answer: dict[str, str] = json.load(response)
    return answer


def main() -> str:
    with tempfile.TemporaryDirectory() as name:
        settings = {"ADMIN_EMAIL": EMAIL, "ADMIN_BOOTSTRAP_PASSWORD": PASSWORD}
        with servers.tutorbot(Path(name), workers=WORKERS, threads=THREADS, **settings) as server:
            rows = [
                row("GET /api/auth/me", server, Me(server.port)),
                row("POST /api/auth/refresh", server, Refresh(server.port)),
            ]
    head = ("", "requests/s", "median ms", "p95 ms", "CPU ms per request", "errors")
    title = (
        f"### Accounts ({WORKERS} workers x {THREADS} threads, {CLIENTS} clients, {SECONDS:.0f} s, SQLite)"
    )
    return "\n\n".join([title, report.table(head, rows)])


def row(name: str, server: servers.Server, script: Script) -> tuple[str, ...]:
    play(server.port, script, clients=CLIENTS, seconds=5, turns=100)  # first connections
    server.settle()
    before = server.cpu_seconds()
    result: Result = play(server.port, script, clients=CLIENTS, seconds=SECONDS)
    cpu = (server.cpu_seconds() - before) / max(1, len(result.latencies)) * 1000
    return (
        f"`{name}`",
        f"{result.per_second:.0f}",
        f"{result.percentile(50):.1f}",
        f"{result.percentile(95):.1f}",
        f"{cpu:.2f}",
        f"{result.errors} {result.example}".strip(),
    )
