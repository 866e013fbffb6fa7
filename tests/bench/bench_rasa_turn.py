"""What this project adds to a Rasa that answers at once, and how it bears many turns that take 50 ms."""

import sqlite3
import statistics
import tempfile
from contextlib import closing
from pathlib import Path

from tests.bench import report, servers
from tests.bench.load import Result, measure
from tests.stubs.rasa_stub import TURN

PATH = "/api/chat"
REPETITIONS = 5
SECONDS = 3.0


def sentence(client: int, turn: int) -> dict[str, object]:
    return {
        "sender": f"bench-{client}",
        "message": "hola, ¿cómo me inscribo?",
        "metadata": {"page": "/curso"},
    }


def against_minimal_view() -> str:
    """Interleaved, so that whatever else the machine does hits both alike; medians of the repetitions."""
    clients, workers, threads = 16, 1, 16
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = {"workers": workers, "threads": threads}
        with (
            servers.stub_rasa(folder) as stub,
            servers.tutorbot(folder, rasa_url=f"http://127.0.0.1:{stub.port}", **options) as ours,
            servers.minimal_view(folder, rasa_url=f"http://127.0.0.1:{stub.port}", **options) as minimal,
        ):
            both = {"minimal DRF view": minimal, "tutorbot": ours}
            for server in both.values():  # imports, first connections
                measure(server.port, PATH, sentence, clients=clients, seconds=10, turns=300)
            rates: dict[str, list[float]] = {name: [] for name in both}
            costs: dict[str, list[float]] = {name: [] for name in both}
            p95: dict[str, list[float]] = {name: [] for name in both}
            errors = 0
            for _ in range(REPETITIONS):
                for name, server in both.items():
                    server.settle()
                    before = server.cpu_seconds()
                    result = measure(server.port, PATH, sentence, clients=clients, seconds=SECONDS)
                    server.settle()
                    errors += _errors(result)
                    rates[name].append(result.per_second)
                    p95[name].append(result.percentile(95))
                    costs[name].append((server.cpu_seconds() - before) / len(result.latencies) * 1000)
            known = _share_with_intent(folder)
            added = _added_at_one_client(stub, both)
    share = statistics.median(
        ours / theirs for ours, theirs in zip(rates["tutorbot"], rates["minimal DRF view"], strict=True)
    )
    rows = [
        (
            name,
            f"{statistics.median(rates[name]):.0f}",
            f"{min(rates[name]):.0f}-{max(rates[name]):.0f}",
            f"{statistics.median(p95[name]):.1f}",
            f"{statistics.median(costs[name]):.2f}",
            f"{added[name]:.2f}",
        )
        for name in both
    ]
    head = (
        "",
        "turns/s",
        "range",
        "p95 ms",
        "CPU ms per turn, background included",
        "median added ms, 1 client",
    )
    is_quick = added["tutorbot"] <= 5
    return "\n".join(
        [
            f"### A Rasa that answers at once ({workers} worker x {threads} threads, {clients} clients, "
            f"{REPETITIONS} x {SECONDS:.0f} s interleaved, {errors} errors)",
            "",
            report.table(head, rows),
            "",
            f"Log rows that got their intent from the tracker, at full load: {known:.0%}.",
            "",
            f"tutorbot / minimal view: **{share:.0%}** (goal 80 %: {report.verdict(share >= 0.8)}); "
            f"added at one client: **{added['tutorbot']:.2f} ms** (goal 5 ms: {report.verdict(is_quick)})",
        ]
    )


def _added_at_one_client(stub: servers.Server, both: dict[str, servers.Server]) -> dict[str, float]:
    """Median ms at one client above the median of asking the stub itself."""
    medians: dict[str, list[float]] = {name: [] for name in ("stub", *both)}
    for _ in range(3):
        direct = measure(stub.port, TURN, sentence, clients=1, seconds=5, turns=300)
        medians["stub"].append(statistics.median(direct.latencies))
        for name, server in both.items():
            server.settle()
            result = measure(server.port, PATH, sentence, clients=1, seconds=10, turns=300)
            medians[name].append(statistics.median(result.latencies))
    direct_ms = statistics.median(medians["stub"])
    return {name: statistics.median(medians[name]) - direct_ms for name in both}


def with_50_ms() -> str:
    clients, workers, threads, delay_ms = 64, 2, 32, 50
    ideal = clients * 1000 / delay_ms
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            servers.stub_rasa(folder, delay_ms) as stub,
            servers.tutorbot(
                folder, workers=workers, threads=threads, rasa_url=f"http://127.0.0.1:{stub.port}"
            ) as ours,
        ):
            measure(ours.port, PATH, sentence, clients=clients, seconds=10, turns=500)
            ours.settle()
            before = ours.cpu_seconds()
            result = measure(ours.port, PATH, sentence, clients=clients, seconds=8)
            cpu = (ours.cpu_seconds() - before) / result.seconds
            memory = max(ours.worker_megabytes())
            ours.settle()
            known = _share_with_intent(folder)
    errors = _errors(result)
    figures = {
        "errors": errors,
        "turns/s": f"{result.per_second:.0f}",
        "of the ideal": f"{result.per_second / ideal:.0%} of {ideal:.0f}",
        "median ms": f"{statistics.median(result.latencies):.0f}",
        "p95 ms": f"{result.percentile(95):.0f}",
        "CPU of the server, cores": f"{cpu:.2f}",
        "MB per worker": f"{memory:.0f}",
        "rows with intent": f"{known:.0%}",
    }
    return "\n".join(
        [
            f"### A Rasa that takes {delay_ms} ms ({workers} workers x {threads} threads, {clients} clients)",
            "",
            report.table(figures, [figures.values()]),
            "",
            f"No error: {report.verdict(not errors)}",
        ]
    )


def _share_with_intent(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "tutorbot.sqlite3")) as database:
        turns, known = database.execute("SELECT count(*), count(intent) FROM logs_chatturn").fetchone()
    return float(known / turns)


def _errors(result: Result) -> int:
    if result.errors:
        print(f"{result.errors} errors, one of them: {result.example}", flush=True)
    if not result.latencies:
        raise SystemExit("no turn was answered")
    return result.errors


def main() -> str:
    return against_minimal_view() + "\n\n" + with_50_ms()


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")
