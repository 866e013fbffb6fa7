"""A conversation is kept as long as its turns."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.chat.models import Conversation, ConversationLine
from apps.core import retention
from apps.core.retention import Batches, Kind
from apps.logs.models import ChatTurn


def _old(before: datetime) -> QuerySet[Conversation]:
    return Conversation.objects.filter(last_turn_at__lt=before)


def _batches(before: datetime, size: int) -> Batches:
    """Those that still have turns are passed by."""
    at: datetime | None = None
    while True:
        rows = _old(before) if at is None else _old(before).filter(last_turn_at__gte=at)
        page = list(rows.order_by("last_turn_at", "pk").values_list("pk", "sender_id", "last_turn_at")[:size])
        turns = ChatTurn.objects.filter(sender_id__in=[sender for _key, sender, _at in page]).order_by()
        kept = set(turns.values_list("sender_id", flat=True).distinct())
        gone = [key for key, sender, _at in page if sender not in kept]
        if gone:
            yield {"conversations": Conversation.objects.filter(pk__in=gone).delete()[0]}
        elif len(page) < size or page[-1][2] == at:
            return
        else:
            at = page[-1][2]


def _days() -> int:
    return int(settings.ENV.LOG_RETENTION_DAYS)


retention.register(
    retention.rows_kind(
        "conversation_lines",
        _("mensajes del equipo en conversaciones"),
        ConversationLine.objects.all,
        "at",
        _days,
        place=25,
    )
)
retention.register(
    Kind(
        "conversations",
        _("conversaciones"),
        _days,
        lambda before: _old(before).count(),
        _batches,
        place=30,
    )
)
