"""Statistics of 90 days over 100,000 and over 1,000,000 turns: the same, and quick."""

import json
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench import report, servers

FEW, MANY = 100_000, 1_000_000
SAME = 0.2


def main() -> str:
    few, many = _child(FEW), _child(MANY)
    rows = [
        ("turns of the last 90 days", f"{few['turns']:,}", f"{many['turns']:,}", "", ""),
        ("turns of today", f"{few['today']:,}", f"{many['today']:,}", "", ""),
        _row("GET /api/admin/stats, ms", few["stats"], many["stats"], most=150),
        _row("its ms of processor", few["stats_cpu"], many["stats_cpu"], most=150),
        _row("dashboard (two periods of 90 days, the whole page), ms", few["page"], many["page"]),
        _row("its ms of processor", few["page_cpu"], many["page_cpu"]),
        _row("insert of a turn, ms", few["insert"], many["insert"]),
        _row("the first reading of the day (all of today's turns), ms", few["first"], many["first"]),
        _row("counting the 90 days once, s", few["counting"], many["counting"]),
    ]
    head = ("", f"{FEW:,}", f"{MANY:,}", "goal", "")
    return f"### Statistics (SQLite, in one process)\n\n{report.table(head, rows)}"


def _row(name: str, few: float, many: float, most: float = 0) -> tuple[str, ...]:
    measured = (name, f"{few:.1f}", f"{many:.1f}")
    if not most:
        return (*measured, "", "")
    is_good = many <= most and abs(many / few - 1) <= SAME
    return (*measured, f"≤ {most:.0f}, the same ± 20 %", report.verdict(is_good))


def _child(turns: int) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        env = servers.environment(folder, servers.free_port(), 1, 1)  # type: ignore[arg-type]
        env |= {"APP_ENV": "test", "DJANGO_SETTINGS_MODULE": "tutorbot.settings", "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "tests.bench.stats_child", str(turns)]
        done = subprocess.run(command, env=env, cwd=servers.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")
