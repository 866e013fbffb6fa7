"""Where machines without a common disk find the models of each other."""

import logging
from pathlib import Path
from typing import Protocol

from apps.chat.engines.pointer import (
    POINTER,
    VERSION_NAME,
    ArtefactError,
    Pointer,
    parse_pointer,
    pointer_content,
    write_atomically,
)

logger = logging.getLogger(__name__)


class ModelShelf(Protocol):
    """Keeps files of models by name, and a pointer to the active one. Raises OSError."""

    def pointer(self) -> bytes | None: ...

    def point(self, content: bytes) -> None: ...

    def put(self, path: Path) -> None: ...

    def bring(self, name: str, folder: Path) -> None:
        """Raises FileNotFoundError where nobody has put it."""
        ...


class OwnDisk:
    """No shelf: one machine, or a disk that all share."""

    def pointer(self) -> bytes | None:
        return None

    def point(self, content: bytes) -> None:
        """The pointer on the disk is all there is."""

    def put(self, path: Path) -> None:
        """It is where it should be."""

    def bring(self, name: str, folder: Path) -> None:
        raise FileNotFoundError(name)


class Follower:
    """Makes this machine's folder say what the shelf says."""

    def __init__(self, shelf: ModelShelf, folder: Path) -> None:
        self._shelf, self._dir = shelf, folder
        self._followed: bytes | None = None
        self._is_lost = False

    def follow(self) -> None:
        """Never raises: without the shelf the folder stays as it is, and the log says so once."""
        try:
            content = self._shelf.pointer()
            if content is not None and content != self._followed:
                self._take(content)
            self._is_lost = False
        except (ArtefactError, OSError) as error:
            if not self._is_lost:
                logger.error("models of other machines are not seen, those here stay: %s", error)
            self._is_lost = True

    def _take(self, content: bytes) -> None:
        path = self._dir / POINTER
        if not path.exists() or path.read_bytes() != content:
            self.have(parse_pointer(content).file)
            write_atomically(path, content)
        self._followed = content

    def have(self, name: str) -> None:
        """Fetches a file that is not here. Raises OSError, and ArtefactError for what is no model's name."""
        if not VERSION_NAME.match(name) or Path(name).name != name:
            raise ArtefactError(f"{name!r} is not the name of a model file")
        if not (self._dir / name).exists():
            self._shelf.bring(name, self._dir)

    def publish(self, pointer: Pointer) -> None:
        """Points all machines to a file of this one. Raises OSError; nothing has changed then."""
        content = pointer_content(pointer)
        self._shelf.put(self._dir / pointer.file)
        self._shelf.point(content)
        write_atomically(self._dir / POINTER, content)
