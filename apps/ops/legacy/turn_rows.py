"""Writing imported turns, with what follows from a turn: its day's figures and its conversation."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import DataError, IntegrityError
from django.db.models import F

from apps.chat.models import DEFAULT_SENDER, MAX_LAST_MESSAGE, Conversation
from apps.core.db import run_atomically
from apps.logs.changes import mark
from apps.logs.fields import new_position
from apps.logs.models import ChatTurn

REFUSED = (DataError, IntegrityError)
"""Of one row among many: each is tried by itself then."""


def insert_turns(turns: Sequence[ChatTurn]) -> dict[Any, str]:
    """Why a turn was not written, by its key. The database keeps the search index right by itself."""
    if not turns:
        return {}
    try:
        run_atomically(lambda: _insert(turns))
    except REFUSED:
        return _one_by_one(turns)
    return {}


def _one_by_one(turns: Sequence[ChatTurn]) -> dict[Any, str]:
    refused = {}
    for turn in turns:
        turn.position = new_position(turn.timestamp)  # two of one microsecond may have met
        try:
            run_atomically(lambda: _insert([turn]))  # noqa: B023 - called here
        except REFUSED as error:
            refused[turn.pk] = f"la base de datos no lo acepta ({type(error).__name__})"
    return refused


def _insert(turns: Sequence[ChatTurn]) -> None:
    ChatTurn.objects.bulk_create(turns)
    for day in sorted({turn.day for turn in turns}):
        mark(day)
    by_sender = defaultdict(list)
    for turn in turns:
        by_sender[turn.sender_id].append(turn)
    by_sender.pop(DEFAULT_SENDER, None)
    _sum_up(by_sender)


def _sum_up(by_sender: dict[str, list[ChatTurn]]) -> None:
    """Conversations as staff list them; what is imported counts as read."""
    rows = {row.sender_id: row for row in Conversation.objects.filter(sender_id__in=list(by_sender))}
    for sender, turns in by_sender.items():
        latest = max(turns, key=lambda turn: turn.timestamp)
        counts = {"turns": len(turns), "staff_read": len(turns), "owner_read": len(turns)}
        counts["fallbacks"] = sum(turn.is_fallback for turn in turns)
        row = rows.get(sender)
        if row is None:
            Conversation.objects.create(sender_id=sender, **counts, **_latest(latest))
            continue
        changes: dict[str, Any] = {name: F(name) + count for name, count in counts.items()}
        if row.last_turn_at <= latest.timestamp:
            changes |= _latest(latest)
        Conversation.objects.filter(pk=row.pk).update(**changes)


def _latest(turn: ChatTurn) -> dict[str, Any]:
    said = {"last_message": turn.user_message[:MAX_LAST_MESSAGE], "last_turn_at": turn.timestamp}
    return {**said, "engine": turn.engine, **({"user_id": turn.user_id} if turn.user_id else {})}
