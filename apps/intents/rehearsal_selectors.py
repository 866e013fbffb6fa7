"""Reading saved conversations, what they may be made from, and the models to try them on."""

import uuid

from django.db.models import QuerySet

from apps.chat.engines.embedded import EmbeddedEngine
from apps.core.errors import NotFound
from apps.intents.models import Intent, ModelVersion, SavedConversation
from apps.intents.rehearsals import Turn
from apps.logs.models import ChatTurn

SHOWN_MODELS = 20


def conversations_matching(*, q: str = "", active: bool | None = None) -> QuerySet[SavedConversation]:
    """By part of the name; text is text."""
    rows = SavedConversation.objects.order_by("name")
    if q:
        rows = rows.filter(name__icontains=q)
    return rows if active is None else rows.filter(is_active=active)


def conversation_by_id(key: str) -> SavedConversation:
    """Raises NotFound, for a key that cannot be read too."""
    try:
        return SavedConversation.objects.get(pk=uuid.UUID(key))
    except (ValueError, SavedConversation.DoesNotExist):
        raise NotFound from None


def said_by(sender_id: str, limit: int) -> list[Turn]:
    """The last things that a sender said to the bot, oldest first, with whether they were logged in."""
    said = ChatTurn.objects.filter(sender_id=sender_id).exclude(engine=ChatTurn.PERSON)
    rows = said.order_by("-timestamp", "-id")
    found = rows.values_list("user_message", "origen")[:limit]
    return [Turn(text, origin == ChatTurn.Origin.AUTHENTICATED) for text, origin in reversed(found)]


def recent_models() -> list[ModelVersion]:
    """Of the embedded engine, newest first; without their long reports."""
    rows = ModelVersion.objects.filter(engine=EmbeddedEngine.name).exclude(file="")
    return list(rows.defer("report").order_by("-trained_at", "id")[:SHOWN_MODELS])


def intent_keys(names: list[str]) -> dict[str, uuid.UUID]:
    """Of those that are in the database, by name."""
    return dict(Intent.objects.filter(name__in=names).values_list("name", "pk"))
