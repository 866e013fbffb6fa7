"""What another model would say to what students really wrote."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.chat.engines.base import BotReply
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.engines.embedded.offline import OfflineConversation
from apps.intents.models import ModelVersion
from apps.intents.services.loading import load_version
from apps.logs.models import ChatTurn

REAL_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """One wording, how often it was said, and both models' first answer to it."""

    text: str
    count: int
    old_intent: str
    new_intent: str
    old_confidence: float
    new_confidence: float
    old_answer: str
    new_answer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`messages` were looked at, `changed_messages` of them would be answered otherwise."""

    messages: int
    changed_messages: int
    changed: tuple[ChangedAnswer, ...]


def real_messages(limit: int = REAL_MESSAGES) -> Counter[str]:
    """The newest that students typed to the bot, by wording; no model has to understand payloads."""
    typed = ChatTurn.objects.exclude(user_message__startswith="/").exclude(engine=ChatTurn.PERSON)
    rows = typed.order_by("-timestamp", "id")
    return Counter(text.strip() for text in rows.values_list("user_message", flat=True)[:limit])


def compare_versions(*, old: ModelVersion, new: ModelVersion, limit: int = REAL_MESSAGES) -> Comparison:
    """Each message as the first of a conversation, by somebody unknown. Raises Conflict."""
    asked = real_messages(limit)
    changed = tuple(_changed(load_version(old), load_version(new), asked))
    return Comparison(asked.total(), sum(row.count for row in changed), changed)


def changed_answers(
    *, old: ModelVersion, new: ModelVersion, limit: int = REAL_MESSAGES
) -> list[ChangedAnswer]:
    """Those of compare_versions that changed, the most frequent first."""
    return list(compare_versions(old=old, new=new, limit=limit).changed)


def _changed(old: LoadedModel, new: LoadedModel, asked: Counter[str]) -> Iterator[ChangedAnswer]:
    for text, count in asked.most_common():
        before, after = OfflineConversation(old).say(text), OfflineConversation(new).say(text)
        texts = _words(before), _words(after)
        if before.intent == after.intent and texts[0] == texts[1]:
            continue
        yield ChangedAnswer(
            text=text,
            count=count,
            old_intent=before.intent or "",
            new_intent=after.intent or "",
            old_confidence=before.confidence or 0.0,
            new_confidence=after.confidence or 0.0,
            old_answer=texts[0],
            new_answer=texts[1],
        )


def _words(reply: BotReply) -> str:
    """What a student reads, buttons in brackets."""
    parts = []
    for message in reply.messages:
        parts += [str(message.get("text") or "").strip()]
        parts += [f"[{button.get('title', '')}]" for button in message.get("buttons") or ()]
    return "\n".join(filter(None, parts)) or _("(sin texto)")
