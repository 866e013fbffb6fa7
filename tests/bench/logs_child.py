"""What bench_logs measures, in a process of its own: prints one line of JSON."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django

django.setup()

from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.accounts.services.tokens import issue_access_token  # noqa: E402
from apps.core.csv_stream import csv_blocks  # noqa: E402
from apps.logs.exports.turns import COLUMNS, turn_rows  # noqa: E402
from apps.logs.models import ChatTurn  # noqa: E402
from apps.logs.services import TurnRecord, record_turn  # noqa: E402
from tests.bench.seed_turns import seed_turns  # noqa: E402

LOGS = "/api/admin/logs"
SEARCHES = (
    "el", "la de que", "certificado", "certif", "matricula", "MATRÍCULA curso", "contr", "dónde",
    "ana@sena.edu.co", "palabraquenadiedijo", "zzzz", "plataforma virtual", "hola AND", '"', "sena.edu",
)  # fmt: skip
"""Frequent words, beginnings, several words, and some that nobody wrote."""
INSERTS, REPEATS = 400, 7


def requests() -> dict[str, float]:
    """Milliseconds of the clock, and of the processor: SQLite works in this process.

    Of pages the median with nothing remembered, of searches the 95th percentile of all.
    """
    person = User.objects.filter(email="jefa@ejemplo.edu.co").first()
    person = person or User.objects.create_superuser("jefa@ejemplo.edu.co", "Clave-segura-42")
    api = APIClient(SERVER_NAME="127.0.0.1")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_access_token(user=person)}")

    def get(**query: Any) -> Any:
        answer = api.get(LOGS, query)
        assert answer.status_code == 200, answer.content[:300]
        return answer.json()

    place = get(page=1)["next"]
    pages: dict[str, Callable[[], Any]] = {
        "array": lambda: get(),
        "first": lambda: get(page=1, page_size=50),
        "last": lambda: get(page="last", page_size=50),
        "after": lambda: get(after=place, page_size=50),
        "intent": lambda: get(page=1, page_size=50, intent="intencion_07"),
    }
    found = {}
    for name, ask in pages.items():
        for rest, is_cold in (("", True), (" again", False)):
            times = _times(ask, is_cold)
            found[name + rest], found[f"{name}{rest} cpu"] = (
                statistics.median(each) for each in zip(*times, strict=True)
            )
    searches = [pair for text in SEARCHES for pair in _times(partial(get, page=1, page_size=50, q=text))]
    for rest, values in zip(("", " cpu"), zip(*searches, strict=True), strict=True):
        found[f"search p95{rest}"] = statistics.quantiles(values, n=20)[-1]
        found[f"search median{rest}"] = statistics.median(values)
    return found


def _times(ask: Callable[[], Any], is_cold: bool = True) -> list[tuple[float, float]]:
    times = []
    for _ in range(REPEATS):
        if is_cold:
            cache.clear()
        begin, cpu = time.perf_counter(), time.process_time()
        ask()
        times.append(((time.perf_counter() - begin) * 1000, (time.process_time() - cpu) * 1000))
    return times


def inserts() -> dict[str, float]:
    """Milliseconds of a turn's row: of the clock (median), and of the processor (mean)."""
    times, cpu = [], time.process_time()
    for number in range(INSERTS):
        record = TurnRecord(
            request_id=f"bench-{number:08}",
            sender_id=f"web-{number % 50}",
            user_message=f"hola, dónde descargo mi certificado número {number}",
            engine="embedded",
            intent="certificado",
            bot_messages=[{"text": "Puedes descargarlo desde la plataforma."}],
        )
        begin = time.perf_counter()
        assert record_turn(record) is not None
        times.append((time.perf_counter() - begin) * 1000)
    spent = (time.process_time() - cpu) * 1000 / INSERTS
    ChatTurn.objects.filter(request_id__startswith="bench-").delete()
    return {"median": statistics.median(times), "cpu": spent}


def export() -> dict[str, float]:
    """Rows per second of the clock and of the processor, and the peak of memory of the whole process."""
    before, begin, cpu = _peak_megabytes(), time.perf_counter(), time.process_time()
    size = sum(len(block) for block in csv_blocks(list(COLUMNS), turn_rows({})))
    wall, spent = time.perf_counter() - begin, time.process_time() - cpu
    count = ChatTurn.objects.count()
    return {
        "rows/s": count / wall,
        "rows/cpu s": count / spent,
        "peak": _peak_megabytes(),
        "added": _peak_megabytes() - before,
        "megabytes": size / 2**20,
    }


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def loop_seconds() -> float:
    """How busy the machine is: this takes 0.25 s of processor on an idle one of 2023."""
    begin, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number
    return time.process_time() - begin


if __name__ == "__main__":
    verb, count = sys.argv[1], int(sys.argv[2])
    call_command("migrate", verbosity=0)
    if not ChatTurn.objects.exists() and count:
        seed_turns(count)
    work = {"requests": requests, "inserts": inserts, "export": export}[verb]
    print(json.dumps({**work(), "loop": loop_seconds()}))
