"""A conversation's row sums its turns up, so that a list of conversations reads no turns."""

from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError
from django.db.models import F, Q, QuerySet

from apps.chat.models import DEFAULT_SENDER, MAX_LAST_MESSAGE, Conversation
from apps.logs.models import ChatTurn

log = structlog.get_logger("tutorbot.turns")


def sum_up(turn: ChatTurn) -> None:
    """Counts a turn in its conversation: one small write. Never raises; who gives no sender has none."""
    if turn.sender_id == DEFAULT_SENDER:
        return
    try:
        _sum_up(turn)
    except DatabaseError as error:
        log.warning("turn_not_summed_up", error=type(error).__name__)


def _sum_up(turn: ChatTurn) -> None:
    fallbacks = int(turn.is_fallback)
    latest: dict[str, Any] = {
        "last_message": turn.user_message[:MAX_LAST_MESSAGE],
        "last_turn_at": turn.timestamp,
    }
    is_bots = turn.engine != ChatTurn.PERSON  # else it stays whose it was when a person was asked for
    if is_bots:
        latest["engine"] = turn.engine
    if turn.model_version:
        latest["model_version"] = turn.model_version
    owner = {"user_id": turn.user_id} if is_bots and turn.user_id else {}
    rows = Conversation.objects.filter(sender_id=turn.sender_id)
    counted = {"turns": F("turns") + 1, "fallbacks": F("fallbacks") + fallbacks}
    if _update(rows, owner, **latest, **counted):
        return
    try:
        Conversation.objects.create(sender_id=turn.sender_id, turns=1, fallbacks=fallbacks, **latest, **owner)
    except IntegrityError:  # the first two turns at once: the other one has made it
        _update(rows, owner, **latest, **counted)


def _update(rows: QuerySet[Conversation], owner: dict[str, Any], **changes: Any) -> int:
    """Whose it has become since the turn began (senders.py), it stays."""
    if owner and rows.filter(Q(user=None) | Q(**owner)).update(**owner, **changes):
        return 1
    return rows.update(**changes)


def sum_up_anew(row: Conversation) -> None:
    """After some of its turns are gone: from those that are left, and with nothing remembered."""
    turns = ChatTurn.objects.filter(sender_id=row.sender_id)
    latest = turns.order_by("-timestamp", "pk").first()
    row.turns, row.fallbacks = turns.count(), turns.filter(is_fallback=True).count()
    row.state, row.user_id = "", latest.user_id if latest else None
    row.last_message = latest.user_message[:MAX_LAST_MESSAGE] if latest else ""
    row.save(update_fields=["turns", "fallbacks", "state", "user", "last_message", "updated_at"])
