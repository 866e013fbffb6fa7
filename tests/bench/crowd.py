"""Students behind one address at a human pace, and one client that floods: who is answered, who is refused.

python -m tests.bench.crowd http://127.0.0.1:8000 --students 500 --seconds 60
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.bench import report
from tests.bench.bench_embedded import SENTENCES

PAGE = "/chat-embed.html"
SESSION = re.compile(rb'data-session="([^"]+)"')
CHATS = 16
"""Connections of the client that floods: each sends on when it is answered."""


@dataclass
class Tally:
    """Statuses by who asked (0: no answer), and what those waited who were answered, in ms."""

    statuses: dict[str, Counter[int]] = field(
        default_factory=lambda: {"page": Counter(), "student": Counter(), "flooder": Counter()}
    )
    latencies: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)


class Connection:
    """HTTP/1.1, kept alive, opened again when the server has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: bytes | None = None, session: str = "") -> tuple[int, bytes]:
        """Status and body; raises OSError and EOFError."""
        if self.streams is None or self.streams[0].at_eof():
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}X-Chat-Session: {session}\r\n\r\n".encode() + (body or b""))
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", answer)
        content = await (reader.readexactly(int(length[1])) if length else self._chunks(reader))
        if b"connection: close" in answer:
            self.close()
        return int(answer.split(b" ", 2)[1]), content

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            content += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
        return content

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None


class Crowd:
    def __init__(self, base: str, students: int, seconds: float, every: float) -> None:
        found = urlsplit(base)
        self.host, self.port = found.hostname or "127.0.0.1", found.port or 80
        self.students, self.seconds, self.every = students, seconds, every
        self.tally = Tally()

    async def run(self) -> None:
        """Pages are opened over one pace before the time counts; nobody writes at the same moment."""
        self.begin = time.monotonic() + self.every
        people = [self.student(number) for number in range(self.students)]
        await asyncio.gather(*people, self.flooder())

    async def student(self, number: int) -> None:
        connection, rng = Connection(self.host, self.port), random.Random(number)
        await asyncio.sleep(rng.uniform(0, self.every))
        session = await self.open_page(connection)
        connection.close()
        due = self.begin + rng.uniform(0, self.every)
        turn = number
        while due < self.begin + self.seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self.say(connection, "student", f"multitud-{os.getpid()}-{number}", session, turn)
            due = max(due + self.every * rng.uniform(0.8, 1.2), time.monotonic() + 1)
            turn += 1
        connection.close()

    async def flooder(self) -> None:
        session = await self.open_page(Connection(self.host, self.port))
        await asyncio.sleep(max(0.0, self.begin - time.monotonic()))

        async def flood(number: int) -> None:
            connection, turn = Connection(self.host, self.port), number
            while time.monotonic() < self.begin + self.seconds:
                await self.say(connection, "flooder", f"avalancha-{os.getpid()}", session, turn)
                await asyncio.sleep(
                    0.2
                )  # 80 a second of all: a load client must leave processor to the server
                turn += CHATS

        await asyncio.gather(*(flood(number) for number in range(CHATS)))

    async def open_page(self, connection: Connection) -> str:
        try:
            status, page = await connection.ask(PAGE)
        except (OSError, EOFError):
            status, page = 0, b""
        self.tally.statuses["page"][status] += 1
        found = SESSION.search(page)
        return found[1].decode() if found else ""

    async def say(self, connection: Connection, who: str, sender: str, session: str, turn: int) -> None:
        body = json.dumps({"sender": sender, "message": SENTENCES[turn % len(SENTENCES)]}).encode()
        started = time.perf_counter()
        status = await self.status(connection, body, session)
        took = (time.perf_counter() - started) * 1000
        self.tally.statuses[who][status] += 1
        if status == 200 and who == "student":
            self.tally.latencies.append(took)
        elif status == 429:
            self.tally.refusals.append(took)

    async def status(self, connection: Connection, body: bytes, session: str) -> int:
        """0: no answer. A kept connection may be closed just when it is used: once more, as browsers do."""
        for _attempt in range(2):
            try:
                return (await connection.ask("/api/chat", body, session))[0]
            except (OSError, EOFError):
                connection.close()
        return 0


def told(crowd: Crowd, load_before: float) -> str:
    tally, seconds = crowd.tally, crowd.seconds
    students, flood = tally.statuses["student"], tally.statuses["flooder"]
    cuts = statistics.quantiles(tally.latencies, n=100) if len(tally.latencies) > 1 else [0.0] * 99
    asked = students.total() + flood.total()
    errors = sum(n for one in (students, flood) for status, n in one.items() if status not in {200, 429})
    rows = [
        ("pages opened, by status", _by_status(tally.statuses["page"])),
        ("requests/s, all", f"{asked / seconds:.0f}"),
        ("students' messages answered, of those/s", f"{students[200]}, {students[200] / seconds:.1f}"),
        ("p50 / p95 / p99 ms of those", f"{cuts[49]:.0f} / {cuts[94]:.0f} / {cuts[98]:.0f}"),
        ("students refused (wrong 429)", students[429]),
        ("flooder: answered / refused (right 429)", f"{flood[200]} / {flood[429]}"),
        ("p50 ms of a refusal", f"{statistics.median(tally.refusals or [0]):.0f}"),
        ("errors", errors),
        ("load average before, after", f"{load_before:.1f}, {os.getloadavg()[0]:.1f}"),
    ]
    return report.table(("", "measured"), rows)


def _by_status(counts: Counter[int]) -> str:
    return ", ".join(f"{status}: {count}" for status, count in sorted(counts.items()))


def main(arguments: list[str]) -> str:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crowd")
    parser.add_argument("base", help="http://127.0.0.1:8000")
    parser.add_argument("--students", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=float, default=10, help="seconds between two messages of a student")
    asked = parser.parse_args(arguments)
    return measure(Crowd(asked.base, asked.students, asked.seconds, asked.every))


def measure(crowd: Crowd) -> str:
    load_before = os.getloadavg()[0]
    asyncio.run(crowd.run())
    return told(crowd, load_before)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
