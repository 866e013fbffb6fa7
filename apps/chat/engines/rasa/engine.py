"""RasaEngine: the bot is a Rasa server elsewhere."""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from urllib3.util import Timeout

from apps.chat.engines.base import (
    BotReply,
    EngineError,
    EngineStatus,
    EngineTimeout,
    EngineUnavailable,
    Guess,
    Parse,
    Progress,
    TrainedModel,
    UserMessage,
)
from apps.chat.engines.pointer import Pointer
from apps.chat.engines.rasa.cached import Cached
from apps.chat.engines.rasa.config import TURN_PATH, RasaConfig
from apps.chat.engines.rasa.exchange import Answer, RasaHttp, as_json
from apps.chat.engines.rasa.model_store import RasaModelStore
from apps.chat.engines.rasa.readers import (
    FALLBACK_INTENT,
    Understood,
    read_json,
    read_latest_message,
    read_messages,
    read_model_version,
    read_parse,
    read_tracker,
)
from apps.chat.engines.rasa.training import RasaTraining
from apps.core.breaker import CircuitBreaker, CircuitOpenError

logger = logging.getLogger(__name__)

HEALTH_TIMEOUT = Timeout(connect=1.0, read=2.0)
NO_MODEL = 409
"""What Rasa's /status answers before a model is loaded."""


