"""What the tests of the review inbox share."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.intents.models import ReviewGroup, ReviewItem
from apps.intents.services.review.collecting import collect_reviews
from apps.logs.models import ChatTurn

STRANGE = "no me deja subir la evidencia al territorio"


def said(text: str = STRANGE, *, seconds_ago: float = 300, **values: Any) -> ChatTurn:
    """A turn that was not understood."""
    at = timezone.now() - timedelta(seconds=seconds_ago)
    base: dict[str, Any] = {
        "request_id": "r" * 8,
        "sender_id": "web-1",
        "engine": "embedded",
        "is_fallback": True,
        "confidence": 0.1,
        "intent": "nlu_fallback",
    }
    return ChatTurn.objects.create(
        timestamp=at, day=timezone.localdate(at), user_message=text, **{**base, **values}
    )


def group_of(*texts: str, **values: Any) -> ReviewGroup:
    """An open group with a message of each text, the first the newest, whatever they say."""
    now = timezone.now()
    group = ReviewGroup.objects.create(
        **{
            "text": texts[0],
            "key": texts[0],
            "message_count": len(texts),
            "wording_count": len(texts),
            "reasons": "fallback",
            "first_at": now,
            "last_at": now,
            **values,
        }
    )
    for place, text in enumerate(texts):
        turn = said(text, seconds_ago=place + 60)
        ReviewItem.objects.create(
            group=group, turn=turn, reason="fallback", text=text, key=text.lower(), at=turn.timestamp
        )
    return group


def collected(*texts: str) -> list[ReviewGroup]:
    for text in texts:
        said(text)
    collect_reviews()
    return list(ReviewGroup.objects.order_by("first_at"))
