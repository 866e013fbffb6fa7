"""Tables of the chat."""

from apps.chat.models.conversations import (
    DEFAULT_SENDER,
    MAX_AUTHOR,
    MAX_LAST_MESSAGE,
    MAX_LINE,
    Conversation,
    ConversationLine,
    Owner,
)
from apps.chat.models.model_files import ModelFilePart
from apps.chat.models.recordings import Recording

__all__ = [
    "DEFAULT_SENDER",
    "MAX_AUTHOR",
    "MAX_LAST_MESSAGE",
    "MAX_LINE",
    "Conversation",
    "ConversationLine",
    "ModelFilePart",
    "Owner",
    "Recording",
]
