"""What bench_stats measures, in a process of its own with so many turns: prints one line of JSON."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.accounts.services.tokens import issue_access_token  # noqa: E402
from apps.logs.models import ChatTurn  # noqa: E402
from apps.logs.services import TurnRecord, record_turn  # noqa: E402
from tests.bench.seed_turns import seed_turns  # noqa: E402

DAYS = 90
TIMES = 40
INSERTS = 400


def main(count: int) -> dict[str, float]:
    call_command("migrate", verbosity=0)
    seed_turns(count, days=DAYS)
    admin = User.objects.create_superuser("jefa@ejemplo.edu.co", "Clave-segura-42")
    started = time.perf_counter()
    call_command("recompute_stats", verbosity=0, stdout=sys.stderr)
    counting = time.perf_counter() - started
    today = timezone.localdate()
    query = {"desde": (today - timedelta(days=DAYS - 1)).isoformat(), "hasta": today.isoformat()}
    api, staff = APIClient(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    headers = {"Authorization": f"Bearer {issue_access_token(user=admin)}"}
    staff.force_login(admin)
    first, figures = _timed(lambda: api.get("/api/admin/stats", query, headers=headers))
    assert figures.json()["total_days"] == DAYS, figures.content
    stats, stats_cpu = _best(lambda: api.get("/api/admin/stats", query, headers=headers))
    page, page_cpu = _best(lambda: staff.get("/admin/", {"dias": "90"}))
    return {
        "turns": figures.json()["total_logs"],
        "today": ChatTurn.objects.filter(day=today).count(),
        "counting": counting,
        "first": first * 1000,
        "stats": stats,
        "stats_cpu": stats_cpu,
        "page": page,
        "page_cpu": page_cpu,
        "insert": _inserts(),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def _best(read: Callable[[], Any]) -> tuple[float, float]:
    """Of the time and of the processor's, in ms, the median of the faster half: neighbours make it slower."""
    times, cpu = [], []
    for _time in range(TIMES):
        before = time.process_time()
        seconds, response = _timed(read)
        assert response.status_code == 200, response.status_code
        times.append(seconds * 1000)
        cpu.append((time.process_time() - before) * 1000)
    return _faster_half(times), _faster_half(cpu)


def _faster_half(times: list[float]) -> float:
    return statistics.median(sorted(times)[: TIMES // 2])


def _inserts() -> float:
    times = []
    for number in range(INSERTS):
        record = TurnRecord(
            request_id=f"medida-{number}", sender_id=f"web-{number}", user_message="hola", engine="embedded"
        )
        times.append(_timed(lambda record=record: record_turn(record))[0] * 1000)  # type: ignore[misc]
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
