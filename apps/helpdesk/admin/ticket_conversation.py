"""What the page of a ticket shows of the conversation that it came from."""

from typing import Any

from django.http import HttpRequest

from apps.helpdesk.admin.links import conversation_link
from apps.helpdesk.models import Ticket


def conversation_context(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """For admin/helpdesk/ticket/_conversation.html."""
    return {"conversation_link": conversation_link(ticket.conversation_id)}
