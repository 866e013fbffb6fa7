"""The log at 100,000 and 1,000,000 turns on SQLite: search, pages, CSV, and what a row costs to write.

Seeding a million takes some minutes; TURNS_FOLDER names a folder in which the databases are kept.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import report, servers

FEW, MANY = 100_000, 1_000_000


def main() -> str:
    with _folder() as folder:
        pages = {count: _child(folder, "requests", count) for count in (FEW, MANY)}
        inserts = {count: _child(folder, "inserts", count) for count in (0, FEW, MANY)}
        export = _child(folder, "export", MANY)
    few, many = pages[FEW], pages[MANY]
    rows = [_page(label, key, few, many, 50) for key, label in PAGES.items()]
    rows.append(_page("search, p95 of 15 queries, ms", "search p95", few, many, 300))
    rows.append(("search, median, ms", f"{few['search median']:.0f}", f"{many['search median']:.0f}", "", ""))
    empty, full = inserts[0], inserts[MANY]
    shown = "; ".join(f"{count:,}: {one['median']:.2f} ({one['cpu']:.2f})" for count, one in inserts.items())
    grows = full["cpu"] / empty["cpu"]
    rows += [
        (
            "writing a turn, ms (of processor), by rows there",
            "",
            shown,
            "≤ +25 %",
            report.verdict(grows <= 1.25),
        ),
        (
            "CSV of all, rows/s",
            "",
            f"{export['rows/s']:,.0f}",
            "≥ 40,000",
            report.verdict(export["rows/s"] >= 40_000),
        ),
        ("the same per second of processor", "", f"{export['rows/cpu s']:,.0f}", "", ""),
        (
            "peak memory of the process, MB",
            "",
            f"{export['peak']:.0f}",
            "≤ 150",
            report.verdict(export["peak"] <= 150),
        ),
        ("a fixed loop, s (0.25 on an idle machine)", f"{few['loop']:.2f}", f"{export['loop']:.2f}", "", ""),
    ]
    head = ("", f"{FEW:,} turns", f"{MANY:,} turns", "goal", "")
    return "\n".join(["### Logs, SQLite", "", report.table(head, rows)])


PAGES = {
    "array": "the last 100, ms",
    "first": "first page, total counted, ms",
    "last": "last page, total counted, ms",
    "first again": "first page again, ms",
    "last again": "last page again, ms",
    "after again": "next page by cursor, ms",
    "intent": "first page of an intent, ms",
}


def _page(label: str, key: str, few: Any, many: Any, goal: float) -> tuple[str, ...]:
    """Clock and, in brackets, processor; on a shared machine the second is the one to judge by."""
    shown = (f"{one[key]:.0f} ({one[f'{key} cpu']:.0f})" for one in (few, many))
    return label, *shown, f"≤ {goal:.0f}", report.verdict(many[f"{key} cpu"] <= goal)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    if kept := os.environ.get("TURNS_FOLDER"):
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _child(folder: Path, verb: str, count: int) -> Any:
    """Memory has a peak of its own in each process."""
    data = folder / str(count)
    data.mkdir(parents=True, exist_ok=True)
    env = servers.environment(data, servers.free_port(), 1, 1)
    env |= {"APP_ENV": "test", "DJANGO_SETTINGS_MODULE": "tutorbot.settings", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "tests.bench.logs_child", verb, str(count)]
    done = subprocess.run(command, env=env, cwd=servers.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")
