"""The secret key of a machine that was given none."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from tutorbot.env import Env
from tutorbot.env_types import ConfigurationError


def secret_key(env: Env) -> str:
    """The given key, or one generated once into the data folder (dev and test only)."""
    if env.SECRET_KEY:
        return env.SECRET_KEY
    path = env.DATA_DIR / "secret_key"
    try:
        env.DATA_DIR.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
    except OSError as error:
        raise ConfigurationError(
            f"No se puede escribir en DATA_DIR ({env.DATA_DIR}): {error.strerror}. "
            "Cambia sus permisos o indica otra carpeta."
        ) from None
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, and never over another process's: a link to a finished file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-", text=True)  # mode 600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
