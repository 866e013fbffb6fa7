"""compose.yaml and what is laid over it, as data; and what Compose makes of them where there is a Compose."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "compose.yaml", *sorted((ROOT / "docker").glob("compose.*.yaml"))]
VARIABLE = re.compile(r"\$\{(\w+)(?::?([-?+])([^{}]*))?")


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def all_services() -> dict[str, dict[str, Any]]:
    """Those of both profiles, PostgreSQL's among them."""
    postgres = load(ROOT / "docker" / "compose.postgres.yaml")["services"]["postgres"]
    return {**load(ROOT / "compose.yaml")["services"], "postgres": postgres}


def with_defaults(text: str) -> str:
    """As Compose reads it when no variable of `.env` is set."""
    return re.sub(r"\$\{\w+:-([^{}]*)\}", r"\1", text)


def resolved(profile: str, env_file: Path) -> dict[str, Any] | None:
    """What `docker compose config` says of the profile; None where there is no Compose."""
    docker = shutil.which("docker")
    client = [docker or "docker", "compose"]
    if not docker or subprocess.run([*client, "version"], capture_output=True, check=False).returncode:
        return None
    command = [*client, "--env-file", str(env_file), "--profile", profile, "config", "--format", "json"]
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
