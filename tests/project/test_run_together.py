"""`make run` runs the web server and the worker: both end together, none is left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

WAITS = "import os, time; os.write(1, b'up\\n'); time.sleep(60)"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(project_root: Path, tmp_path: Path) -> Start:
    """A launcher over small programs; each writes its pid into tmp_path before it does what it is told."""

    def run(*programs: str) -> "subprocess.Popen[str]":
        for n, program in enumerate(programs):
            pid = (
                f"import os, pathlib; pathlib.Path({str(tmp_path / str(n))!r}).write_text(str(os.getpid()))\n"
            )
            (tmp_path / f"{n}.py").write_text(pid + textwrap.dedent(program))
        commands = [
            (f"program {n}", [sys.executable, str(tmp_path / f"{n}.py")]) for n in range(len(programs))
        ]
        code = f"import sys, launch; sys.exit(launch.run_together({commands!r}))"
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=project_root / "tutorbot",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


def pids(folder: Path) -> list[int]:
    return [int((folder / name).read_text()) for name in ("0", "1") if (folder / name).exists()]


def wait_until_up(launcher: "subprocess.Popen[str]", count: int) -> None:
    assert launcher.stdout is not None
    for _ in range(count):
        assert launcher.stdout.readline() == "up\n"


def assert_gone(folder: Path) -> None:
    deadline = time.monotonic() + 5
    while any(is_running(pid) for pid in pids(folder)):
        assert time.monotonic() < deadline, "left behind"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_both_and_the_servers_exit_code_is_kept(
    start: Start, tmp_path: Path, signum: int
) -> None:
    server = """
        import os, signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        os.write(1, b"up\\n"); time.sleep(60)
    """
    launcher = start(server, WAITS)
    wait_until_up(launcher, 2)
    launcher.send_signal(signum)
    launcher.communicate(timeout=10)
    assert launcher.returncode == 7
    assert_gone(tmp_path)


def test_when_the_server_ends_so_does_the_worker(start: Start, tmp_path: Path) -> None:
    launcher = start("import time, sys; time.sleep(0.5); sys.exit(3)", WAITS)
    _out, err = launcher.communicate(timeout=10)
    assert launcher.returncode == 3
    assert err == "tutorbot: program 0 terminó (código 3)\n"
    assert_gone(tmp_path)


def test_when_the_worker_ends_so_does_the_server(start: Start, tmp_path: Path) -> None:
    launcher = start(WAITS, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    _out, err = launcher.communicate(timeout=10)
    assert launcher.returncode == 137
    assert err == "tutorbot: program 1 terminó (código 137)\n"
    assert_gone(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells children that their parent died")
def test_a_killed_launcher_leaves_nobody_behind(start: Start, tmp_path: Path) -> None:
    launcher = start(WAITS, WAITS)
    wait_until_up(launcher, 2)
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.communicate(timeout=10)
    assert_gone(tmp_path)


def test_a_second_ctrl_c_does_not_wait(start: Start, tmp_path: Path) -> None:
    deaf = """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(1, b"up\\n"); time.sleep(60)
    """
    launcher = start(deaf, deaf)
    wait_until_up(launcher, 2)
    launcher.send_signal(signal.SIGINT)
    time.sleep(0.3)
    launcher.send_signal(signal.SIGINT)
    launcher.communicate(timeout=5)
    assert launcher.returncode == 137
    assert_gone(tmp_path)