class RasaEngine:
    """One per process tree; safe for threads and forks."""

    name = "rasa"

    def __init__(
        self,
        config: RasaConfig,
        clock: Callable[[], float] = time.monotonic,
        models: RasaModelStore | None = None,
    ) -> None:
        """`models` is where trainings go and what Rasa servers pull from; without it there is no training."""
        self._config, self._store = config, models
        connect, whole = config.connect_timeout_ms / 1000, config.timeout_ms / 1000
        self._turn_timeout = Timeout(connect=min(connect, whole), read=whole, total=whole)
        self._tracker_seconds = config.tracker_timeout_ms / 1000
        self._http = RasaHttp(config)
        self._breaker = CircuitBreaker("rasa", (EngineUnavailable, EngineTimeout), clock=clock)
        unknown = EngineStatus(self.name, ok=False, error=EngineUnavailable.word)
        self._status = Cached(unknown, 2.0, clock)
        self._model_version: Cached[str | None] = Cached(None, 30.0, clock)

    def reply(self, message: UserMessage) -> BotReply:
        """Without an intent, which the REST channel does not tell: `understood()` asks for it afterwards."""
        started = time.perf_counter()
        said = {"sender": message.conversation, "message": message.text, "metadata": dict(message.metadata)}
        body = as_json(said)  # before the breaker: what cannot be sent says nothing about Rasa
        try:
            with self._breaker.guard():
                answer = self._http.post(TURN_PATH, body, self._turn_timeout, message.request_id)
                if answer.status >= 500:
                    raise EngineUnavailable(f"HTTP {answer.status}")
        except CircuitOpenError as error:
            raise EngineUnavailable("circuit open") from error
        messages = read_messages(_body(answer), message.sender)
        if message.conversation_id:  # Rasa knows the sender by another name than the client does
            messages = [{**one, "recipient_id": message.sender} for one in messages]
        return BotReply(messages=messages, latency_ms=round((time.perf_counter() - started) * 1000))

    def understood(self, message: UserMessage) -> Understood | None:
        """What Rasa understood of this message, None when it cannot be had. For after the answer.

        Never raises, takes `tracker_timeout_ms` at most, and neither asks nor trips the breaker.
        """
        until = time.monotonic() + self._tracker_seconds
        if {".", ".."} & set(message.conversation.split("/")):  # would be another path
            return None
        try:
            guess, is_form_answer = self._guess(message, until)
        except (EngineError, ValueError) as error:
            logger.info("rasa: no intent for %s: %s", message.request_id, error)
            return None
        if guess is None:
            return None
        left = max(0.0, until - time.monotonic())
        version = self._model_version.get(lambda: self._read_model_version(until), left)
        is_fallback = guess.intent == FALLBACK_INTENT and not is_form_answer
        return Understood(guess.intent, guess.confidence, is_fallback, version, is_form_answer)

    def _guess(self, message: UserMessage, until: float) -> tuple[Guess | None, bool]:
        """From the tracker, and whether a form took the message for an answer.

        Of such messages a tracker says nothing, nor of anything before a restart: they are parsed once more.
        """
        path = f"/conversations/{quote(message.conversation, safe='')}/tracker?include_events=NONE"
        text, answer = message.text.strip(), self._http.get(path, _within(until), message.request_id)
        latest, guess = read_latest_message(_body(answer))
        if latest == text:
            return guess, False
        answer = self._http.post("/model/parse", as_json({"text": text}), _within(until), message.request_id)
        parse = read_parse(_body(answer), text)
        return Guess(parse.intent, parse.confidence) if parse.intent else None, latest is not None

    def tracker(self, sender: str) -> dict[str, Any]:
        """What Rasa remembers of a conversation (readers.read_tracker): for staff, past the breaker.

        Raises EngineUnavailable and EngineProtocolError.
        """
        if {".", ".."} & set(sender.split("/")):  # would be another path
            raise EngineUnavailable("no such conversation")
        path = f"/conversations/{quote(sender, safe='')}/tracker?include_events=NONE"
        return read_tracker(_body(self._http.get(path, self._turn_timeout)))

    def restart(self, sender: str) -> None:
        """Rasa begins anew with this sender; the events so far stay in its tracker store, as Rasa offers no
        deletion. Raises EngineError.
        """
        if {".", ".."} & set(sender.split("/")):  # would be another path
            raise EngineUnavailable("no such conversation")
        path = f"/conversations/{quote(sender, safe='')}/tracker/events"
        _body(self._http.post(path, as_json({"event": "restart"}), self._turn_timeout))

    def parse(self, text: str) -> Parse:
        """For staff: neither asks nor trips the breaker that guards students' turns."""
        answer = self._http.post("/model/parse", as_json({"text": text}), self._turn_timeout)
        return read_parse(_body(answer), text)

    def status(self) -> EngineStatus:
        """Asked at most every 2 s; while one caller asks, the others get the last known."""
        return self._status.get(self._ask_status)

    @property
    def models(self) -> RasaModelStore:
        if self._store is None:
            raise EngineUnavailable("this engine has no folder of models")
        return self._store

    def train(
        self,
        project_yaml: str,
        data_hash: str,
        progress: Progress,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> TrainedModel:
        """The project as one YAML, trained by Rasa; not activated. Raises as `RasaTraining.run`."""
        return RasaTraining(self._config, self.models).run(project_yaml, data_hash, progress, is_cancelled)

    def activate(self, model: TrainedModel) -> None:
        """Every Rasa that pulls gets it at its next look. Raises EngineUnavailable: nothing changed then."""
        self.models.activate(model)

    def reload(self) -> Pointer:
        """Every Rasa that pulls loads the active model anew. Raises EngineUnavailable."""
        return self.models.reload()

    def pointed(self) -> Pointer | None:
        """What Rasa servers are to run; None when nothing has been activated."""
        return self.models.pointed()

    def close(self) -> None:
        """Hangs up the kept-alive connections of this process. The engine stays usable."""
        self._http.close()

    def _ask_status(self) -> EngineStatus:
        try:
            version = read_json(_body(self._http.get("/version", HEALTH_TIMEOUT)))
            answer = self._http.get("/status", HEALTH_TIMEOUT)
            if answer.status == NO_MODEL or answer.status >= 500:
                raise EngineUnavailable(f"HTTP {answer.status}")
            # A 401 or 404 here says that the token or a proxy keeps us out, not that students get no answers.
            model = read_model_version(answer.body) if answer.body else None
        except EngineError as error:
            return EngineStatus(self.name, ok=False, error=error.word)
        number = version.get("version") if isinstance(version, dict) else None
        is_text = isinstance(number, str)
        return EngineStatus(self.name, ok=True, version=number if is_text else None, model_version=model)

    def _read_model_version(self, until: float) -> str | None:
        try:
            return read_model_version(_body(self._http.get("/status", _within(until))))
        except EngineError:
            return None


def _within(until: float) -> Timeout:
    """What is left of the time. Raises EngineTimeout when nothing is."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise EngineTimeout("no time left")
    return Timeout(connect=seconds, read=seconds, total=seconds)


def _body(answer: Answer) -> bytes:
    if not 200 <= answer.status < 300:
        raise EngineUnavailable(f"HTTP {answer.status}")
    return answer.body
