"""How many turns the embedded engine answers, with logging, and what it takes of memory and training time."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import report, servers
from tests.bench.load import measure

SENTENCES = (
    "hola",
    "¿cómo recupero mi contraseña?",
    "quiero ver mis certificados",
    "no me deja entrar a la plataforma",
    "¿qué cursos hay?",
    "cuánto dura el curso",
    "gracias",
    "asdf qwer zxcv",
    "quiero hablar con una persona",
    "adiós",
)


def sentence(client: int, turn: int) -> dict[str, object]:
    return {"sender": f"bench-{client}", "message": SENTENCES[(client + turn) % len(SENTENCES)]}


def main() -> str:
    workers, threads, clients = 2, 8, 8
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.tutorbot(folder, workers=workers, threads=threads) as ours:
            measure(ours.port, "/api/chat", sentence, clients=clients, seconds=15, turns=200)
            ours.settle()
            before = ours.cpu_seconds()
            result = measure(ours.port, "/api/chat", sentence, clients=clients, seconds=10)
            cpu = (ours.cpu_seconds() - before) / result.seconds
            memory = max(ours.worker_megabytes())
        training = _training_seconds(folder)
    if result.errors:
        print(f"{result.errors} errors, one of them: {result.example}", flush=True)
    p95 = result.percentile(95)
    rows = [
        ("turns/s", f"{result.per_second:.0f}", "≥ 150", report.verdict(result.per_second >= 150)),
        ("p95 ms", f"{p95:.0f}", "≤ 60", report.verdict(p95 <= 60)),
        ("median ms", f"{statistics.median(result.latencies):.1f}", "", ""),
        ("errors", result.errors, "0", report.verdict(not result.errors)),
        ("CPU of the server, cores", f"{cpu:.2f}", "", ""),
        ("MB per worker, the larger", f"{memory:.0f}", "≤ 220", report.verdict(memory <= 220)),
        ("training s, of a process of its own", f"{training:.1f}", "≤ 3", report.verdict(training <= 3)),
    ]
    return "\n".join(
        [
            f"### Embedded engine ({workers} workers x {threads} threads, {clients} clients, 10 s)",
            "",
            report.table(("", "measured", "goal", ""), rows),
        ]
    )


def _training_seconds(folder: Path) -> float:
    """`manage.py train`, without the time that an idle `manage.py` takes to start."""
    env = servers.environment(folder, servers.free_port(), 1, 1)

    def seconds(*arguments: str) -> float:
        started = time.perf_counter()
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env=env, cwd=servers.ROOT, check=True, capture_output=True)
        return time.perf_counter() - started

    idle = statistics.median(seconds("version") for _ in range(3))
    return statistics.median(seconds("train") for _ in range(3)) - idle


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")
