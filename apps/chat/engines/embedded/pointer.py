"""The small file that names the active model: written whole or not at all, read by every process."""

import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apps.chat.engines.embedded.errors import ArtefactError

POINTER = "active.json"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A model file by name, with the hashes that it must have."""

    version: str
    file: str
    sha256: str
    data_hash: str


def pointer_stamp(folder: Path) -> tuple[int, ...] | None:
    """Changes with the pointer; None without one."""
    try:
        found = os.stat(folder / POINTER)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)


def read_pointer(folder: Path) -> Pointer:
    """Raises ArtefactError, and OSError when there is none."""
    try:
        data = json.loads((folder / POINTER).read_bytes())
        return Pointer(*(str(data[key]) for key in ("version", "file", "sha256", "data_hash")))
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{POINTER} is not readable: {error}") from error


def write_pointer(folder: Path, pointer: Pointer) -> None:
    data = {
        "version": pointer.version,
        "file": pointer.file,
        "sha256": pointer.sha256,
        "data_hash": pointer.data_hash,
        "activated_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_atomically(folder / POINTER, json.dumps(data, indent=1).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops in between."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
