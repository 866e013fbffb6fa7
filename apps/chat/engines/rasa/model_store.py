"""The folder of models that Rasa made, and the pointer to the one that Rasa servers pull."""

import hashlib
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from apps.chat.engines.base import EngineProtocolError, EngineUnavailable, TrainedModel
from apps.chat.engines.pointer import (
    VERSION_NAME,
    ArtefactError,
    Pointer,
    announced_again,
    read_pointer,
    version_name,
    whole_or_nothing,
)
from apps.chat.engines.shelf import Follower, ModelShelf, OwnDisk

SUFFIX = ".tar.gz"
MAX_BYTES = 1 << 30
GZIP = b"\x1f\x8b"
_FILE_NAME = re.compile(VERSION_NAME.pattern + re.escape(SUFFIX))
_CHUNK = 1 << 20
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenModel:
    """The active model's file, verified; whoever has it closes it."""

    pointer: Pointer
    file: BinaryIO


class RasaModelStore:
    """Safe for threads and processes: a file is never changed, and the pointer is written whole."""

    def __init__(self, folder: Path, shelf: ModelShelf | None = None) -> None:
        self._dir = folder
        self._others = Follower(shelf or OwnDisk(), folder)
        self._verified: tuple[object, ...] = ()
        self._complained: tuple[object, ...] = ()

    def save(self, chunks: Iterable[bytes], data_hash: str) -> TrainedModel:
        """A new file, whole or not at all. Raises EngineProtocolError, and what `chunks` raises."""
        arriving = iter(chunks)
        first = next(arriving, b"")  # an hour may go by until then: the name says when it was made
        if not first.startswith(GZIP):
            told = "Rasa contestó algo que no es un modelo; revisa su dirección."
            raise EngineProtocolError(told if first else "Rasa contestó sin ningún modelo; mira su registro.")
        moment = datetime.now(UTC)
        self._dir.mkdir(parents=True, exist_ok=True)
        while (path := self._dir / (version_name(moment, data_hash) + SUFFIX)).exists():
            moment += timedelta(seconds=1)
        digest, size = hashlib.sha256(), 0
        with whole_or_nothing(path) as file:
            for chunk in chain([first], arriving):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise EngineProtocolError(f"El modelo de Rasa pasa de {MAX_BYTES >> 20} MB.")
                digest.update(chunk)
                file.write(chunk)
        return TrainedModel(version_name(moment, data_hash), path, digest.hexdigest(), data_hash)

    def activate(self, trained: TrainedModel) -> None:
        """Rasa servers pull it from now on. Raises EngineUnavailable; nothing has changed then."""
        pointer = Pointer(trained.version, trained.path.name, trained.sha256, trained.data_hash)
        try:
            if trained.path.resolve().parent != self._dir.resolve():
                raise ArtefactError(f"{trained.path} is not in the folder of models")
            self._open(pointer).close()
            self._others.publish(pointer)
        except (ArtefactError, OSError) as error:
            logger.error("Rasa model %s was not activated: %s", trained.version, error)
            raise EngineUnavailable(
                "El modelo no se puede activar: su archivo falta o está dañado; entrena de nuevo."
            ) from error
        logger.info("Rasa model %s is active", trained.version)

    def reload(self) -> Pointer:
        """Rasa servers pull the active model once more. Raises EngineUnavailable."""
        try:
            pointer = read_pointer(self._dir)
            self._open(pointer).close()
            again = announced_again(pointer)
            self._others.publish(again)
            return again
        except (ArtefactError, OSError) as error:
            logger.error("the active Rasa model was not offered anew: %s", error)
            raise EngineUnavailable("No hay ningún modelo activo que se pueda leer.") from error

    def pointed(self) -> Pointer | None:
        """What the pointer names, or None when there is none that can be read."""
        self._others.follow()
        try:
            return read_pointer(self._dir)
        except (ArtefactError, OSError):
            return None

    def open_active(self) -> OpenModel | None:
        """None without a pointer. Raises ArtefactError for a file that is not the one that was made."""
        pointer = self.pointed()
        if pointer is None:
            return None
        try:
            return OpenModel(pointer, self._open(pointer))
        except (ArtefactError, OSError) as error:
            self._complain(pointer, error)
            raise ArtefactError(str(error)) from error

    def _open(self, pointer: Pointer) -> BinaryIO:
        """Hashed once for each state of the file, for it is asked for again and again."""
        if not _FILE_NAME.fullmatch(pointer.file):
            raise ArtefactError(f"{pointer.file!r} is not the name of a model file")
        self._others.have(pointer.file)
        file = (self._dir / pointer.file).open("rb")
        try:
            stamp = _stamp(file, pointer)
            if stamp != self._verified:
                if _sha256(file) != pointer.sha256:
                    raise ArtefactError(f"{pointer.file} is not the file that was made (SHA-256 differs)")
                self._verified = stamp
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def _complain(self, pointer: Pointer, error: Exception) -> None:
        """Once for each model: Rasa asks every few seconds."""
        if self._complained != (pointer, str(error)):
            self._complained = (pointer, str(error))
            logger.error("the active Rasa model cannot be served, Rasa keeps the one it has: %s", error)


def _stamp(file: BinaryIO, pointer: Pointer) -> tuple[object, ...]:
    found = os.fstat(file.fileno())
    return (pointer.sha256, found.st_ino, found.st_mtime_ns, found.st_size)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
