"""Reading tickets and what students left half done."""

from datetime import timedelta

from django.utils import timezone

from apps.accounts.callers import Caller
from apps.chat.models import DEFAULT_SENDER
from apps.helpdesk.models import SavedProgress, Survey, Ticket

MAX_OWN = 100
PROGRESS_DAYS = 30


def own_tickets(caller: Caller) -> list[Ticket]:
    """Of the person who asks, newest first."""
    return list(Ticket.objects.of(caller).order_by("-created_at", "id")[:MAX_OWN])


def tickets_in(conversation_id: str) -> list[Ticket]:
    """Of one conversation, newest first."""
    rows = Ticket.objects.filter(conversation_id=conversation_id).select_related("assignee")
    return list(rows.order_by("-created_at", "id")[:MAX_OWN])


def surveys_in(conversation_id: str) -> list[Survey]:
    rows = Survey.objects.filter(conversation_id=conversation_id).select_related("ticket")
    return list(rows.order_by("-updated_at", "id")[:MAX_OWN])


def progress_owner(caller: Caller, sender: str) -> str:
    """Whose half-done form it is; "" for somebody unknown without a conversation of their own."""
    if caller.is_known:
        return f"sub:{caller.sub}"
    return "" if sender in {"", DEFAULT_SENDER} else f"sender:{sender}"


def saved_progress(caller: Caller, sender: str) -> SavedProgress | None:
    """What is saved and not too old."""
    since = timezone.now() - timedelta(days=PROGRESS_DAYS)
    return SavedProgress.objects.filter(pk=progress_owner(caller, sender), updated_at__gte=since).first()
