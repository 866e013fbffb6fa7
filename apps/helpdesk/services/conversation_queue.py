"""A ticket that asks for a person puts its conversation into the queue, and gives it back when it is done."""

from typing import Any

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.callers import Caller
from apps.chat.models import Conversation, ConversationLine, Owner
from apps.chat.senders import is_own_conversation
from apps.chat.services import handoff
from apps.core.errors import AppError
from apps.helpdesk.flow import DONE
from apps.helpdesk.models import Kind, Source, Ticket
from apps.helpdesk.services.waiting import waiting_note

log = structlog.get_logger("tutorbot.handoff")


def queue_conversation(ticket: Ticket, caller: Caller) -> None:
    """Puts the conversation of a ticket for a person into the queue, once the ticket is stored. Never raises.

    The bot is believed what conversation it is; a person only of their own: nobody silences another's bot.
    """
    if ticket.kind != Kind.HUMANO or ticket.status in DONE or not is_own_conversation(ticket.conversation_id):
        return
    if ticket.source == Source.PERSON and not _is_own(ticket.conversation_id, caller):
        return
    _after_commit(
        lambda: handoff.hand_over(
            sender=ticket.conversation_id, by=caller.user, note=waiting_note(timezone.now())
        )
    )


def _is_own(sender: str, caller: Caller) -> bool:
    return (
        caller.user is not None and Conversation.objects.filter(sender_id=sender, user=caller.user).exists()
    )


def release_conversation(ticket: Ticket) -> None:
    """Hands the conversation of a ticket for a person back when that ticket is done. Never raises."""
    if ticket.kind != Kind.HUMANO or ticket.status not in DONE or not ticket.conversation_id:
        return
    _after_commit(lambda: _release(ticket.conversation_id))


def _release(sender: str) -> None:
    row = Conversation.objects.exclude(owner=Owner.BOT).filter(sender_id=sender).first()
    if row is not None and not open_requests(sender):
        handoff.hand_back(conversation=row, kind=ConversationLine.Kind.SOLVED)


def _after_commit(work: Any) -> None:
    def quietly() -> None:
        try:
            work()
        except (AppError, DatabaseError) as error:
            log.error("conversation_not_moved", error=type(error).__name__)

    transaction.on_commit(quietly)


def open_requests(sender: str) -> list[Ticket]:
    """For a person, in this conversation, and not done; not of a person who named somebody else's."""
    rows = Ticket.objects.filter(conversation_id=sender, kind=Kind.HUMANO).exclude(status__in=DONE)
    owner = Conversation.objects.filter(sender_id=sender).values_list("user", flat=True).first()
    return list(rows.filter(theirs(owner)).order_by("-created_at", "id")[:10])


def theirs(owner: Any) -> Q:
    """Tickets that really are of a conversation of `owner` (an id, or None): the bot is believed, a person
    only of their own."""
    return ~Q(source=Source.PERSON) | (Q(user=owner) if owner else Q(pk__in=[]))
