"""Which turns are a person's, and what is taken of them for an export."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet

from apps.core.db import is_mongo
from apps.core.personal_data import Counts, Person
from apps.logs.models import ChatTurn
from apps.logs.turn_deletion import delete_turns

DEFAULT_SENDER = "anonimo"
"""As apps/chat/models.py: everybody who gives none, so nobody's conversation."""
BATCH = 200
EXPORTED = (
    *("timestamp", "sender_id", "user_message", "bot_response", "intent", "is_fallback", "engine"),
    *("request_id", "ip", "user_agent", "origen", "metadata", "feedback__value", "feedback__comment"),
)


def turns_of(person: Person) -> QuerySet[ChatTurn]:
    """By account; in their conversations what no other account said; and what names their e-mail, in answers
    to whom nobody knows too: a form repeats what was written before it is sent.

    Asked by a sender alone: all of that conversation.
    """
    theirs = Q(sender_id__in=person.senders)
    if not person.is_asked_by_sender:
        theirs &= Q(user=None) | Q(user__in=person.users)
        theirs |= Q(user__in=person.users) | Q(user_message__icontains=person.email)
        theirs |= Q(user=None) & _answered_with(person.email)
    return ChatTurn.objects.filter(theirs).order_by()


def _answered_with(words: str) -> Q:
    """Rows in whose answers the words are, in any case."""
    if not is_mongo():
        return Q(bot_response__icontains=json.dumps(words)[1:-1])
    rows = connections["default"].get_collection(ChatTurn._meta.db_table)  # type: ignore[attr-defined]
    found = rows.find({"bot_response": {"$regex": re.escape(words), "$options": "i"}}, {"_id": 1})
    return Q(pk__in=[row["_id"] for row in found])


def find(person: Person) -> Person:
    """Conversations in which their account wrote, and what their tokens of the platform call them."""
    if not person.users:
        return person
    rows = ChatTurn.objects.filter(user__in=person.users).order_by()
    senders = set(rows.values_list("sender_id", flat=True).distinct()) - {DEFAULT_SENDER}
    claims = rows.filter(origen=ChatTurn.Origin.AUTHENTICATED).values_list("metadata", flat=True)
    subjects = {sub for one in claims.iterator(500) if (sub := _subject(one))}
    return person.also(senders=senders, subjects=subjects)


def erase(person: Person) -> Iterator[Counts]:
    """Found once: what names an e-mail is looked for in all of the log."""
    keys = list(turns_of(person).values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield delete_turns(keys[start : start + BATCH], is_erasure=True)


def export(person: Person) -> list[dict[str, Any]]:
    return list(turns_of(person).order_by("timestamp", "pk").values(*EXPORTED))


def _subject(metadata: Any) -> str:
    auth = metadata.get("auth") if isinstance(metadata, dict) else None
    claims = auth.get("claims") if isinstance(auth, dict) else None
    sub = claims.get("sub") if isinstance(claims, dict) else None
    return sub if isinstance(sub, str) else ""
