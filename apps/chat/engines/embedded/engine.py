"""The embedded engine as the rest of the house sees it."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from apps.chat.engines.base import (
    BotReply,
    EngineError,
    EngineProtocolError,
    EngineStatus,
    EngineUnavailable,
    Parse,
    Progress,
    TrainedModel,
    UserMessage,
)
from apps.chat.engines.embedded.dialogue import Answer, Utterance
from apps.chat.engines.embedded.dialogue.utterance import understand
from apps.chat.engines.embedded.errors import TrainingError
from apps.chat.engines.embedded.hosts import ActionHost
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.embedded.model_store import CHECK_SECONDS, ModelStore
from apps.chat.engines.embedded.nlu.semantic import FindEncoder, no_encoder
from apps.chat.engines.embedded.store import ConversationState, ConversationStore, StoreUnavailable
from apps.chat.engines.pointer import Pointer
from apps.chat.engines.project import BotProject
from apps.chat.engines.shelf import ModelShelf

logger = logging.getLogger(__name__)


class EmbeddedEngine:
    """A BotEngine. One per process, used by many threads at once."""

    name = "embedded"

    def __init__(
        self,
        models_dir: Path,
        store: ConversationStore,
        clock: Callable[[], float] = time.time,
        check_seconds: float = CHECK_SECONDS,
        find_encoder: FindEncoder = no_encoder,
        hosts: Sequence[ActionHost] = (),
        shelf: ModelShelf | None = None,
    ) -> None:
        """`check_seconds` is how often the process looks whether another one has activated a model.

        `find_encoder` gives what makes sentence vectors, to train and to answer with; None: linear alone.
        `hosts` run the custom actions of every model: the first that has the name.
        `shelf` has the models of machines that share no disk with this one.
        """
        self._models = ModelStore(models_dir, check_seconds, find_encoder, hosts, shelf)
        self._find_encoder = find_encoder
        self._store = store
        self._clock = clock

    def reply(self, message: UserMessage) -> BotReply:
        """Raises EngineUnavailable without a model; whatever else goes wrong leaves as an EngineError too."""
        started = time.perf_counter()
        try:
            model = self._models.active()
            said = understand(model.parse(message.text), model.nlu)
            answer = self._remembered_turn(model, said, message)
        except EngineError:
            raise
        except Exception as error:
            logger.exception("the embedded engine failed in a turn")
            raise EngineProtocolError("El bot no pudo responder.") from error
        return BotReply(
            messages=answer.messages,
            intent=answer.intent,
            confidence=answer.confidence,
            is_fallback=answer.is_fallback,
            is_form_answer=answer.is_form_answer,
            model_version=model.version,
            latency_ms=round((time.perf_counter() - started) * 1000),
        )

    def parse(self, text: str) -> Parse:
        """The best guess even below the threshold; an intent payload as itself. Raises EngineUnavailable."""
        return self._models.active().parse(text)

    def threshold(self) -> float:
        """The confidence from which the active model's guess is an answer. Raises EngineUnavailable."""
        return self._models.active().nlu.trained.threshold

    def status(self) -> EngineStatus:
        try:
            model = self._models.active()
        except EngineUnavailable as error:
            return EngineStatus(self.name, ok=False, error=error.word)
        classifier = model.nlu.trained.classifier
        return EngineStatus(self.name, ok=True, model_version=model.version, classifier=classifier)

    def active_data_hash(self) -> str | None:
        """Of the project that the active model was made from; None without a usable model."""
        try:
            return self._models.active().data_hash
        except EngineUnavailable:
            return None

    def train(self, project: BotProject, progress: Progress) -> TrainedModel:
        """Writes a model file, does not activate it. Raises TrainingError for an unfit project."""
        if project.errors:
            told = "; ".join(f"{finding.name}: {finding.message}" for finding in project.errors[:5])
            count = len(project.errors)
            raise TrainingError(f"El proyecto tiene {count} {'error' if count == 1 else 'errores'}: {told}")
        # scikit-learn costs 100 MB and two seconds: only a process that trains pays for it
        from apps.chat.engines.embedded.nlu.patterns import check_patterns
        from apps.chat.engines.embedded.nlu.training import train_nlu

        progress(0.0, "Revisando el proyecto")
        check_patterns(project)
        trained = train_nlu(project, progress, self._find_encoder())
        progress(0.95, "Guardando el modelo")
        try:
            saved = self._models.save(project, trained.model, trained.report)
        except OSError as error:
            reason = "No se pudo guardar el modelo: revisa el espacio y los permisos de su carpeta."
            raise TrainingError(reason) from error
        progress(1.0, "Modelo listo")
        return saved

    def activate(self, model: TrainedModel) -> None:
        """All processes answer with it a second later. Raises EngineUnavailable; nothing has changed then."""
        self._models.activate(model)

    def reload(self) -> Pointer:
        """All processes read the active model anew. Raises EngineUnavailable; nothing has changed then."""
        return self._models.reload()

    def pointed(self) -> Pointer | None:
        """What the pointer names now, loaded here or not; None when nothing has been activated."""
        return self._models.pointed()

    def active(self) -> LoadedModel:
        """The model that answers now. Raises EngineUnavailable."""
        return self._models.active()

    def load(self, model: TrainedModel) -> LoadedModel:
        """A verified model, not made the active one: to compare, to test. Raises EngineUnavailable."""
        return self._models.load(model)

    def _remembered_turn(self, model: LoadedModel, said: Utterance, message: UserMessage) -> Answer:
        """A store that fails costs the bot its memory of the turn, never the student the answer."""
        answer: Answer | None = None
        try:
            with self._store.turn(message.sender) as state:
                answer = self._answer(model, state, said, message)
        except StoreUnavailable as error:
            logger.error("turn of %s is not remembered: %s", message.request_id or "no request", error)
        return answer or self._answer(model, ConversationState(), said, message)

    def _answer(
        self, model: LoadedModel, state: ConversationState, said: Utterance, message: UserMessage
    ) -> Answer:
        return model.dialogue.answer(
            state,
            said,
            sender=message.sender,
            claims=message.claims,
            now=self._clock(),
            metadata=message.metadata,
        )
