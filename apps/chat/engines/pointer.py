"""The small file that names the active model: written whole or not at all, read by every process."""

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

POINTER = "active.json"
VERSION_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


class ArtefactError(Exception):
    """A model file that must not be used: altered, half-written, of another format, or inconsistent."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A model file by name, with the hashes that it must have."""

    version: str
    file: str
    sha256: str
    data_hash: str
    reloads: int = 0
    """How often all were told to load it anew since it was activated."""

    @property
    def tag(self) -> str:
        """Differs whenever somebody who has the file should load it."""
        return f"{self.sha256}-{self.reloads}" if self.reloads else self.sha256


def version_name(moment: datetime, data_hash: str) -> str:
    return f"{moment:%Y%m%d-%H%M%S}-{data_hash[:8]}"


def pointer_stamp(folder: Path) -> tuple[int, ...] | None:
    """Changes with the pointer; None without one."""
    try:
        found = os.stat(folder / POINTER)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)


def read_pointer(folder: Path) -> Pointer:
    """Raises ArtefactError, and OSError when there is none."""
    return parse_pointer((folder / POINTER).read_bytes())


def parse_pointer(content: bytes) -> Pointer:
    """Raises ArtefactError."""
    try:
        data = json.loads(content)
        version, file, sha256, data_hash = (
            str(data[key]) for key in ("version", "file", "sha256", "data_hash")
        )
        return Pointer(version, file, sha256, data_hash, int(data.get("reloads", 0)))
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{POINTER} is not readable: {error}") from error


def write_pointer(folder: Path, pointer: Pointer) -> None:
    write_atomically(folder / POINTER, pointer_content(pointer))


def pointer_content(pointer: Pointer) -> bytes:
    data = {
        "version": pointer.version,
        "file": pointer.file,
        "sha256": pointer.sha256,
        "data_hash": pointer.data_hash,
        "activated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **({"reloads": pointer.reloads} if pointer.reloads else {}),
    }
    return json.dumps(data, indent=1).encode()


def announced_again(pointer: Pointer) -> Pointer:
    """What makes everybody who follows the pointer load its model anew."""
    return replace(pointer, reloads=pointer.reloads + 1)


def write_atomically(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops in between."""
    with whole_or_nothing(path) as file:
        file.write(content)


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its name at the end, if nothing went wrong until then."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "nt":  # which opens no folders, and writes names at once
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
