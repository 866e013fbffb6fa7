"""Real gunicorn workers and a real job worker: models switch between turns, a killed training ends well."""

import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bench import servers
from tests.servers.processes import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TURNS_PER_SECOND, SECONDS_AFTER = 50, 3
PATIENCE = 5.0
"""A model switches within 2 s on a machine that has nothing else to do (docs/benchmarks.md)."""
ASK = "from apps.intents.services.training import start_training\nprint(start_training(trigger='api').pk.hex)"


class Site:
    """A data folder after its bootstrap, and commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = servers.environment(folder, free_port(), 2, 8) | {"APP_ENV": "dev"}
        self.manage("bootstrap")

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=self.env, cwd=servers.ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "tutorbot.sqlite3", timeout=10) as database:
            return database.execute(query, values).fetchall()

    @property
    def pointer(self) -> Path:
        return self.folder / "models/active.json"

    @property
    def active(self) -> str:
        return str(json.loads(self.pointer.read_text())["version"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


def moments(rows: list[tuple[Any, ...]]) -> list[float]:
    return [datetime.fromisoformat(row[0]).replace(tzinfo=UTC).timestamp() for row in rows]


@pytest.fixture
def web(site: Site) -> Iterator[str]:
    port = int(site.env["PORT"])
    command = [sys.executable, "-m", "gunicorn", "-c", "tutorbot/gunicorn.py", "tutorbot.wsgi"]
    with servers.running(command, site.env, port, site.folder / "web.log"):
        yield f"http://127.0.0.1:{port}/api/chat"


def talk(url: str, statuses: list[int], stop: threading.Event) -> None:
    """TURNS_PER_SECOND, however long each takes, until told to stop."""
    local = threading.local()

    def say(turn: int) -> None:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False
        body = {"sender": f"estudiante-{turn % 40}", "message": "hola"}
        statuses.append(local.session.post(url, json=body, timeout=15).status_code)

    started = time.monotonic()
    with ThreadPoolExecutor(24) as pool:
        for turn in itertools.count():
            if stop.is_set():
                return
            time.sleep(max(0.0, started + turn / TURNS_PER_SECOND - time.monotonic()))
            pool.submit(say, turn)


def test_models_switch_between_turns_and_no_turn_is_lost(site: Site, web: str) -> None:
    first = site.active
    sheet = site.folder / "nueva.csv"
    sheet.write_text("intent,examples,responses\nprueba_de_carga,una frase cualquiera de prueba,Listo.\n")
    site.manage("import_intents", str(sheet))
    site.manage("train", "--force")
    second = site.active
    assert first != second
    site.manage("models", "--activate", first)
    statuses: list[int] = []
    stop = threading.Event()
    load = threading.Thread(target=talk, args=(web, statuses, stop))
    load.start()
    try:
        for version in (second, first):
            site.manage("models", "--activate", version)
            switched = site.pointer.stat().st_mtime
            time.sleep(SECONDS_AFTER)
    finally:
        stop.set()
        load.join()
    assert set(statuses) == {200}
    rows = site.rows("SELECT model_version, error FROM logs_chatturn WHERE sender_id LIKE 'estudiante-%'")
    assert len(rows) == len(statuses) > SECONDS_AFTER * TURNS_PER_SECOND
    assert {row[0] for row in rows} == {first, second}
    assert {row[1] for row in rows} == {None}
    before = site.rows("SELECT timestamp FROM logs_chatturn WHERE model_version = ?", second)
    seconds = max(moments(before)) - switched
    print(f"the last turn with the model before came {seconds:.1f} s after the switch")
    assert seconds < PATIENCE


def wait_until(is_so: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_a_training_whose_worker_is_killed_is_done_by_the_next(site: Site) -> None:
    run = site.manage("shell", "-v", "0", "-c", ASK).strip().splitlines()[-1]

    def state() -> tuple[Any, ...]:
        return site.rows("SELECT state, attempts FROM intents_trainingrun WHERE id = ?", run)[0]

    command = [sys.executable, "manage.py", "worker"]
    log = (site.folder / "worker.log").open("wb")
    worker = subprocess.Popen(command, env=site.env, cwd=servers.ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: state()[0] == "running", 60)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert state() == ("running", 1)
        worker = subprocess.Popen(command, env=site.env, cwd=servers.ROOT, stdout=log, stderr=log)
        wait_until(lambda: state()[0] != "running", 120)
        assert state() == ("done", 2)
    finally:
        worker.terminate()
        worker.wait(30)
        log.close()
