"""What this project adds to a Rasa that answers at once, and how it bears many turns that take 50 ms."""

import sqlite3
import statistics
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench import report, servers
from tests.bench.load import Result, measure
from tests.stubs.rasa_stub import TURN

PATH = "/api/chat"
REPETITIONS = 12
SECONDS = 1.0


def sentence(client: int, turn: int) -> dict[str, object]:
    text = "hola, ¿cómo me inscribo?"
    return {"sender": f"bench-{client}", "message": text, "metadata": {"page": "/curso"}}


@dataclass
class Contender:
    """A server and, per repetition: turns/s, p95 ms, CPU ms per turn with what runs on in the background."""

    name: str
    server: servers.Server
    rates: list[float] = field(default_factory=list)
    p95s: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    errors: int = 0
    added_ms: float = 0.0

    def run(self, clients: int) -> None:
        self.server.settle()
        before = self.server.cpu_seconds()
        result = answered(measure(self.server.port, PATH, sentence, clients=clients, seconds=SECONDS))
        self.server.settle()
        self.rates.append(result.per_second)
        self.p95s.append(result.percentile(95))
        self.costs.append((self.server.cpu_seconds() - before) / len(result.latencies) * 1000)
        self.errors += result.errors

    def share_of(self, other: "Contender") -> float:
        return median(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))

    def row(self) -> tuple[str, ...]:
        spread = f"{min(self.rates):.0f}-{max(self.rates):.0f}"
        return (
            self.name,
            f"{median(self.rates):.0f}",
            spread,
            f"{median(self.p95s):.1f}",
            f"{median(self.costs):.2f} ({min(self.costs):.2f})",
            f"{self.added_ms:.2f}",
        )


def against_minimal_view() -> str:
    """Short runs in alternating order, so that whatever else the machine does hits both alike."""
    clients, threads = 16, 16
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.stub_rasa(folder) as stub:
            url = f"http://127.0.0.1:{stub.port}"
            with (
                servers.tutorbot(folder, workers=1, threads=threads, rasa_url=url) as own,
                servers.minimal_view(folder, workers=1, threads=threads, rasa_url=url) as other,
                servers.minimal_view(
                    folder, workers=1, threads=threads, rasa_url=url, with_intent=True
                ) as third,
            ):
                ours, minimal = Contender("tutorbot", own), Contender("minimal DRF view", other)
                fuller = Contender("the same, reading the intent too", third)
                for server in (own, other, third):  # imports, first connections
                    measure(server.port, PATH, sentence, clients=clients, seconds=10, turns=300)
                for number in range(REPETITIONS):
                    order = (ours, minimal, fuller)
                    for contender in order if number % 2 else order[::-1]:
                        contender.run(clients)
                known = share_with_intent(folder)
                compare_at_one_client(stub, ours, minimal, fuller)
    added = ours.added_ms
    share, like_for_like = ours.share_of(minimal), ours.share_of(fuller)
    runs = f"{clients} clients, {REPETITIONS} x {SECONDS:.0f} s interleaved"
    head = ("", "turns/s", "range", "p95 ms", "CPU ms per turn (least)", "added ms, 1 client")
    return "\n\n".join(
        [
            f"### A Rasa that answers at once (1 worker x {threads} threads, {runs})",
            report.table(head, [minimal.row(), fuller.row(), ours.row()]),
            f"tutorbot / minimal view: **{share:.0%}** (goal 80 %: {report.verdict(share >= 0.8)}); "
            f"tutorbot / the view that reads the intent too: **{like_for_like:.0%}**; "
            f"added at one client: **{added:.2f} ms** (goal 5 ms: {report.verdict(added <= 5)}); "
            f"errors: {ours.errors + minimal.errors}; rows with an intent from the tracker: {known:.0%}",
        ]
    )


def compare_at_one_client(stub: servers.Server, *contenders: Contender) -> None:
    """Median ms at one client above the median of asking the stub itself, three times over."""
    direct: list[float] = []
    through: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(3):
        direct.append(median(measure(stub.port, TURN, sentence, clients=1, seconds=5, turns=300).latencies))
        for contender in contenders:
            contender.server.settle()
            result = measure(contender.server.port, PATH, sentence, clients=1, seconds=10, turns=300)
            through[contender.name].append(median(answered(result).latencies))
    for contender in contenders:
        contender.added_ms = median(through[contender.name]) - median(direct)


def with_50_ms() -> str:
    clients, workers, threads, delay_ms = 64, 2, 32, 50
    ideal = clients * 1000 / delay_ms
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.stub_rasa(folder, delay_ms) as stub:
            url = f"http://127.0.0.1:{stub.port}"
            with servers.tutorbot(folder, workers=workers, threads=threads, rasa_url=url) as ours:
                measure(ours.port, PATH, sentence, clients=clients, seconds=10, turns=500)
                ours.settle()
                before = ours.cpu_seconds()
                result = answered(measure(ours.port, PATH, sentence, clients=clients, seconds=8))
                cpu = (ours.cpu_seconds() - before) / result.seconds
                memory = max(ours.worker_megabytes())
                ours.settle()
                known = share_with_intent(folder)
    figures = {
        "errors": result.errors,
        "turns/s": f"{result.per_second:.0f}",
        "of the ideal": f"{result.per_second / ideal:.0%} of {ideal:.0f}",
        "median ms": f"{statistics.median(result.latencies):.0f}",
        "p95 ms": f"{result.percentile(95):.0f}",
        "CPU of the server": f"{cpu:.2f} cores",
        "MB per worker": f"{memory:.0f}",
        "rows with intent": f"{known:.0%}",
    }
    return "\n\n".join(
        [
            f"### A Rasa that takes {delay_ms} ms ({workers} workers x {threads} threads, {clients} clients)",
            report.table(figures, [figures.values()]),
            f"No error: {report.verdict(not result.errors)}",
        ]
    )


def share_with_intent(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "tutorbot.sqlite3")) as database:
        turns, known = database.execute("SELECT count(*), count(intent) FROM logs_chatturn").fetchone()
    return float(known / turns)


def answered(result: Result) -> Result:
    if result.errors:
        print(f"{result.errors} errors, one of them: {result.example}", flush=True)
    if not result.latencies:
        raise SystemExit("no turn was answered")
    return result


if __name__ == "__main__":
    print(report.machine(), against_minimal_view(), with_50_ms(), sep="\n\n")
