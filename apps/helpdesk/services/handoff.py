"""What staff do in a conversation, and what it means for the tickets that asked for it."""

from typing import Any

from apps.accounts.models import User
from apps.chat.models import Conversation, ConversationLine
from apps.chat.services import handoff
from apps.helpdesk.services.changes import change_ticket
from apps.helpdesk.services.conversation_queue import open_requests
from apps.helpdesk.services.tickets import answered


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
