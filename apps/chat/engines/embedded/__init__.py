"""The engine that needs no server: it understands and answers in this process, by the project's own rules."""

from apps.chat.engines.embedded.engine import EmbeddedEngine
from apps.chat.engines.embedded.errors import TrainingError
from apps.chat.engines.embedded.store import ConversationState, ConversationStore, StoreUnavailable

__all__ = ["ConversationState", "ConversationStore", "EmbeddedEngine", "StoreUnavailable", "TrainingError"]
