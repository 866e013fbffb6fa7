"""What a Dockerfile does, without an engine: its virtualenv, exactly its files, its environment, its command.

python -m tests.deploy.by_hand backend          # a clean virtualenv with the locked requirements: a minute
python -m tests.deploy.by_hand action-server    # with PYTHON310=/path/to/python3.10
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.processes import CannotStart, free_port, wait_for
from tests.servers.rasa_venv import python_310

ROOT = Path(__file__).resolve().parents[2]
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
LEFT_OUT = shutil.ignore_patterns(*(line[3:] for line in IGNORED if line.startswith("**/")))
PORT = re.compile(r"\b(?:8000|5055|5173)\b")
START_SECONDS = 600  # the first start trains and compresses static files; minutes on a busy machine


@dataclass
class Image:
    """The last stage of a Dockerfile, and what the stage before it installs."""

    env: dict[str, str] = field(default_factory=dict)
    copies: list[tuple[list[str], str]] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    instructions: dict[str, str] = field(default_factory=dict)

    def words(self, name: str) -> list[str]:
        """The exec form of CMD, or of the CMD in HEALTHCHECK."""
        found: list[str] = json.loads(self.instructions[name].rpartition("CMD ")[2])
        return found


def read(path: Path) -> Image:
    text = re.sub(r"\\\n", " ", path.read_text())
    image = Image()
    for line in text.splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            image.env, image.copies, image.instructions = {}, [], {}
        elif name == "ENV":
            image.env.update(word.split("=", 1) for word in shlex.split(rest))
        elif name == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            image.copies.append((sources, target))
        elif name == "RUN" and "pip install" in rest:
            image.requirements += re.findall(r"-r /(\S+)", rest)
        if name in {"FROM", "USER", "CMD", "HEALTHCHECK", "STOPSIGNAL", "WORKDIR", "EXPOSE"}:
            image.instructions[name] = rest
    return image


def copy(image: Image, app: Path) -> None:
    """Exactly what COPY names, and nobody may write it."""
    for sources, target in image.copies:
        for source in (ROOT / name for name in sources):
            if source.is_dir():
                shutil.copytree(source, app / target, ignore=LEFT_OUT)
            else:
                shutil.copy(source, app / target)
    for path in [app, *app.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def make_writable(folder: Path) -> None:
    """So that it can be deleted."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


def install(image: Image, venv: Path, python: str) -> None:
    """Just what the lock names; of rasa-sdk, which asks for 3.10 at most, on another Python, too.

    By uv where it is: what it has in its cache is linked, not fetched.
    """
    files = [word for name in image.requirements for word in ("-r", str(ROOT / name))]
    locked = ["install", "--quiet", "--no-deps", "--require-hashes", *files]
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "--quiet", "--python", python, str(venv)], check=True)
        subprocess.run([uv, "pip", *locked, "--python", str(venv / "bin" / "python")], check=True)
        return
    subprocess.run([python, "-m", "venv", str(venv)], check=True)
    subprocess.run([str(venv / "bin" / "pip"), *locked, "--ignore-requires-python"], check=True)


class Container:
    """A command that runs as an image would: its files read-only, no capabilities; in folders of its own."""

    def __init__(self, image: Image, folder: Path, venv: Path, port: int, env: dict[str, str]) -> None:
        self.image, self.port, self.log, self.data = image, port, folder / "log", folder / "data"
        self.app, data, tmp = folder / "app", self.data, folder / "tmp"
        for path in (self.app, data, tmp):
            path.mkdir(parents=True)
        copy(image, self.app)
        self.prefix = _without_rights(venv / "bin" / "python", folder, [data, tmp])
        own = {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", "HOME": str(tmp), "TMPDIR": str(tmp)}
        here = {"HOST": "127.0.0.1", "SANIC_HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": str(data)}
        self.env = {**image.env, **own, **here, **env}

    def run(self, words: list[str], **kwargs: object) -> "subprocess.Popen[bytes]":
        command = [*self.prefix, *(PORT.sub(str(self.port), word) for word in words)]
        return subprocess.Popen(command, env=self.env, cwd=self.app, **kwargs)  # type: ignore[call-overload, no-any-return]

    def is_healthy(self, check: list[str] | None = None) -> bool:
        """By the image's HEALTHCHECK, or Compose's."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return self.run(check or self.image.words("HEALTHCHECK"), **quiet).wait(30) == 0


def _without_rights(python: Path, folder: Path, writable: list[Path]) -> list[str]:
    """As in compose.yaml: no new privileges, no capabilities; as nobody, who may not reach Python."""
    if os.geteuid() or not shutil.which("setpriv"):
        return []
    bare = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    nobody = [*bare, "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    for path in (folder, folder.parent):
        path.chmod(0o755)
    # a shell: what setpriv itself starts it starts as root
    reach = [*nobody, "sh", "-c", '"$0" -c ""', str(python)]
    if subprocess.run(reach, capture_output=True, check=False).returncode:
        return bare
    for path in writable:
        shutil.chown(path, "nobody", "nogroup")
    return nobody


@contextmanager
def running(container: Container, command: list[str] | None = None) -> Iterator[None]:
    """The image's CMD, or Compose's, until its HEALTHCHECK is well; its STOPSIGNAL must end it well."""
    with container.log.open("wb") as log:
        words = command or container.image.words("CMD")
        process = container.run(words, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(container.port, process, START_SECONDS)
            while not container.is_healthy():  # gunicorn listens before it answers
                assert process.poll() is None
                time.sleep(1)
            yield
            process.send_signal(getattr(signal, container.image.instructions["STOPSIGNAL"]))
            code = process.wait(40)
            assert code == 0, f"ended with {code}"
        except (AssertionError, CannotStart) as error:
            raise AssertionError(f"{error}:\n{container.log.read_text()[-3000:]}") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def main(name: str) -> None:
    """A clean virtualenv, the files, the command; says how long each took."""
    image, began = read(ROOT / "docker" / f"{name}.Dockerfile"), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tutorbot-image-", dir="/var/tmp"))
    try:
        python = python_310() if name == "action-server" else os.environ.get("PYTHON", sys.executable)
        install(image, folder / "venv", python)
        print(f"installed after {time.monotonic() - began:.0f} s")
        env = {"SECRET_KEY": os.urandom(24).hex(), "ALLOWED_HOSTS": "127.0.0.1", "HELPDESK_TOKEN": "by-hand"}
        container = Container(image, folder / "root", folder / "venv", free_port(), env)
        print("runs by", " ".join(container.prefix) or "whoever called")
        with running(container):
            print(f"healthy after {time.monotonic() - began:.0f} s")
            print(try_it(name, container.port))
        print("ended by its signal with 0")
    finally:
        make_writable(folder)
        shutil.rmtree(folder)


def try_it(name: str, port: int) -> str:
    """What it answers when it is asked something real."""
    import requests

    url = f"http://127.0.0.1:{port}"
    if name == "action-server":
        return f"{len(requests.get(f'{url}/actions', timeout=10).json())} actions"
    answer = requests.post(f"{url}/chat", json={"message": "hola"}, timeout=20)
    answer.raise_for_status()
    return str(answer.json()[0]["text"])


if __name__ == "__main__":
    main(sys.argv[1])
