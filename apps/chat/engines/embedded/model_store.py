"""The folder of model files and the pointer to the active one, followed by every worker process."""

import logging
import re
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apps.chat.engines.base import EngineUnavailable, TrainedModel
from apps.chat.engines.embedded.artefact import (
    MAX_BYTES,
    Artefact,
    pack,
    sha256_of,
)
from apps.chat.engines.embedded.errors import ArtefactError
from apps.chat.engines.embedded.hosts import ActionHost
from apps.chat.engines.embedded.model import LoadedModel, load
from apps.chat.engines.embedded.nlu.calibrated import CalibratedModel
from apps.chat.engines.embedded.nlu.semantic import FindEncoder, no_encoder
from apps.chat.engines.pointer import (
    VERSION_NAME,
    Pointer,
    announced_again,
    pointer_stamp,
    read_pointer,
    version_name,
    write_atomically,
)
from apps.chat.engines.project import BotProject
from apps.chat.engines.shelf import Follower, ModelShelf, OwnDisk

SUFFIX = ".model.zip"
CHECK_SECONDS = 1.0
_FILE_NAME = re.compile(VERSION_NAME.pattern + re.escape(SUFFIX))
logger = logging.getLogger(__name__)


class ModelStore:
    """One instance per process; threads share it. Readers never wait for a model that is being loaded."""

    def __init__(
        self,
        models_dir: Path,
        check_seconds: float = CHECK_SECONDS,
        find_encoder: FindEncoder = no_encoder,
        hosts: Sequence[ActionHost] = (),
        shelf: ModelShelf | None = None,
    ) -> None:
        self._dir = models_dir
        self._hosts = hosts
        self._others = Follower(shelf or OwnDisk(), models_dir)
        self._find_encoder = find_encoder
        self._check_seconds = check_seconds
        self._looking = threading.Lock()
        self._next_look = 0.0
        self._model: LoadedModel | None = None
        self._loaded = ""
        self._seen: tuple[int, ...] | None = None
        self._complained: tuple[int, ...] | None = None

    def active(self) -> LoadedModel:
        """The model to answer with, at most a second behind the pointer. Raises EngineUnavailable."""
        if self._model is None or time.monotonic() >= self._next_look:
            self._look()
        model = self._model
        if model is None:
            raise EngineUnavailable("No hay ningún modelo activo: entrena el bot y activa el modelo.")
        return model

    def activate(self, trained: TrainedModel) -> LoadedModel:
        """Points all processes to a model once it is verified here. Raises EngineUnavailable."""
        pointer = _pointer_to(trained)
        with self._looking:
            try:
                model = self._load_own(trained)
                self._others.publish(pointer)
            except (ArtefactError, OSError) as error:
                logger.error("embedded model %s was not activated: %s", trained.version, error)
                raise EngineUnavailable(
                    "El modelo no se puede activar: su archivo falta o está dañado; entrena de nuevo."
                ) from error
            self._model, self._loaded, self._seen = model, pointer.tag, pointer_stamp(self._dir)
        logger.info("embedded model %s is active", model.version)
        return model

    def reload(self) -> Pointer:
        """Every process reads the active model's file anew, a second later. Raises EngineUnavailable.

        Nothing has changed then: a damaged file would leave them with what they have.
        """
        try:
            pointer = read_pointer(self._dir)
            self._load(pointer)
            again = announced_again(pointer)
            self._others.publish(again)
            return again
        except (ArtefactError, OSError) as error:
            logger.error("the active embedded model was not loaded anew: %s", error)
            raise EngineUnavailable("No hay ningún modelo activo que se pueda leer.") from error

    def pointed(self) -> Pointer | None:
        """What the pointer names, or None when there is none that can be read."""
        self._others.follow()
        try:
            return read_pointer(self._dir)
        except (ArtefactError, OSError):
            return None

    def load(self, trained: TrainedModel) -> LoadedModel:
        """Verified, not activated. Raises EngineUnavailable."""
        try:
            return self._load_own(trained)
        except (ArtefactError, OSError) as error:
            logger.error("embedded model %s cannot be read: %s", trained.version, error)
            raise EngineUnavailable(
                "El modelo no se puede leer: su archivo falta o está dañado; entrena de nuevo."
            ) from error

    def save(self, project: BotProject, trained: CalibratedModel, report: Mapping[str, Any]) -> TrainedModel:
        """Writes a new file, without the report; an existing one is never touched."""
        data_hash, moment = project.data_hash(), datetime.now(UTC)
        self._dir.mkdir(parents=True, exist_ok=True)
        while (path := self._dir / (version_name(moment, data_hash) + SUFFIX)).exists():
            moment += timedelta(seconds=1)
        version = version_name(moment, data_hash)
        content = pack(Artefact(version, data_hash, project, trained))
        write_atomically(path, content)
        return TrainedModel(version, path, sha256_of(content), data_hash, trained.figures, report)

    def _look(self) -> None:
        """Loads what the pointer names when it has changed. One thread does; others use what they have.

        Only while there is nothing to answer with do they wait.
        """
        if not self._looking.acquire(blocking=self._model is None):
            return
        try:
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + self._check_seconds
                self._follow_pointer()
        finally:
            self._looking.release()

    def _follow_pointer(self) -> None:
        self._others.follow()
        stamp = pointer_stamp(self._dir)
        if stamp is None or stamp == self._seen:
            return
        try:
            pointer = read_pointer(self._dir)
            if self._model is None or self._loaded != pointer.tag:
                self._model, self._loaded = self._load(pointer), pointer.tag
                logger.info("embedded model %s loaded", pointer.version)
            self._seen = stamp
        except (ArtefactError, OSError) as error:
            if stamp != self._complained:
                logger.error("the active embedded model cannot be used, the one before stays: %s", error)
            self._complained = stamp

    def _load_own(self, trained: TrainedModel) -> LoadedModel:
        if trained.path.resolve().parent != self._dir.resolve():
            raise ArtefactError(f"{trained.path} is not in the folder of models")
        return self._load(_pointer_to(trained))

    def _load(self, pointer: Pointer) -> LoadedModel:
        if not _FILE_NAME.fullmatch(pointer.file):
            raise ArtefactError(f"{pointer.file!r} is not the name of a model file")
        self._others.have(pointer.file)
        path = self._dir / pointer.file
        if path.stat().st_size > MAX_BYTES:
            raise ArtefactError(f"{pointer.file} is too large")
        content = path.read_bytes()
        if sha256_of(content) != pointer.sha256:
            raise ArtefactError(f"{pointer.file} is not the file that was trained (SHA-256 differs)")
        model = load(content, self._find_encoder, self._hosts)
        if (model.version, model.data_hash) != (pointer.version, pointer.data_hash):
            raise ArtefactError(f"{pointer.file} holds another version than it should")
        return model


def _pointer_to(trained: TrainedModel) -> Pointer:
    return Pointer(trained.version, trained.path.name, trained.sha256, trained.data_hash)
