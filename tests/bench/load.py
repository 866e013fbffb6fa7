"""A load client: so many keep-alive connections; each sends on when its last request is answered."""

import asyncio
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

Sentence = Callable[[int, int], dict[str, object]]
"""The body for (client, turn)."""


class Script(Protocol):
    """What a client sends, and whether what came back is right."""

    def request(self, client: int, turn: int) -> bytes: ...

    def is_good(self, client: int, head: bytes, body: bytes) -> bool: ...


def http(method: str, port: int, path: str, headers: str = "", body: bytes | None = None) -> bytes:
    """A request as bytes."""
    length = "" if body is None else f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}{length}\r\n".encode() + (
        body or b""
    )


class Chat:
    """Turns of a chat path; everything but 200 with a non-empty list is an error."""

    def __init__(self, port: int, path: str, sentence: Sentence) -> None:
        self.port, self.path, self.sentence = port, path, sentence

    def request(self, client: int, turn: int) -> bytes:
        return http("POST", self.port, self.path, body=json.dumps(self.sentence(client, turn)).encode())

    def is_good(self, client: int, head: bytes, body: bytes) -> bool:
        return head.startswith(b"http/1.1 200") and b'{"recipient_id"' in body


@dataclass
class Result:
    """Latencies in ms of what was answered well; `errors` counts everything else."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    example: str = ""

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.latencies, n=100)[percent - 1] if len(self.latencies) > 1 else 0.0


class Client(asyncio.Protocol):
    def __init__(self, run: "Run", number: int) -> None:
        self.run, self.number, self.turn = run, number, 0
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.send()

    def send(self) -> None:
        if not self.run.may_go_on():
            self.transport.close()
            return
        request = self.run.script.request(self.number, self.turn)
        self.turn += 1
        self.started = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head, body = self.buffer[:end].lower(), self.buffer[end + 4 :]
        at = head.find(b"content-length:")
        if at < 0:
            is_whole = body.endswith(b"0\r\n\r\n")
        else:
            is_whole = len(body) >= int(head[at + 15 :].split(b"\r\n", 1)[0])
        if is_whole:
            self.buffer = b""
            self.run.answered(self.number, head, body, (time.perf_counter() - self.started) * 1000)
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        self.run.lost(self.number)


class Run:
    """One measurement, bounded by time and by number of turns."""

    def __init__(self, port: int, script: Script, seconds: float, turns: int) -> None:
        self.port, self.script, self.seconds, self.left = port, script, seconds, turns
        self.result = Result()

    def may_go_on(self) -> bool:
        self.left -= 1
        return self.left >= 0 and time.perf_counter() < self.until

    def answered(self, client: int, head: bytes, body: bytes, ms: float) -> None:
        if self.script.is_good(client, head, body):
            self.result.latencies.append(ms)
        else:
            self.result.errors += 1
            self.result.example = (head[:60] + b" ... " + body[:200]).decode(errors="replace")

    def lost(self, number: int) -> None:
        if self.may_go_on():
            self.result.errors += 1
            self.result.example = "connection lost"
            self.open[number] = asyncio.ensure_future(self.connect(number))
        else:
            self.running -= 1
            if not self.running:
                self.done.set()

    async def connect(self, number: int) -> None:
        await asyncio.get_running_loop().create_connection(
            lambda: Client(self, number), "127.0.0.1", self.port
        )

    async def measure(self, clients: int) -> Result:
        self.running, self.done = clients, asyncio.Event()
        self.open: dict[int, asyncio.Future[None]] = {}
        started = time.perf_counter()
        self.until = started + self.seconds
        await asyncio.gather(*(self.connect(number) for number in range(clients)))
        await asyncio.wait_for(self.done.wait(), self.seconds + 30)
        self.result.seconds = time.perf_counter() - started
        return self.result


def measure(
    port: int, path: str, sentence: Sentence, *, clients: int, seconds: float, turns: int = 1_000_000
) -> Result:
    """Turns of a chat path."""
    return play(port, Chat(port, path, sentence), clients=clients, seconds=seconds, turns=turns)


def play(port: int, script: Script, *, clients: int, seconds: float, turns: int = 1_000_000) -> Result:
    return asyncio.run(Run(port, script, seconds, turns).measure(clients))
