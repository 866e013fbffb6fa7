"""Runs the tests marked `engines` on PostgreSQL and on a MongoDB-compatible server, both at once.

    python -m tests.servers.run_engines [postgres] [mongo]

A server that is not installed is said and skipped, but not where CI=true: there it is a failure.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, STDOUT

from tests.servers.processes import CannotStart, mongo_server, postgres_server

SERVERS = {"postgres": (postgres_server, "DATABASE_URL"), "mongo": (mongo_server, "MONGO_URI")}


def marked_files() -> list[str]:
    """Those with such tests: collecting the others takes longer than running a good part of these."""
    return [str(path) for path in sorted(Path("tests").rglob("test_*.py")) if "engines" in path.read_text()]


def run(name: str) -> tuple[int, str]:
    """Exit code and output."""
    server, variable = SERVERS[name]
    try:
        with server() as url:
            command = [sys.executable, "-m", "pytest", "-m", "engines", *marked_files()]
            env = {**os.environ, variable: url}
            done = subprocess.run(command, env=env, stdout=PIPE, stderr=STDOUT, text=True, check=False)
            return done.returncode, done.stdout
    except CannotStart as reason:
        return int(os.environ.get("CI") == "true"), f"skipped: {reason}\n"


def main(names: list[str]) -> int:
    with ThreadPoolExecutor() as pool:
        runs = {name: pool.submit(run, name) for name in names}
        for name, one in runs.items():
            print(f"== tests marked `engines` on {name}\n{one.result()[1]}", end="", flush=True)
    return max(one.result()[0] for one in runs.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(SERVERS)))
