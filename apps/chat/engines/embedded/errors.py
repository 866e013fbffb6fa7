"""What may go wrong inside the embedded engine, below the errors that leave it."""

from apps.chat.engines.base import TrainingError
from apps.chat.engines.pointer import ArtefactError

__all__ = ["ArtefactError", "TrainingError"]
