"""Which conversations staff ask for."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from apps.chat.models import Conversation
from apps.core.dates import end_of, start_of
from apps.core.text import storable
from apps.logs.filters import TurnFilter


def conversations_matching(
    *,
    desde: date | None = None,
    hasta: date | None = None,
    sender: str = "",
    user_id: str = "",
    with_turn: TurnFilter | None = None,
) -> QuerySet[Conversation]:
    """Newest first, by the day of their last message; `with_turn`: in which such a turn was."""
    rows = Conversation.objects.filter(turns__gt=0).select_related("user").order_by("-last_turn_at", "id")
    if desde:
        rows = rows.filter(last_turn_at__gte=start_of(desde))
    if hasta:
        rows = rows.filter(last_turn_at__lt=end_of(hasta))
    if sender:
        rows = rows.filter(sender_id=storable(sender))
    if user_id:
        try:
            rows = rows.filter(user_id=UUID(user_id))
        except ValueError:
            return rows.none()
    if with_turn is not None and with_turn != TurnFilter():
        rows = rows.filter(sender_id__in=with_turn.turns().values("sender_id"))
    return rows
