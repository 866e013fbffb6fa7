"""Cases that were opened in conversations: in which, and what was asked before asking for a person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from apps.chat.models import DEFAULT_SENDER
from apps.core.dates import end_of, start_of
from apps.helpdesk.models import Kind, Ticket
from apps.logs.models import ChatTurn
from apps.stats import crowds

THE_WAY = frozenset({"humano", "afirmar", "negar"})
"""Intents of this repository's bot that lead to a person, and so are no topic."""
NOT_UNDERSTOOD = "nlu_fallback"
LOOK_BACK = timedelta(hours=24)
MOST = 500
"""Conversations of a day that are looked into."""


@dataclass(slots=True)
class Asked:
    """`people`: cases for a person. `topics`: (intent, key of the conversation) where one came before."""

    conversations: set[int] = field(default_factory=set)
    people: int = 0
    topics: list[tuple[str, int]] = field(default_factory=list)


def asked_on(day: date) -> Asked:
    """Two queries at most, both by index."""
    opened = Ticket.objects.filter(created_at__gte=start_of(day), created_at__lt=end_of(day))
    columns = ("conversation_id", "kind", "created_at")
    asked, first = Asked(), dict[str, datetime]()
    for conversation, kind, created_at in opened.order_by("created_at").values_list(*columns):
        is_for_person = kind == Kind.HUMANO
        asked.people += is_for_person
        if conversation in {"", DEFAULT_SENDER}:
            continue
        asked.conversations.add(crowds.key("sender", conversation))
        if is_for_person and len(first) < MOST:
            first.setdefault(conversation, created_at)
    asked.topics = _topics(first, day) if first else []
    return asked


def _topics(first: dict[str, datetime], day: date) -> list[tuple[str, int]]:
    """`first`: when a conversation's first case for a person was opened."""
    turns = ChatTurn.objects.filter(
        sender_id__in=list(first),
        timestamp__gte=start_of(day) - LOOK_BACK,
        timestamp__lt=end_of(day),
        is_form_answer=False,
    )
    said: dict[str, list[str]] = {}
    columns = ("sender_id", "timestamp", "intent", "is_fallback")
    for sender, timestamp, intent, is_fallback in turns.order_by("timestamp").values_list(*columns):
        if first[sender] - LOOK_BACK <= timestamp <= first[sender]:
            said.setdefault(sender, []).append(NOT_UNDERSTOOD if is_fallback else intent or "")
    return [
        (topic, crowds.key("sender", sender))
        for sender, intents in said.items()
        if (topic := _topic(intents))
    ]


def _topic(intents: Iterable[str]) -> str:
    """The last one before the way to a person began; "" without one."""
    return next((intent for intent in reversed(list(intents)) if intent and intent not in THE_WAY), "")
