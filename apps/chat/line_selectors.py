"""Reading what people wrote into conversations, as far as it is the reader's to read."""

from datetime import datetime

from django.db.models import Q, QuerySet

from apps.accounts.callers import Caller
from apps.chat.models import Conversation, ConversationLine

MOST_LINES = 100


def is_readable(row: Conversation, caller: Caller) -> bool:
    """An account's conversation by that account alone; another by who knows its sender, as the chat."""
    return row.user_id is None or (caller.user is not None and caller.user.pk == row.user_id)


def readable_lines(
    row: Conversation, caller: Caller, *, after: int = 0, since: datetime | None = None
) -> list[ConversationLine]:
    """Behind line number `after`, or later than `since`; nothing that was said to somebody else.

    At most 100: on a machine that several share, whoever logs in reads nothing of the one before.
    """
    if not is_readable(row, caller):
        return []
    mine = Q(user=None) | Q(user=row.user_id) if row.user_id else Q(user=None)
    lines = ConversationLine.objects.filter(mine, sender_id=row.sender_id, seq__gt=after)
    if since is not None:
        lines = lines.filter(at__gt=since)
    return list(lines.order_by("seq")[:MOST_LINES])


def lines_of(sender: str) -> QuerySet[ConversationLine]:
    """All of them, for staff."""
    return ConversationLine.objects.filter(sender_id=sender).order_by("at", "seq")
