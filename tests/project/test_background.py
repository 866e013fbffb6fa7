"""`make start` and `make stop`, around a small program in the place of `make run`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("stopped", flush=True), sys.exit(0)))
print("Contraseña (se muestra solo ahora): x", flush=True)
if os.environ.get("FAILS"):
    sys.exit(3)
print("Ctrl+C para terminar.", flush=True)
time.sleep(60)
"""


@pytest.fixture
def site(tmp_path: Path, project_root: Path) -> Path:
    (tmp_path / "tutorbot").mkdir()
    (tmp_path / "tutorbot" / "launch.py").write_text(PROGRAM)
    return tmp_path


def make(verb: str, site: Path, project_root: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    code = f"import launch; launch.ROOT = {str(site)!r}; import background; background.{verb}()"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=project_root / "tutorbot",
        env={**os.environ, "DATA_DIR": "data", **env},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_it_runs_once_until_it_is_stopped_and_shows_the_password(site: Path, project_root: Path) -> None:
    started = make("start", site, project_root)
    log, pid_file = site / "data" / "tutorbot.log", site / "data" / "tutorbot.pid"
    try:
        assert "Contraseña (se muestra solo ahora): x" in started.stdout
        assert "make stop para terminar" in started.stdout
        assert log.stat().st_mode & 0o777 == 0o600
        again = make("start", site, project_root)
        assert again.returncode == 1
        assert "ya está en marcha" in again.stderr
    finally:
        stopped = make("stop", site, project_root)
    assert stopped.stdout == "Detenido.\n"
    assert log.read_text().endswith("stopped\n")
    assert not pid_file.exists()
    pid_file.write_text("1")  # the number of a program that is not ours
    assert make("stop", site, project_root).stdout == "No está en marcha.\n"


def test_what_does_not_start_says_why(site: Path, project_root: Path) -> None:
    failed = make("start", site, project_root, FAILS="1")
    assert failed.returncode == 1
    assert "no arrancó (código 3)" in failed.stderr
    assert not (site / "data" / "tutorbot.pid").exists()
