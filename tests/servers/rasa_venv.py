"""A virtualenv with real Rasa, made when it is missing: about 2 GB, some minutes.

`RASA_VENV` names another place than var/venv-rasa, `PYTHON310` a Python 3.10.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RASA = "rasa==3.6.21"
PINS = ("setuptools<81",)
"""rasa imports pkg_resources, which newer setuptools no longer have."""


def folder() -> Path:
    return Path(os.environ.get("RASA_VENV") or ROOT / "var" / "venv-rasa")


def is_there() -> bool:
    return (folder() / "bin" / "rasa").exists()


def rasa_python() -> Path:
    """The Python of the virtualenv. Raises SystemExit without Python 3.10, CalledProcessError for pip."""
    python = folder() / "bin" / "python"
    if not is_there():
        base = python_310()
        subprocess.run([base, "-m", "venv", str(folder())], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", RASA, *PINS]
        print(f"Installing {RASA} into {folder()} (some minutes)", file=sys.stderr, flush=True)
        subprocess.run(install, check=True)
    return python


def python_310() -> str:
    """Raises SystemExit when there is none: Rasa 3.6 runs on nothing newer."""
    named = os.environ.get("PYTHON310")
    pyenv = sorted((Path.home() / ".pyenv" / "versions").glob("3.10.*/bin/python"))
    ask = "import sys; sys.exit(sys.version_info[:2] != (3, 10))"
    for one in [named] if named else ["python3.10", *map(str, pyenv)]:
        found = shutil.which(one)
        if found and subprocess.run([found, "-c", ask], capture_output=True, check=False).returncode == 0:
            return found
    raise SystemExit(
        "Rasa 3.6 needs Python 3.10, and there is none here. Name one: "
        "make parity PYTHON310=/path/to/python3.10"
    )
