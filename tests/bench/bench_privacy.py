"""Retention over many turns, looking for one person in them, and what the audit costs a large change."""

import json
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench import report, servers

TURNS = 100_000


def main(turns: int = TURNS) -> str:
    found = _child(turns)
    purge, search, told = found["purge"], found["search"], found["examples"]
    rows = [
        (f"{turns:,} old turns deleted, rows/s", f"{turns / purge['seconds']:,.0f}", "", ""),
        ("of it CPU, s", f"{purge['cpu']:.0f} of {purge['seconds']:.0f}", "", ""),
        (f"what there is of one person among {turns:,} turns, s", f"{search['seconds']:.1f}", "", ""),
        ("2,000 examples of an intent written, with their entry, s", f"{told['seconds']:.2f}", "", ""),
    ]
    return (
        f"### Retention and audit (SQLite, one process)\n\n{report.table(('', 'measured', 'goal', ''), rows)}"
    )


def _child(turns: int) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        env = servers.environment(folder, servers.free_port(), 1, 1)  # type: ignore[arg-type]
        env |= {"APP_ENV": "test", "DJANGO_SETTINGS_MODULE": "tutorbot.settings"}
        command = [sys.executable, "-m", "tests.bench.privacy_child", str(turns)]
        done = subprocess.run(command, env=env, cwd=servers.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(report.machine(), main(int(sys.argv[1]) if sys.argv[1:] else TURNS), sep="\n\n")
