"""The support form on the embedded engine: what a turn takes, and one ticket each for 200 students."""

import http.client
import json
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import report, servers

STUDENTS = 200
ALONE = 60
"""Conversations of one client after another, for the latencies."""
NUMBER = re.compile(r"T-\d{4}-\d{6}")
PATIENCE_SECONDS = 120.0


@dataclass
class Talk:
    """One student's way through the form."""

    sender: str
    latencies: list[float] = field(default_factory=list)
    """Of every turn, ms; the last is the one that makes the ticket."""
    number: str = ""

    @property
    def email(self) -> str:
        return f"{self.sender}@ejemplo.edu.co"

    @property
    def message(self) -> str:
        return f"La guía de {self.sender} no abre desde ayer."

    def steps(self) -> Iterator[str]:
        yield from ("/soporte_interno", "Ana Rojas", self.email, "omitir", self.message, "correo", "sí")

    def hold(self, port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        for step in self.steps():
            body = json.dumps({"sender": self.sender, "message": step})
            started = time.perf_counter()
            connection.request("POST", "/api/chat", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read().decode()
            self.latencies.append((time.perf_counter() - started) * 1000)
            if answer.status != 200:
                raise SystemExit(f"{self.sender}: {answer.status} {said[:300]}")
        told = NUMBER.search(said)
        self.number = told[0] if told else ""
        connection.close()


def main() -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.tutorbot(folder, workers=2, threads=8, DEBUG="false", HELPDESK_TOKEN="x" * 32) as ours:
            Talk("calienta").hold(ours.port)
            alone = [Talk(f"solo-{number}") for number in range(ALONE)]
            for talk in alone:
                talk.hold(ours.port)
            crowd = [Talk(f"grupo-{number}") for number in range(STUDENTS)]
            started = time.perf_counter()
            with ThreadPoolExecutor(STUDENTS) as pool:
                list(pool.map(lambda talk: talk.hold(ours.port), crowd))
            seconds = time.perf_counter() - started
        good = _tickets_are_right(folder / "tutorbot.sqlite3", crowd)
    turns = [ms for talk in alone for ms in talk.latencies]
    submits = [talk.latencies[-1] for talk in alone]
    p95 = statistics.quantiles(turns, n=20)[-1]
    median = statistics.median(turns)
    rows = [
        ("median ms of a turn, one client", f"{median:.1f}", "≤ 15", report.verdict(median <= 15)),
        ("p95 ms", f"{p95:.1f}", "≤ 40", report.verdict(p95 <= 40)),
        ("median ms of the turn that makes the ticket", f"{statistics.median(submits):.1f}", "", ""),
        (f"tickets of {STUDENTS} at once", good, f"{STUDENTS}", report.verdict(good == STUDENTS)),
        ("turns/s of those", f"{sum(len(t.latencies) for t in crowd) / seconds:.0f}", "", ""),
    ]
    return "\n".join(
        ["### Support form, embedded engine", "", report.table(("", "measured", "goal", ""), rows)]
    )


def _tickets_are_right(database: Path, talks: list[Talk]) -> int:
    """How many students have one ticket, their own data in it, and were told its number."""
    with closing(sqlite3.connect(database)) as rows:
        found = rows.execute(
            "select conversation_id, number, email, message from helpdesk_ticket"
            " where conversation_id like 'grupo-%'"
        ).fetchall()
    wanted = {(talk.sender, talk.number, talk.email, talk.message) for talk in talks}
    extra = len(found) - len(set(found) & wanted)
    return len(set(found) & wanted) - extra
