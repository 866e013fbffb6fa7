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


def command(verb: str, site: Path) -> list[str]:
    code = f"import launch; launch.ROOT = {str(site)!r}; import background; background.{verb}()"
    return [sys.executable, "-c", code]


def make(verb: str, site: Path, project_root: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(verb, site),
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


def test_the_log_is_followed_where_the_env_file_says_it_is(site: Path, project_root: Path) -> None:
    (site / ".env").write_text("DATA_DIR=elsewhere\n")
    (site / "elsewhere").mkdir()
    log = site / "elsewhere" / "tutorbot.log"
    env = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    where = {"cwd": project_root / "tutorbot", "env": env, "text": True, "encoding": "utf-8"}
    nothing = subprocess.run(command("logs", site), capture_output=True, timeout=30, **where)  # type: ignore[call-overload]
    assert nothing.stderr == "tutorbot: todavía no hay registro. Inicia con make start\n"
    log.write_text("".join(f"line {n}\n" for n in range(201)))
    with subprocess.Popen(command("logs", site), stdout=subprocess.PIPE, **where) as follower:  # type: ignore[call-overload]
        assert [follower.stdout.readline() for _ in range(200)][::199] == ["line 1\n", "line 200\n"]
        with log.open("a") as more:
            more.write("later\n")
        assert follower.stdout.readline() == "later\n"
        log.write_text("new start\n")
        assert follower.stdout.readline() == "new start\n"
        follower.terminate()
