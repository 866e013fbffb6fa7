"""Real servers for tests, started on free ports of the loopback and ended by their pid."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

START_SECONDS = 30


class CannotStart(Exception):
    """Why a server is not there: the reason of a skip."""


def skip_or_fail(reason: object) -> NoReturn:
    """Skips with the reason on a person's machine; in CI everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"missing in CI: {reason}")
    pytest.skip(str(reason))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, **kwargs: object) -> Iterator[None]:
    """The program, once it listens; ended with the block. What it says goes nowhere, unless told."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **{**quiet, **kwargs})  # type: ignore[call-overload]
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float = START_SECONDS) -> None:
    """Until it listens. Raises CannotStart when it ended or took longer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise CannotStart(f"{process.args!r} does not listen on {port}")


@contextmanager
def redis_server() -> Iterator[str]:
    """redis://… of an empty Redis."""
    program = shutil.which("redis-server")
    if program is None:
        raise CannotStart("redis-server is not installed (apt-get install redis-server)")
    port = free_port()
    with running(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], port
    ):
        yield f"redis://127.0.0.1:{port}/0"


def _postgres_bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    if program is None:
        raise CannotStart("PostgreSQL is not installed (apt-get install postgresql)")
    return Path(program).parent


@contextmanager
def postgres_server() -> Iterator[str]:
    """postgres://… of an empty cluster; as root it runs under the user `postgres`, which it demands."""
    folder = Path(tempfile.mkdtemp(prefix="tutorbot-pg-"))
    port, programs = free_port(), _postgres_bin()
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    data = str(folder / "data")
    try:
        subprocess.run(
            [
                str(programs / "initdb"),
                "-D",
                data,
                "-U",
                "tutorbot",
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd="/",
            **as_user,  # type: ignore[call-overload]
        )
        settings = ("listen_addresses=127.0.0.1", "fsync=off", "autovacuum=off")
        # autovacuum: plans of tests (tests/project/plans.py) would hang on whether it has just seen two rows
        options = ["-p", str(port), "-k", str(folder), *(word for one in settings for word in ("-c", one))]
        options += ["-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with running([str(programs / "postgres"), "-D", data, *options], port, cwd="/", **as_user):
            _wait_until_ready(programs, port)
            yield f"postgres://tutorbot@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(programs: Path, port: int) -> None:
    for _ in range(100):
        ready = subprocess.run(
            [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True
        )
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise CannotStart("PostgreSQL does not get ready")


@contextmanager
def mongo_server() -> Iterator[str]:
    """mongodb://… of an empty MongoDB-compatible server."""
    port = free_port()
    command = [sys.executable, "-m", "tests.servers.mongo", "--host", "127.0.0.1", "--port", str(port)]
    with running([*command, "--storage-path", ":memory:"], port, cwd=str(Path(__file__).parents[2])):
        yield f"mongodb://127.0.0.1:{port}/tutorbot"
