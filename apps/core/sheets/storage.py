"""Uploaded tables between their preview and its confirmation."""

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from import_export.tmp_storages import BaseStorage

NAME = re.compile(r"[0-9a-f]{32}\.[a-z]+")
KEPT_SECONDS = 3600


class ImportFolder(BaseStorage):
    """DATA_DIR/imports, which all processes share; a name is one of ours, never a client's path.

    The name says what the file is read as: whoever confirms a preview does not choose again.
    """

    def __init__(self, *, extension: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.name: str = kwargs.get("name") or f"{secrets.token_hex(16)}.{extension}"
        self.folder = Path(settings.ENV.DATA_DIR) / "imports"

    @property
    def path(self) -> Path:
        if not NAME.fullmatch(self.name):
            raise FileNotFoundError(self.name)
        return self.folder / self.name

    @property
    def extension(self) -> str:
        return self.path.suffix.removeprefix(".")

    def exists(self) -> bool:
        return bool(NAME.fullmatch(self.name)) and self.path.is_file()

    def save(self, data: bytes) -> None:
        """Written for this user alone; what nobody confirmed within an hour goes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another process cleans up too
                if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                    old.unlink()
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)

    def read(self) -> bytes:
        return self.path.read_bytes()

    def take(self) -> bytes:
        """Its content, for whoever asks first; then it is gone. Raises FileNotFoundError."""
        taken = self.folder / f"{secrets.token_hex(16)}.taken"
        os.replace(self.path, taken)
        try:
            return taken.read_bytes()
        finally:
            taken.unlink(missing_ok=True)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
