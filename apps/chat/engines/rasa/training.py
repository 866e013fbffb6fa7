"""Has Rasa train: the project goes as one YAML, the model comes back as the answer's body."""

import errno
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from urllib.parse import urlencode

import requests
from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from apps.chat.engines.base import (
    EngineError,
    EngineProtocolError,
    EngineTimeout,
    EngineUnavailable,
    Progress,
    TrainedModel,
    TrainingError,
)
from apps.chat.engines.rasa.config import RasaConfig
from apps.chat.engines.rasa.exchange import HEADERS, as_engine_error
from apps.chat.engines.rasa.model_store import RasaModelStore
from apps.chat.engines.rasa.transport import RasaSession

TRAIN_PATH = "/model/train?save_to_default_model_directory=false"
"""Rasa sends the model and keeps none: which one answers is said here, not by what lies in its folder."""
TRAIN_SECONDS = 3600.0
"""As long as Rasa itself lets an answer take."""
TICK_SECONDS = 1.0
USUAL_SECONDS = 120.0
"""After so long the progress is half way: Rasa does not say how far it is."""
REFUSALS = frozenset({400, 500})
"""With a reason in the body, these are about the project."""
MAX_REASON_BYTES = 64 << 10
MAX_SHOWN = 400
CHUNK = 1 << 20
DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO})
TEXTS: dict[type[EngineError], str] = {
    EngineUnavailable: "No se pudo hablar con Rasa. Revisa RASA_URL, RASA_TOKEN y que esté en marcha.",
    EngineTimeout: "Rasa no terminó de entrenar a tiempo. Revisa su carga y entrena de nuevo.",
    EngineProtocolError: "La respuesta de Rasa llegó rota o a medias. Mira su registro y entrena de nuevo.",
}
logger = logging.getLogger(__name__)


class RasaTraining:
    """One training. The call runs in a thread of its own, so that whoever waits may hang up at any moment."""

    def __init__(
        self,
        config: RasaConfig,
        models: RasaModelStore,
        seconds: float = TRAIN_SECONDS,
        tick: float = TICK_SECONDS,
    ) -> None:
        self._config, self._models = config, models
        self._seconds, self._tick = seconds, tick
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_over = False

    def run(
        self,
        project_yaml: str,
        data_hash: str,
        progress: Progress,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> TrainedModel:
        """Raises TrainingError for a project that Rasa refuses, EngineErrors with a text for staff.

        Calls `progress` every second; whatever that raises ends the call and leaves as it is. So does a
        cancellation, as TrainingError. Rasa itself goes on until it is done: it cannot be told to stop.
        """
        outcome: Future[TrainedModel] = Future()
        work = threading.Thread(
            target=self._work, args=(outcome, project_yaml.encode(), data_hash), daemon=True
        )
        started = time.monotonic()
        progress(0.0, "Enviando el proyecto a Rasa")
        work.start()
        try:
            while not wait([outcome], self._tick).done:
                if is_cancelled and is_cancelled():
                    raise TrainingError("El entrenamiento se canceló.")
                seconds = time.monotonic() - started
                progress(0.95 * seconds / (seconds + USUAL_SECONDS), "Rasa entrena")
        except BaseException:
            self._hang_up()
            raise
        model = outcome.result()
        progress(1.0, "Modelo listo")
        return model

    def _work(self, outcome: "Future[TrainedModel]", body: bytes, data_hash: str) -> None:
        try:
            outcome.set_result(self._models.save(self._answer(body), data_hash))
        except (EngineError, TrainingError) as error:
            outcome.set_exception(error)
        except (requests.RequestException, HTTPError, ValueError) as error:
            outcome.set_exception(_told(as_engine_error(error)))
        except OSError as error:  # of the network or of the disk
            outcome.set_exception(_disk_or_network(error))
        except BaseException as error:
            outcome.set_exception(error)

    def _answer(self, body: bytes) -> Iterator[bytes]:
        token = self._config.token
        query = urlencode({"token": token}) if token else ""
        timeout = Timeout(connect=10, read=self._seconds, total=self._seconds)
        with RasaSession(self._config.base_url, 1, query, on_connect=self._connected) as session:
            response = session.send(_request(self._config.base_url, body), timeout=timeout, stream=True)
            with response:
                if response.status_code != 200:
                    raise _refusal(response.status_code, response.raw.read(MAX_REASON_BYTES))
                while chunk := response.raw.read(CHUNK):
                    yield chunk

    def _connected(self, line: socket.socket) -> None:
        with self._lock:
            self._sockets.append(line)
        if self._is_over:
            self._hang_up()

    def _hang_up(self) -> None:
        """Wakes the thread that reads; that one closes the connection and deletes the half file."""
        self._is_over = True
        with self._lock:
            for line in self._sockets:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)


def _request(base_url: str, body: bytes) -> PreparedRequest:
    prepared = PreparedRequest()
    prepared.method, prepared.url, prepared.body = "POST", base_url + TRAIN_PATH, body
    kind = {"Accept": "*/*", "Content-Type": "application/yaml", "Content-Length": str(len(body))}
    prepared.headers = CaseInsensitiveDict({**HEADERS, **kind})
    return prepared


def _refusal(status: int, body: bytes) -> Exception:
    """What Rasa says of the project is for staff; all of it is in the log."""
    try:
        reason = json.loads(body)
        said = reason["message"] if reason.get("reason") else ""
    except (ValueError, KeyError, AttributeError, TypeError):
        said = ""
    logger.error("rasa: training refused with HTTP %d: %.2000r", status, said or body)
    if status not in REFUSALS or not isinstance(said, str) or not said:
        return EngineUnavailable(f"{TEXTS[EngineUnavailable]} (HTTP {status})")
    shown = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    return TrainingError(f"Rasa no pudo entrenar con este proyecto. Esto dijo: «{shown[:MAX_SHOWN]}»")


def _told(error: EngineError) -> EngineError:
    return type(error)(TEXTS[type(error)])


def _disk_or_network(error: OSError) -> Exception:
    if error.filename is not None or error.errno in DISK:
        return TrainingError("No se pudo guardar el modelo: revisa el espacio y los permisos de su carpeta.")
    return _told(as_engine_error(error))
