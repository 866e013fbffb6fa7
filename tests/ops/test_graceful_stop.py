"""SIGTERM while a student waits: the turn is answered and kept, nobody new is let in, all end with 0."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection

from apps.ops.backup.databases import copy_sqlite
from tests.bench import servers
from tests.servers.processes import free_port, wait_for
from tests.stubs.rasa_stub import GREETING, RasaStub

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.django_db,
    pytest.mark.skipif("MONGO_URI" in os.environ or "DATABASE_URL" in os.environ, reason="on SQLite alone"),
]
SERVE = "import sys; sys.path.append('tutorbot'); import launch; sys.exit(launch.run_together(launch.SERVE))"


@pytest.fixture
def serving(tmp_path: Path, project_root: Path) -> Iterator[Any]:
    """`make run`'s two programs, on a copy of the tests' empty database; two web processes."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "static").mkdir()
    copy_sqlite(connection.settings_dict["NAME"], tmp_path / "tutorbot.sqlite3")
    with RasaStub() as stub:
        env = servers.environment(tmp_path, free_port(), 2, 4, stub.url) | {
            "TUTORBOT_VENV": sys.prefix,
            "TMPDIR": str(tmp_path / "tmp"),
        }
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", SERVE], env=env, cwd=project_root, stdout=log, stderr=log
            )
        try:
            wait_for(int(env["PORT"]), process, 60)
            yield stub, process, f"http://127.0.0.1:{env['PORT']}"
        finally:
            process.kill()
            process.wait()


def counted(base: str) -> float:
    text = requests.get(f"{base}/metrics", timeout=10).text
    name = (
        'django_http_responses_total_by_status_view_method_total{method="POST",status="200",view="chat-demo"}'
    )
    return float(text.partition(name)[2].split()[0])


def is_open(base: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(base.rpartition(":")[2]))) == 0


def test_a_turn_in_flight_is_answered_and_then_all_end(serving: Any, tmp_path: Path) -> None:
    stub, process, base = serving
    body = {"message": "hola", "sender": "web-1"}
    for _ in range(6):
        assert requests.post(f"{base}/chat/demo", json=body, timeout=90).status_code == 200
    assert {counted(base) for _ in range(4)} == {6}  # whichever of the processes is asked
    stub.delay = 4
    with ThreadPoolExecutor() as pool:
        turn = pool.submit(requests.post, f"{base}/chat", json=body, timeout=60)
        time.sleep(1)  # it is with the engine now
        process.send_signal(signal.SIGTERM)
        while is_open(base):
            time.sleep(0.05)
        assert not turn.done()
        answer = turn.result()
    assert (answer.status_code, answer.json()[0]["text"]) == (200, GREETING)
    assert process.wait(20) == 0, (tmp_path / "log").read_text()
    with closing(sqlite3.connect(tmp_path / "tutorbot.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM logs_chatturn").fetchone() == (1,)
    assert not list((tmp_path / "tmp").glob("tutorbot-metrics-*"))
