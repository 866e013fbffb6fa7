"""What every bot engine offers, and the only errors that may leave one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from apps.chat.engines.project import BotProject

Message = dict[str, Any]
"""One bot message: {recipient_id, text?, buttons?, image?, custom?, attachment?} (Rasa's REST channel)."""

Progress = Callable[[float, str], None]
"""Called with the done share (0 to 1) and a word on what is being done."""


class EngineError(Exception):
    """An engine could not answer. `word` is stable and goes into the chat log."""

    word = "engine_error"


class EngineUnavailable(EngineError):
    """Refused, unreachable, circuit open, or no model to answer with."""

    word = "engine_unavailable"


class EngineTimeout(EngineError):
    """No whole answer within the time allowed for a turn."""

    word = "engine_timeout"


class EngineProtocolError(EngineError):
    """An answer came, but not one that the contract allows."""

    word = "engine_protocol"


class TrainingError(ValueError):
    """The project cannot be trained. The message is Spanish, says what to do, and may be shown to staff."""


@dataclass(frozen=True, slots=True)
class UserMessage:
    """What a student said. `metadata["auth"]` is made by this server, never by the client."""

    sender: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""
    conversation_id: str = ""
    """Under which an engine remembers, where that is not the sender."""

    @property
    def conversation(self) -> str:
        return self.conversation_id or self.sender

    @property
    def claims(self) -> Mapping[str, Any] | None:
        """Verified claims of the caller, None for an anonymous one."""
        auth = self.metadata.get("auth") or {}
        return auth.get("claims") if auth.get("hasToken") else None


@dataclass(frozen=True, slots=True)
class BotReply:
    """What the bot answered. `confidence` is 0 to 1; `latency_ms` is the engine's own time."""

    messages: list[Message]
    intent: str | None = None
    confidence: float | None = None
    is_fallback: bool = False
    is_form_answer: bool = False
    """Whether a form took the message for an answer: what it was understood as means nothing then."""
    model_version: str | None = None
    latency_ms: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in a sentence; `start` and `end` are character offsets, end exclusive."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Guess:
    """One row of an intent ranking; `confidence` is 0 to 1."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Parse:
    """How a sentence is understood: best intent, all guesses best first, entities."""

    text: str
    intent: str | None
    confidence: float
    ranking: tuple[Guess, ...] = ()
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Health of an engine. `error` is one of the engine errors' words."""

    engine: str
    ok: bool
    error: str | None = None
    version: str | None = None
    model_version: str | None = None
    classifier: str | None = None
    """What the embedded engine understands with: `linear` or `semantic`."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """An artefact on disk. `sha256` is of the file's bytes; `figures` are those of its cross-validation.

    `report` says what they are made of: per intent, confusions with their sentences, likely mistakes.
    """

    version: str
    path: Path
    sha256: str
    data_hash: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)


class BotEngine(Protocol):
    """A bot: answers turns, parses sentences, says how it is."""

    name: str

    def reply(self, message: UserMessage) -> BotReply: ...
    def parse(self, text: str) -> Parse: ...
    def status(self) -> EngineStatus: ...


class TrainableEngine(BotEngine, Protocol):
    """A bot whose models are made and swapped here."""

    def train(self, project: BotProject, progress: Progress) -> TrainedModel: ...
    def activate(self, model: TrainedModel) -> None: ...
