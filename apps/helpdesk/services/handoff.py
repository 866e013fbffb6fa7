"""What staff do in a conversation, and what it means for the tickets that asked for it."""

from typing import Any

import structlog
from django.db import DatabaseError

from apps.accounts.models import User
from apps.chat.models import Conversation, ConversationLine
from apps.chat.services import handoff
from apps.core.errors import AppError
from apps.helpdesk.models import Ticket, TicketComment
from apps.helpdesk.services.changes import change_ticket
from apps.helpdesk.services.conversation_queue import open_requests, theirs
from apps.helpdesk.services.tickets import answered

log = structlog.get_logger("tutorbot.handoff")


def take_conversation(*, conversation: Conversation, by: User, instead_of: Any = None) -> Conversation:
    """As handoff.take; the tickets that ask for it and have nobody in charge go to the same person."""
    row = handoff.take(conversation=conversation, by=by, instead_of=instead_of)
    for ticket in open_requests(row.sender_id):
        if ticket.assignee_id is None:
            change_ticket(ticket=ticket, by=by, assignee=by)
    return row


def answer_student(*, conversation: Conversation, by: User, text: str, key: str = "") -> ConversationLine:
    """As handoff.say; counts as an answer to the tickets that ask for it."""
    line = handoff.say(conversation=conversation, by=by, text=text, key=key)
    for ticket in open_requests(conversation.sender_id):
        answered(ticket, by)
    return line


def conversation_to_answer(ticket: Ticket, by: User) -> Conversation | None:
    """Where the requester reads what `by` answers to the ticket: it waits for a person, or `by` has it."""
    if not ticket.conversation_id:
        return None
    row = Conversation.objects.select_related("agent").filter(sender_id=ticket.conversation_id).first()
    if row is None or not (row.is_waiting or handoff.is_held_by(row, by)):
        return None
    return row if Ticket.objects.filter(theirs(row.user_id), pk=ticket.pk).exists() else None


def say_comment(comment: TicketComment, by: User) -> bool:
    """Says an answer to a ticket in the chat too, once; takes the conversation if it waits.

    False where that is not possible. Never raises: the answer is stored, and goes by mail.
    """
    row = conversation_to_answer(comment.ticket, by)
    if row is None:
        return False
    try:
        mine = take_conversation(conversation=row, by=by)
        answer_student(conversation=mine, by=by, text=comment.text, key=str(comment.pk))
    except (AppError, DatabaseError) as error:
        log.warning("answer_not_in_chat", error=type(error).__name__)
        return False
    return True
