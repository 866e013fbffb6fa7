"""What is unread: turns of conversations that staff have not seen yet, or that the person has not."""

from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.accounts.roles import STAFF
from apps.chat.models import Conversation
from apps.core.db import run_atomically
from apps.core.errors import Forbidden
from apps.core.text import storable


def unread_count(*, caller: Caller, user_id: str = "") -> int:
    """Staff's count is one for all of them. Raises Forbidden for somebody else's id."""
    rows, mark = _asked(caller, user_id)
    return _unread(rows, mark)


def mark_read(*, caller: Caller, user_id: str = "") -> int:
    """How many turns had not been seen. Raises Forbidden for somebody else's id."""
    rows, mark = _asked(caller, user_id)
    return run_atomically(lambda: _mark(rows, mark))


def mark_seen_by_staff(*, conversation: Conversation) -> None:
    """For a page that shows a conversation to staff."""
    Conversation.objects.filter(pk=conversation.pk, staff_read__lt=F("turns")).update(staff_read=F("turns"))


def _mark(rows: QuerySet[Conversation], mark: str) -> int:
    count = _unread(rows, mark)
    rows.filter(**{f"{mark}__lt": F("turns")}).update(**{mark: F("turns")})
    return count


def _unread(rows: QuerySet[Conversation], mark: str) -> int:
    behind = rows.filter(**{f"{mark}__lt": F("turns")})
    sums = behind.aggregate(turns=Sum("turns"), seen=Sum(mark))
    return (sums["turns"] or 0) - (sums["seen"] or 0)


def _asked(caller: Caller, user_id: str) -> tuple[QuerySet[Conversation], str]:
    """Which conversations, and whose mark."""
    if caller.role in STAFF:
        everybodys = Conversation.objects.order_by()
        return (everybodys.filter(_of(user_id)) if user_id else everybodys), "staff_read"
    own = {caller.sub, str(caller.user.pk), caller.user.pk.hex} if caller.user else {caller.sub}
    if user_id and user_id not in own:
        raise Forbidden(_("Solo puedes preguntar por tus propios mensajes."))
    rows = Conversation.objects.order_by()
    return (rows.filter(user=caller.user) if caller.user else rows.none()), "owner_read"


def _of(user_id: str) -> Q:
    """A person's, or a sender's."""
    is_sender = Q(sender_id=storable(user_id))
    try:
        return is_sender | Q(user_id=UUID(user_id))
    except ValueError:
        return is_sender
