"""Two machines as in production: folders of their own, PostgreSQL and Redis shared, nginx before them."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import requests

from tests.bench import servers
from tests.servers.nginx import nginx_server
from tests.servers.processes import free_port, postgres_server, redis_server, wait_for

ADMIN, PASSWORD = "jefe@ejemplo.edu.co", "Clave-segura-42"
GUNICORN = ("gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi")


class Machine:
    """One gunicorn and one worker on a folder that no other machine sees."""

    def __init__(self, folder: Path, processes: int, shared: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        self.env = servers.environment(folder, self.port, processes, 8) | shared
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"

    def start(self) -> None:
        command = [sys.executable, "manage.py", "bootstrap"]
        done = subprocess.run(command, env=self.env, cwd=servers.ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
        self.web = self._run("web", [sys.executable, "-m", *GUNICORN])
        self.start_worker()

    def start_worker(self) -> None:
        self.worker = self._run("worker", [sys.executable, "manage.py", "worker"])

    def kill_worker(self) -> None:
        os.kill(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def _run(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, env=self.env, cwd=servers.ROOT, stdout=log, stderr=log)


class Cluster:
    """`url` is nginx's; `machines` have two web processes and one."""

    def __init__(self, url: str, machines: list[Machine], database: str) -> None:
        self.url, self.machines, self.database = url, machines, database

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(query, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def admin(self) -> "Client":
        client = Client()
        answer = client.post(f"{self.url}/api/admin/login", json={"email": ADMIN, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client


class Client(requests.Session):
    """Without the proxies of whoever runs the test."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{"timeout": 30, **kwargs})


def wait_until(is_so: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@contextmanager
def running_cluster(folder: Path, **settings: str) -> Iterator[Cluster]:
    """Raises CannotStart where a program is missing."""
    with ExitStack() as stack:
        database, redis = stack.enter_context(postgres_server()), stack.enter_context(redis_server())
        shared = {
            "APP_ENV": "dev",
            "NLU_CLASSIFIER": "linear",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "RATE_LIMIT_ENABLED": "true",
            "RATE_LIMIT_BACKEND": "redis",
            "RATE_LIMIT_WINDOW_SEC": "86400",  # so long that none ends within a test
            "TRUSTED_PROXIES": "127.0.0.1",
            "ADMIN_EMAIL": ADMIN,
            "ADMIN_BOOTSTRAP_PASSWORD": PASSWORD,
            **settings,
        }
        machines = [Machine(folder / name, processes, shared) for name, processes in (("a", 2), ("b", 1))]
        stack.callback(end, machines)
        for machine in machines:
            machine.start()
        for machine in machines:
            wait_for(machine.port, machine.web)
        url = stack.enter_context(nginx_server([machine.address for machine in machines]))
        yield Cluster(url, machines, database)


def end(machines: list[Machine]) -> None:
    """All at once, then waited for; what had not begun is passed by."""
    names = [(machine, name) for machine in machines for name in ("web", "worker")]
    started = [getattr(machine, name) for machine, name in names if hasattr(machine, name)]
    for process in started:
        process.terminate()
    for process in started:
        process.wait(30)
