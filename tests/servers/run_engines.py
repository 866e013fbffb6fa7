"""Runs the tests marked `engines` on PostgreSQL and on a MongoDB-compatible server.

    python -m tests.servers.run_engines [postgres] [mongo]

A server that is not installed is said and skipped, but not where CI=true: there it is a failure.
"""

import os
import subprocess
import sys

from tests.servers.processes import CannotStart, mongo_server, postgres_server

SERVERS = {"postgres": (postgres_server, "DATABASE_URL"), "mongo": (mongo_server, "MONGO_URI")}


def run(name: str) -> int:
    server, variable = SERVERS[name]
    try:
        with server() as url:
            print(f"== tests marked `engines` on {name}", flush=True)
            command = [sys.executable, "-m", "pytest", "-m", "engines", "tests"]
            return subprocess.run(command, env={**os.environ, variable: url}).returncode
    except CannotStart as reason:
        print(f"== {name} skipped: {reason}", flush=True)
        return int(os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(max(run(name) for name in sys.argv[1:] or list(SERVERS)))
