"""What the bot knows, what it was trained to, and what it did not understand."""

from apps.intents.models.knowledge import (
    MAX_ANSWER,
    MAX_SENTENCE,
    NAME,
    Answer,
    Example,
    Intent,
    IntentQuerySet,
    Origin,
)
from apps.intents.models.rehearsals import SavedConversation
from apps.intents.models.review import ReviewGroup, ReviewItem, ReviewMark
from apps.intents.models.training import ModelVersion, TrainingRun

__all__ = [
    "MAX_ANSWER",
    "MAX_SENTENCE",
    "NAME",
    "Answer",
    "Example",
    "Intent",
    "IntentQuerySet",
    "ModelVersion",
    "Origin",
    "ReviewGroup",
    "ReviewItem",
    "ReviewMark",
    "SavedConversation",
    "TrainingRun",
]
