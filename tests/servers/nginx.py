"""The real nginx with the configuration of docker/nginx, rendered as the image's entrypoint does it."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import CannotStart, free_port, running

SOURCE = Path(__file__).resolve().parents[2] / "docker" / "nginx"
MIME_TYPES = Path("/etc/nginx/mime.types")


def program() -> str:
    """Raises CannotStart."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None or not MIME_TYPES.exists():
        raise CannotStart("nginx is not installed (apt-get install nginx-light)")
    return found


def variables(**given: str) -> dict[str, str]:
    """What the entrypoint knows after 16-tutorbot.envsh. Raises CalledProcessError with what that says."""
    script = f". {SOURCE / '16-tutorbot.envsh'} && env -0"
    env = {"PATH": os.environ["PATH"], **given}
    done = subprocess.run(["sh", "-c", script], env=env, capture_output=True, text=True, check=True)
    pairs = (line.split("=", 1) for line in done.stdout.split("\0") if "=" in line)
    return {name: value for name, value in pairs if name.startswith("NGINX_")}


def render(folder: Path, **given: str) -> None:
    """The configuration into a folder that stands for the image's /etc/nginx, its /tmp inside."""
    values = variables(**given)
    (folder / "tmp").mkdir()
    shutil.copy(MIME_TYPES, folder)
    main = (SOURCE / "nginx.conf").read_text().replace("/tmp/", f"{folder}/tmp/")
    (folder / "nginx.conf").write_text(main)
    templates = SOURCE / "templates"
    for path in templates.rglob("*.template"):
        target = folder / "conf.d" / path.relative_to(templates).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(r"\$\{(NGINX_\w+)\}", lambda found: values[found[1]], path.read_text()))


@contextmanager
def nginx_server(backends: list[str], **options: str) -> Iterator[str]:
    """http://… of an nginx before gunicorns at these addresses (`127.0.0.1:8000`); ended with the block.

    Options are variables of docker/nginx/16-tutorbot.envsh: NGINX_RASA="127.0.0.1:5005", NGINX_MODE="https"
    with NGINX_CERTS and NGINX_HTTPS_LISTEN… `NGINX_LOG`: a file for the access log and errors.
    """
    folder = Path(tempfile.mkdtemp(prefix="tutorbot-nginx-"))
    port, log = free_port(), options.pop("NGINX_LOG", os.devnull)
    try:
        given = {"NGINX_RASA": "127.0.0.1:9", "NGINX_HTTP_LISTEN": f"127.0.0.1:{port}", **options}
        render(folder, NGINX_BACKENDS=",".join(backends), **given)
        _let_everybody_in(folder)
        with open(log, "ab") as lines:
            command = [program(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
            with running(command, port, stdout=lines, stderr=lines):
                yield f"http://127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _let_everybody_in(folder: Path) -> None:
    """Started by root, nginx's workers are somebody else, and mkdtemp's folder is nobody else's."""
    folder.chmod(0o755)
    (folder / "tmp").chmod(0o777)
