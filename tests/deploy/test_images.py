"""Commands of the images and of Compose, by hand; the back end's in a clean virtualenv of its requirements.

The action server's: tests/actions/test_server.py.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.bench import servers
from tests.deploy import by_hand, compose
from tests.deploy.conftest import prepare
from tests.servers.processes import free_port, skip_or_fail, wait_for

pytestmark = pytest.mark.slow
ROOT = compose.ROOT
STEPS = 300  # of 0.2 s, on a busy machine


@pytest.fixture
def back_end(django_db_setup: None) -> Iterator[by_hand.Container]:
    """The image's files and a virtualenv of exactly what it installs; what is imported is compiled once.

    DEBUG leaves out `collectstatic`, half a minute of compressing, and a stub Rasa the training.
    """
    image = by_hand.read(ROOT / "docker" / "backend.Dockerfile")
    with (
        tempfile.TemporaryDirectory(prefix="tutorbot-image-", dir="/var/tmp") as name,
        servers.stub_rasa(Path(name)) as rasa,
    ):
        folder = Path(name)
        by_hand.install(image, folder / "venv", sys.executable)
        env = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "127.0.0.1",
            "APP_ENV": "dev",
            "DEBUG": "true",
            "RASA_URL": f"http://127.0.0.1:{rasa.port}",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder / "root" / "tmp"),
        }
        one = by_hand.Container(image, folder / "root", folder / "venv", free_port(), env)
        prepare(one)
        yield one
        by_hand.make_writable(folder / "root")


@pytest.mark.timeout(400)
def test_the_back_ends_image_its_worker_and_development_run_in_a_clean_virtualenv(
    back_end: by_hand.Container,
) -> None:
    services = compose.all_services()
    with by_hand.running(back_end):  # CMD: bootstrap, then gunicorn
        assert by_hand.try_it("backend", back_end.port)
    assert "Intenciones de rasa/ en la base de datos: 53." in back_end.log.read_text()
    works(back_end, services["worker"])
    back_end.app = ROOT  # Compose mounts the checkout
    with by_hand.running(back_end, services["backend-dev"]["command"]):
        assert by_hand.try_it("backend-dev", back_end.port)
        assert back_end.is_healthy(services["backend-dev"]["healthcheck"]["test"][1:])
        assert back_end.is_healthy(services["worker"]["healthcheck"]["test"][1:])  # its worker


def works(container: by_hand.Container, worker: dict[str, object]) -> None:
    """Compose's worker, its health check while it runs and after; SIGTERM ends it well."""
    check = worker["healthcheck"]["test"][1:]  # type: ignore[index]
    with container.log.open("wb") as log:
        process = container.run(worker["command"], stdout=log, stderr=log, start_new_session=True)  # type: ignore[arg-type]
    its_own = [word.replace("[0-9]*", str(process.pid)) for word in check]  # others may run here, too
    assert its_own != check
    try:
        for _ in range(STEPS):
            if "Trabajos: listos" in container.log.read_text() or process.poll() is not None:
                break
            time.sleep(0.2)
        assert container.is_healthy(its_own), container.log.read_text()
        assert container.is_healthy(check)
        assert not container.is_healthy([word.replace("worker", "nobody") for word in check])
        time.sleep(1)  # its handlers of signals come after its first words
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0, container.log.read_text()
        assert not container.is_healthy(its_own)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_redis_asks_for_its_password_and_keeps_what_it_was_given(tmp_path: Path) -> None:
    if not shutil.which("redis-server"):
        skip_or_fail("redis-server is not installed (apt-get install redis-server)")
    port, password = free_port(), secrets.token_hex(16)
    given = {"REDIS_PASSWORD": password, "REDIS_CONF": str(tmp_path / "conf"), "REDIS_DIR": str(tmp_path)}
    env = {"PATH": os.environ["PATH"], **given}
    check = compose.all_services()["redis"]["healthcheck"]["test"][1].replace(
        "redis-cli", f"redis-cli -p {port}"
    )

    def says(*words: str, auth: str = password) -> str:
        command = ["redis-cli", "-p", str(port), *words]
        known = {"PATH": env["PATH"], "REDISCLI_AUTH": auth}
        return subprocess.run(command, env=known, capture_output=True, text=True, check=False).stdout

    for start in range(2):
        command = ["sh", "docker/redis.sh", "--port", str(port), "--bind", "127.0.0.1"]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as server:
            wait_for(port, server)
            assert "NOAUTH" in says("get", "job", auth="")
            with_password = {**env, "REDISCLI_AUTH": password}
            assert subprocess.run(["sh", "-c", check], env=with_password, check=False).returncode == 0
            assert subprocess.run(["sh", "-c", check], env=env, stderr=-3, check=False).returncode == 1
            assert password.encode() not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
            assert says("get", "job").strip() == ("kept" if start else "")
            says("set", "job", "kept")
            server.terminate()
    assert (tmp_path / "conf").stat().st_mode & 0o077 == 0


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """A copy of what stands where no panel was named."""
    return Path(shutil.copytree(ROOT / "docker" / "panel", tmp_path / "panel"))


def test_the_panel_is_installed_when_its_lock_is_new_and_served(panel: Path, tmp_path: Path) -> None:
    """With a program in npm's place that writes down what it was asked."""
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nmkdir -p node_modules\n')
    npm.chmod(0o755)

    def asked() -> list[str]:
        (tmp_path / "asked").unlink(missing_ok=True)
        env = {"PATH": f"{npm.parent}:/usr/bin:/bin"}
        subprocess.run(["sh", str(ROOT / "docker/admin-dev.sh")], cwd=panel, env=env, check=True)
        return (tmp_path / "asked").read_text().splitlines()

    serve = "run dev -- --host 0.0.0.0 --port 5173"
    assert asked() == ["install --no-audit --no-package-lock", serve]
    (panel / "package-lock.json").write_text("{}")
    assert asked() == ["ci --no-audit", serve]
    assert asked() == [serve]
    (panel / "package-lock.json").write_text('{"packages": {}}')
    assert asked() == ["ci --no-audit", serve]


def test_without_a_panel_its_image_serves_a_page_that_says_so(panel: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed: the panel's image brings it")
    image, port = by_hand.read(ROOT / "docker" / "admin-dev.Dockerfile"), free_port()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(panel),
        **image.env,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    command = [
        str(ROOT / "docker" / word.lstrip("/")) if word.endswith(".sh") else word
        for word in image.words("CMD")
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=panel, env=env, start_new_session=True, **quiet) as server:  # type: ignore[call-overload]
        try:
            wait_for(port, server, 120)
            for check in (
                image.words("HEALTHCHECK"),
                compose.all_services()["admin-dev"]["healthcheck"]["test"][1:],
            ):
                asks = [word.replace("5173", str(port)) for word in check]
                assert subprocess.run(asks, env=env, check=False).returncode == 0
            assert "PANEL_DIR=" in requests.get(f"http://127.0.0.1:{port}/", timeout=10).text
        finally:
            os.killpg(server.pid, signal.SIGTERM)
