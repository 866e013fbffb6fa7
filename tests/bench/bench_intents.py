"""Importing a table of 10,000 rows, and the pages of Django admin with 200 intents of 50 sentences."""

import json
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench import report, servers

FEW, MANY = 1_000, 10_000
SAME_MEGABYTES = 10
"""Beside the file itself, of 5 MB at most."""


def main() -> str:
    few, many, lists = _child("import", FEW), _child("import", MANY), _child("lists")
    long = _child("import", MANY, "long")
    rows = [
        (f"import of {MANY:,} rows, s", _seconds(many), "≤ 20", report.verdict(many["seconds"] <= 20)),
        ("its preview, s", f"{many['preview']:.1f}", "≤ 15", report.verdict(many["preview"] <= 15)),
        (f"memory that {FEW:,} rows add at most, MB", f"{few['megabytes']:.1f}", "", ""),
        (f"{MANY:,} rows", *_constant(many, few)),
        (f"{MANY:,} rows of {long['file']:.1f} MB", *_constant(long, few)),
        ("their import, s", _seconds(long), "", ""),
    ]
    for name, page in lists.items():
        shown = f"{page['ms']:.0f} ms (CPU {page['cpu']:.0f}), {page['queries']} queries"
        is_good = page["cpu"] <= 300 and page["queries"] <= 5
        goal = ("≤ 300 ms, ≤ 5", report.verdict(is_good)) if name.startswith("list") else ("", "")
        rows.append((name, shown, *goal))
    title = "### Intents (SQLite, in one process; pages by CPU, without session, person and second factor)"
    return f"{title}\n\n{report.table(('', 'measured', 'goal', ''), rows)}"


def _seconds(measured: dict[str, float]) -> str:
    return f"{measured['seconds']:.1f} (CPU {measured['cpu']:.1f})"


def _constant(measured: dict[str, float], few: dict[str, float]) -> tuple[str, str, str]:
    is_constant = measured["megabytes"] - few["megabytes"] <= SAME_MEGABYTES
    return f"{measured['megabytes']:.1f}", "the same", report.verdict(is_constant)


def _child(*arguments: object) -> Any:
    """Memory has a peak of its own in each process."""
    with tempfile.TemporaryDirectory() as folder:
        env = servers.environment(folder, servers.free_port(), 1, 1)  # type: ignore[arg-type]
        env |= {"APP_ENV": "test", "DJANGO_SETTINGS_MODULE": "tutorbot.settings"}
        command = [sys.executable, "-m", "tests.bench.intents_child", *map(str, arguments)]
        done = subprocess.run(command, env=env, cwd=servers.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(report.machine(), main(), sep="\n\n")
