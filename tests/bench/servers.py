"""Starts what is measured, as it is started in production, and reads what it costs from /proc."""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import START_SECONDS, CannotStart, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def environment(data_dir: Path, port: int, workers: int, threads: int, rasa_url: str = "") -> dict[str, str]:
    """Production settings on SQLite in a folder of its own; nothing of the caller's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "APP_ENV": "prod",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATA_DIR": str(data_dir),
        "RASA_URL": rasa_url,
        "RATE_LIMIT_ENABLED": "false",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "WEB_THREADS": str(threads),
        "OMP_NUM_THREADS": "1",
    }


class Server:
    """A process group of ours: its CPU seconds and the memory of its workers."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, env: dict[str, str]) -> None:
        self.process, self.port, self.env = process, port, env

    def workers(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def cpu_seconds(self) -> float:
        def of(pid: int) -> float:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS

        return sum(of(pid) for pid in (self.process.pid, *self.workers()))

    def worker_megabytes(self) -> list[float]:
        """Resident memory per worker; pages shared with the master count in full."""

        def of(pid: int) -> float:
            status = Path(f"/proc/{pid}/status").read_text()
            return int(status.partition("VmRSS:")[2].split()[0]) / 1024

        return [of(pid) for pid in self.workers()]

    def settle(self, seconds: float = 20.0) -> None:
        """Waits until work left over from the last run is done."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = self.cpu_seconds()
            time.sleep(0.25)
            if self.cpu_seconds() - before <= 0.01:
                return


@contextmanager
def running(
    command: list[str],
    env: dict[str, str],
    port: int,
    log: Path,
    *,
    cwd: Path = ROOT,
    seconds: float = START_SECONDS,
) -> Iterator[Server]:
    with log.open("wb") as lines:
        process = subprocess.Popen(command, env=env, cwd=cwd, stdout=lines, stderr=lines)
        try:
            try:
                wait_for(port, process, seconds)
            except CannotStart as reason:
                raise SystemExit(f"{reason}; its last words:\n{log.read_text()[-2000:]}") from None
            yield Server(process, port, env)
        finally:
            process.terminate()
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def stub_rasa(folder: Path, delay_ms: float = 0.0) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "tests/stubs/rasa_stub.py", "--port", str(port), "--delay-ms", str(delay_ms)]
    with running(command, environment(folder, port, 1, 1), port, folder / "stub.log") as server:
        yield server


@contextmanager
def tutorbot(
    folder: Path, *, workers: int, threads: int, rasa_url: str = "", **settings: str
) -> Iterator[Server]:
    """This project after its bootstrap; every worker has answered before it is handed out."""
    env = {**environment(folder, free_port(), workers, threads, rasa_url), **settings}
    bootstrap = [sys.executable, "manage.py", "bootstrap"]
    made = subprocess.run(bootstrap, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SystemExit(f"bootstrap failed:\n{made.stdout[-1000:]}{made.stderr[-3000:]}")
    command = [sys.executable, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]
    with running(command, env, int(env["PORT"]), folder / "tutorbot.log") as server:
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/health", timeout=30).close()
        yield server


@contextmanager
def minimal_view(
    folder: Path, *, workers: int, threads: int, rasa_url: str, with_intent: bool = False
) -> Iterator[Server]:
    env = environment(folder, free_port(), workers, threads, rasa_url)
    if with_intent:
        env["WITH_INTENT"] = "1"
    env["DJANGO_SETTINGS_MODULE"] = "tests.bench.minimal_view.settings"
    migrate = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
    subprocess.run(migrate, env=env, cwd=ROOT, check=True)
    app = ["-c", "tests/bench/minimal_view/gunicorn.py", "tests.bench.minimal_view.wsgi"]
    command = [sys.executable, "-m", "gunicorn", *app]
    with running(command, env, int(env["PORT"]), folder / "minimal.log") as server:
        yield server
