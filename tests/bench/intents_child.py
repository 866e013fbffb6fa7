"""What bench_intents measures, in a process of its own: prints one line of JSON."""

import json
import resource
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.intents import insight  # noqa: E402
from apps.intents.exchange import read_file  # noqa: E402
from apps.intents.services.importing import import_intents  # noqa: E402
from tests.intents.admin_pages import LIST, many  # noqa: E402

HEADER = "intent,examples,responses,title\n"
NOT_OURS = 3
"""Queries of every page: session, person, second factor."""


def importing(rows: int, is_long: bool) -> dict[str, float]:
    words = [f" y {n} más" for n in range(17 if is_long else 1)]
    lines = (
        f"intento_{n},frase {n} uno|{'|'.join(f'frase {n}{word}' for word in words)},Respuesta {n},Título\n"
        for n in range(rows)
    )
    content = (HEADER + "".join(lines)).encode()
    _import(f"{HEADER}primera,una frase,Sí,\n".encode())  # what is loaded once
    before = _peak_megabytes()
    preview, _cpu = _timed(lambda: _import(content, dry_run=True))
    seconds, cpu = _timed(lambda: _import(content))
    peak, size = _peak_megabytes() - before, len(content) / 2**20
    return {"preview": preview, "seconds": seconds, "cpu": cpu, "megabytes": peak, "file": size}


def lists() -> dict[str, dict[str, float]]:
    rows = many(200, 50)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("jefa@ejemplo.edu.co", "Clave-segura-42"))
    typed = [("line", f"pregunta i{n:03} sobre 7 cosa distinta") for n in range(40)]
    pages: dict[str, Any] = {
        "list of intents": (LIST, {}),
        "list, searched and sorted": (LIST, {"q": "pregunta", "o": "-3"}),
        "list, answers to be reviewed": (LIST, {"falta": "review"}),
        "page of an intent": (f"{LIST}{rows[0].pk}/change/", {}),
        "live check of 40 sentences": (f"{LIST}checks/", {"line": [text for _, text in typed]}),
    }
    found = {name: _page(client, *page) for name, page in pages.items()}
    lines = [f"pregunta i{n:03} sobre 7 cosa distinta" for n in range(50)]
    wall, cpu = _timed(lambda: insight.elsewhere(None, lines))
    found["50 sentences against 10,000"] = {"ms": wall * 1000, "cpu": cpu * 1000, "queries": 2}
    return found


def _page(client: Client, address: str, query: dict[str, Any]) -> dict[str, float]:
    def get() -> None:
        assert client.get(address, query).status_code == 200

    get()
    with CaptureQueriesContext(connection) as captured:
        get()
        queries = len(captured) - NOT_OURS
    times = [_timed(get) for _ in range(9)]
    wall, cpu = (statistics.median(each) * 1000 for each in zip(*times, strict=True))
    return {"ms": wall, "cpu": cpu, "queries": queries}


def _import(content: bytes, dry_run: bool = False) -> None:
    report = import_intents(rows=read_file(name="x.csv", content=content), dry_run=dry_run)
    assert not report.errors


def _timed(work: Any) -> tuple[float, float]:
    """Seconds of the clock and of this process: SQLite works inside it."""
    begin, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - cpu


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    verb, *rest = sys.argv[1:]
    print(json.dumps(importing(int(rest[0]), "long" in rest) if verb == "import" else lists()))
